"""What a voucher is made from, as people type it."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import Optional, ValidationError

from app.config.days import day_begins
from app.errors import Invalid
from app.money.amounts import BPS_PER_PERCENT
from app.vouchers.rules.codes import code_key
from app.vouchers.rules.terms import MOST_BPS, MOST_SCOPES, MOST_USES, VoucherTerms
from app.web.fields import DayField, LineField, MoneyField, ParagraphsField, QuantityField
from app.web.forms import BaseForm
from app.web.problem_words import sentence


class VoucherForm(BaseForm):
    """Made for one currency by `voucher_form`."""

    amount: MoneyField
    minimum: MoneyField
    code = LineField(_l("Code"), longest=60)
    percent = QuantityField(_l("Percent off"), [Optional()], least=1, most=MOST_BPS // BPS_PER_PERCENT, unit="%")
    first_day = DayField(_l("First day"), [Optional()])
    last_day = DayField(_l("Last day"), [Optional()])
    most_uses = QuantityField(_l("How often, all together"), [Optional()], most=MOST_USES)
    most_per_buyer = QuantityField(_l("How often per buyer"), [Optional()], most=MOST_USES, default=1)
    category = SelectField(_l("For which goods"), validators=[Optional()])
    skus = ParagraphsField(_l("Only these goods, by their codes (SKU), one on each line"), longest=4000)

    def offer_categories(self, named: Iterable[tuple[UUID, str]]) -> None:
        """Call before validating and rendering."""
        self.category.choices = [("", _("All goods")), *((str(key), name) for key, name in named)]

    def validate_code(self, field: LineField) -> None:
        if (field.data or "").strip():
            try:
                code_key(field.data or "")
            except Invalid as problem:
                raise ValidationError(sentence(problem)) from None

    def named_skus(self) -> list[str]:
        """Each once, in order."""
        return list(dict.fromkeys(line.strip() for line in (self.skus.data or "").splitlines() if line.strip()))

    def validate_skus(self, field: ParagraphsField) -> None:
        if len(self.named_skus()) > MOST_SCOPES:
            raise ValidationError(_("Name at most %(most)s goods.", most=MOST_SCOPES))

    def terms(self, *, currency: str, time_zone: str, listing_ids: Iterable[UUID] = ()) -> VoucherTerms:
        """Days are whole days of that zone, the last one included."""
        amount, minimum, category = self.amount.data, self.minimum.data, self.category.data
        return VoucherTerms(
            code=self.code.data or "",
            currency=currency,
            percent_bps=self.percent.data * BPS_PER_PERCENT if self.percent.data else None,
            amount_minor=amount.minor if amount is not None else None,
            minimum_minor=minimum.minor if minimum is not None else 0,
            starts_at=day_begins(time_zone, self.first_day.data) if self.first_day.data else None,
            ends_at=day_begins(time_zone, self.last_day.data + timedelta(days=1)) if self.last_day.data else None,
            most_uses=self.most_uses.data,
            most_per_buyer=self.most_per_buyer.data,
            listing_ids=frozenset(listing_ids),
            category_ids=frozenset({UUID(category)} if category else ()),
        )


def voucher_form(currency: str) -> type[VoucherForm]:
    """With amounts in that currency."""

    class Made(VoucherForm):
        amount = MoneyField(_l("Or an amount off"), [Optional()], currency=currency)
        minimum = MoneyField(_l("From goods worth"), [Optional()], currency=currency)

    return Made
