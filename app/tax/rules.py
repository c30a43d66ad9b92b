"""Which tax a sale of goods carries. Rates are dated data; these are the decisions on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.errors import N_
from app.money.amounts import Money, share_due, tax_included

EXPORT = N_("Sent abroad")
MARKET_OWES_NOTE = N_(
    "The market owes this tax to the tax office, not the seller: it is kept from what the seller is paid."
)
EXPORT_NOTE = N_("The seller's country asks no tax on goods sent abroad; yours may ask duty or tax when they arrive.")
UNCONFIRMED_NOTE = N_("This rate was confirmed up to a day that has passed; the last known rate is used.")
ORDINARY = "ordinary"
CLASSES = {
    ORDINARY: N_("Ordinary goods"),
    "farm": N_("Farm and sea goods in their natural state"),
    "basic_food": N_("Basic food"),
    "books": N_("Books and newspapers"),
    "medicine": N_("Medicine"),
}
"""What a listing can be for the tax of its country; which of them differ from ordinary goods is data."""
FREE_NOTES = {
    "exempt": N_("These goods are exempt from the tax in the seller's country."),
    "zero": N_("These goods are taxed at zero percent in the seller's country."),
    "relief": N_("The state bears the tax on these goods in the seller's country."),
}


@dataclass(frozen=True)
class Preset:
    """A country's tax on domestic sales of one class of goods for a span of days, and how it is known."""

    country: str
    kind: str
    name: str
    rate_bps: int
    starts_on: date
    ends_on: date | None
    source: str
    evidence: str
    checked_on: date
    detail: str = ""
    goods: str = ORDINARY


@dataclass(frozen=True)
class TaxLine:
    """One line of the tax panel. `base` is without the tax; `note` is a text for the translators, or empty.

    `goods` is the class it is about; `owed_to` the country the market itself owes it to, empty where the seller owes it.
    `is_confirmed` is False when the rate's known span has ended and nothing newer is
    on file.
    """

    name: str
    rate_bps: int
    base: Money
    tax: Money
    is_included: bool
    note: str
    is_confirmed: bool = True
    goods: str = ORDINARY
    owed_to: str = ""


@dataclass(frozen=True)
class LowValue:
    """Of goods from abroad, those a country taxes when they are sold: what they cost, and the tax inside."""

    name: str
    rate_bps: int
    worth: Money


def preset_on(presets: Sequence[Preset], country: str, on: date, goods: str = ORDINARY) -> Preset | None:
    """The preset in force on that day; failing that, the last one that had begun.

    A class without an entry of its own is taxed like ordinary goods. So is one whose relief or exemption has ended:
    to charge too little would be the seller's loss.
    """
    begun = [p for p in presets if (p.country, p.goods) == (country, goods) and p.starts_on <= on]
    newest = max(begun, key=lambda preset: preset.starts_on, default=None)
    if goods != ORDINARY and (newest is None or has_ended(newest, on)):
        return preset_on(presets, country, on)
    return newest


def has_ended(preset: Preset, on: date) -> bool:
    return preset.ends_on is not None and preset.ends_on < on


def classes_apart(presets: Sequence[Preset], country: str, on: date) -> list[str]:
    """The classes whose tax differs there from that of ordinary goods, in our own order."""
    ordinary = preset_on(presets, country, on)
    return [goods for goods in CLASSES if goods != ORDINARY and preset_on(presets, country, on, goods) is not ordinary]


def tax_lines(
    presets: Sequence[Preset],
    *,
    seller_country: str,
    is_registered: bool,
    buyer_country: str,
    goods: Mapping[str, Money],
    shipping: Money,
    on: date,
    market_answers: bool = False,
    low_value: LowValue | None = None,
) -> list[TaxLine]:
    """Tax lines of one seller's part of a cart, `goods` by class; prices are tax-inclusive, so lines never change a total.

    A registered seller's domestic sale shows the tax inside goods and shipping, shipping like ordinary goods. Goods
    sent abroad show a note. A seller below the threshold, or in a country without such a tax, shows nothing.

    Where the market answers for the tax as if it had sold the goods itself, it is inside every seller's price: at home by
    `market_answers`, of goods from abroad by `low_value`, which takes its part of the shipping with it.
    """
    whole = sum(goods.values(), shipping)
    nothing = Money(0, whole.currency)
    if seller_country != buyer_country:
        taxed_there = _low_value(low_value, whole, shipping, buyer_country) if low_value and low_value.worth else []
        rest = whole - sum((line.base + line.tax for line in taxed_there), nothing)
        return [
            *taxed_there,
            *(
                [TaxLine(EXPORT, 0, rest, nothing, is_included=True, note=EXPORT_NOTE)]
                if rest or not taxed_there
                else []
            ),
        ]
    ordinary = preset_on(presets, seller_country, on)
    if not (is_registered or market_answers) or ordinary is None or ordinary.kind == "none":
        return []
    taxed: dict[str, tuple[Preset, Money]] = {ORDINARY: (ordinary, shipping)}
    for name, amount in goods.items():
        preset = preset_on(presets, seller_country, on, name) or ordinary
        key = preset.goods
        taxed[key] = (preset, amount + taxed[key][1] if key in taxed else amount)
    lines = [
        _line(preset, gross, on)
        for preset, gross in taxed.values()
        if gross or (preset is ordinary and len(taxed) == 1)
    ]
    return [_owed_by_market(line, seller_country) for line in lines] if market_answers else lines


def _low_value(low: LowValue, whole: Money, shipping: Money, country: str) -> list[TaxLine]:
    goods = whole - shipping
    sent = Money(share_due(shipping.minor, low.worth.minor, goods.minor), whole.currency)
    gross = low.worth + sent
    tax = tax_included(gross, low.rate_bps)
    line = TaxLine(low.name, low.rate_bps, gross - tax, tax, is_included=True, note="")
    return [_owed_by_market(line, country)]


def _owed_by_market(line: TaxLine, country: str) -> TaxLine:
    """As it is where there is no tax in it."""
    return replace(line, owed_to=country, note=MARKET_OWES_NOTE) if line.rate_bps else line


def _line(preset: Preset, gross: Money, on: date) -> TaxLine:
    tax, ended = tax_included(gross, preset.rate_bps), has_ended(preset, on)
    note = UNCONFIRMED_NOTE if ended else preset.detail or FREE_NOTES.get(preset.kind, "")
    return TaxLine(
        preset.name,
        preset.rate_bps,
        gross - tax,
        tax,
        is_included=True,
        note=note,
        is_confirmed=not ended,
        goods=preset.goods,
    )


def ended_presets(presets: Sequence[Preset], on: date) -> list[Preset]:
    """Of every country and class the newest begun preset, where it no longer covers `on`: somebody has to look it up."""
    begun: dict[tuple[str, str], Preset] = {}
    for preset in sorted((p for p in presets if p.starts_on <= on), key=lambda preset: preset.starts_on):
        begun[preset.country, preset.goods] = preset
    return [begun[key] for key in sorted(begun) if has_ended(begun[key], on)]
