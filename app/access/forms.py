"""The form of a new token."""

from collections.abc import Iterable
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired

from app.access.rules import LIFETIMES, LONGEST_NAME, TokenTerms, offered_to
from app.identity.actor import Actor
from app.identity.models import Organization
from app.web.fields import LineField
from app.web.forms import BaseForm

SELF = "self"


class TokenForm(BaseForm):
    name = LineField(_l("Name"), [InputRequired()], longest=LONGEST_NAME)
    whom = RadioField(_l("Whom does the program work for?"), [InputRequired()])
    scopes = SelectMultipleField(_l("What may it do?"))
    days = SelectField(_l("How long is it good?"))

    def offer(self, actor: Actor, shops: Iterable[Organization]) -> None:
        """Fill in the choices this person has, in the viewer's language."""
        self.whom.choices = [(SELF, _("For you: what you buy, and every shop you work for"))]
        self.whom.choices += [(str(shop.id), shop.name) for shop in shops]
        self.scopes.choices = [(scope, _(words)) for scope, words in offered_to(actor).items()]
        self.days.choices = [(str(days), _("%(days)s days", days=days)) for days in LIFETIMES]
        self.days.choices.append(("", _("Until you revoke it")))

    def terms(self) -> TokenTerms:
        return TokenTerms(
            name=self.name.data or "",
            scopes=tuple(self.scopes.data or ()),
            organization_id=None if self.whom.data == SELF else UUID(self.whom.data),
            days=int(self.days.data) if self.days.data else None,
        )
