"""What is asked before data is erased."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField
from wtforms.validators import InputRequired

from app.web.fields import LineField
from app.web.forms import BaseForm


class EraseAccountForm(BaseForm):
    password = PasswordField(_l("Your password"), [InputRequired()])


class EraseWalletAccountForm(BaseForm):
    """An account without a password shows that it is its owner by having signed in just now."""


class EraseCheckoutForm(BaseForm):
    email = LineField(_l("E-mail address of the order"), [InputRequired()], longest=254)
