"""Rules as people read them."""

from collections.abc import Collection
from fractions import Fraction

from flask_babel import gettext as _

from app.identity.rules.roles import SHOP_KINDS
from app.withholding.rules import COMMISSION, HOME, IMPORTS, SHIPPING, SUPPLY, VAT, WITHHELD
from app.withholding.views import bp

_FINEST = 10_000


def scope_words() -> dict[str, str]:
    """What a switch is about."""
    return {
        WITHHELD: _("Tax withheld from the country's sellers"),
        HOME: _("VAT of sales within the country: the market owes it, not the sellers"),
        IMPORTS: _("VAT of goods of low value sold into the country: the market owes it"),
    }


def tax_words() -> dict[str, str]:
    return {WITHHELD: _("withheld"), SUPPLY: _("VAT the market owes")}


@bp.app_template_filter("fraction")
def fraction_text(value: Fraction) -> str:
    """`0.5 %`; one that has no few decimals as `1/3`."""
    scaled = value * 100 * _FINEST
    if scaled.denominator != 1:
        return f"{value.numerator}/{value.denominator}"
    whole, rest = divmod(scaled.numerator, _FINEST)
    return f"{whole}.{rest:04d}".rstrip("0").rstrip(".") + " %"


@bp.app_template_filter("seller_kinds")
def seller_kinds(kinds: Collection[str]) -> str:
    words = {
        "company": _("companies"),
        "sole_trader": _("family businesses and sole traders"),
        "private_person": _("private persons"),
    }
    return ", ".join(words[kind] for kind in SHOP_KINDS if kind in kinds)


@bp.app_template_filter("tax_parts")
def tax_parts(parts: Collection[str]) -> str:
    """What a base leaves out."""
    words = {VAT: _("VAT"), SHIPPING: _("sending"), COMMISSION: _("the market's commission")}
    shown = ", ".join(word for part, word in words.items() if part in parts)
    return shown or _("nothing but what goes back to the buyer")
