"""Which mails somebody wants."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField

from app.notify.rules import TOPIC_WORDS
from app.web.forms import BaseForm


class MailsForm(BaseForm):
    """One box per topic; what is left out is stopped."""

    topics = SelectMultipleField(
        _l("Send me mails about"), choices=[(topic, _l(words)) for topic, words in TOPIC_WORDS.items()]
    )
