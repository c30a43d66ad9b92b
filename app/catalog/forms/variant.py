"""One row of the goods table."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired, Optional

from app.catalog.forms.tiers import TiersField
from app.catalog.rules.listings import LARGEST_STOCK
from app.web.fields import MoneyField, QuantityField
from app.web.forms import BaseForm


class VariantForm(BaseForm):
    """One row of the goods table; made for one currency by `variant_form`."""

    stock = QuantityField(_l("Stock"), [InputRequired()], least=0, most=LARGEST_STOCK)
    seen = QuantityField(_l("Stock before"), [Optional()], least=0, most=LARGEST_STOCK)
    price: MoneyField
    tiers: TiersField


def variant_form(currency: str) -> type[VariantForm]:
    class Made(VariantForm):
        price = MoneyField(_l("Price"), [InputRequired()], currency=currency)
        tiers = TiersField(_l("Other prices for larger quantities"), currency=currency)

    return Made
