"""What rating asks for."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import InputRequired

from app.ratings.rules import LONGEST_TEXT
from app.web.fields import ParagraphsField
from app.web.forms import BaseForm

STARS = (
    ("5", _l("5 stars: very good")),
    ("4", _l("4 stars: good")),
    ("3", _l("3 stars: neither good nor bad")),
    ("2", _l("2 stars: bad")),
    ("1", _l("1 star: very bad")),
)


class RatingForm(BaseForm):
    stars = RadioField(_l("How was it?"), [InputRequired()], choices=STARS)
    text = ParagraphsField(_l("In your own words"), longest=LONGEST_TEXT)
