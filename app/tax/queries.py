"""Tax questions answered from the presets on file."""

from collections.abc import Mapping
from datetime import date

from app.money.amounts import Money
from app.tax import rules
from app.tax.presets import presets
from app.tax.rules import LowValue, Preset, TaxLine


def tax_lines(
    seller_country: str,
    is_registered: bool,
    buyer_country: str,
    goods: Mapping[str, Money],
    shipping: Money,
    on: date,
    *,
    market_answers: bool = False,
    low_value: LowValue | None = None,
) -> list[TaxLine]:
    """See `rules.tax_lines`. Amounts are in the seller's currency, or in dollars: the share is the same."""
    return rules.tax_lines(
        presets(),
        seller_country=seller_country,
        is_registered=is_registered,
        buyer_country=buyer_country,
        goods=goods,
        shipping=shipping,
        on=on,
        market_answers=market_answers,
        low_value=low_value,
    )


def taxed_at_home(on: date) -> dict[str, Preset]:
    """By country the tax on ordinary goods sold within it, where it has one."""
    found = {one.country: rules.preset_on(presets(), one.country, on) for one in presets()}
    return {country: preset for country, preset in found.items() if preset and preset.rate_bps}


def ended_presets(on: date) -> list[Preset]:
    """Rates whose known span has ended: an alarm for the operator."""
    return rules.ended_presets(presets(), on)


def tax_classes(country: str, on: date) -> list[str]:
    """The classes whose tax differs in that country from that of ordinary goods."""
    return rules.classes_apart(presets(), country, on)
