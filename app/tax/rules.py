"""Which tax a sale of goods carries. Rates are dated data; these are the decisions on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.errors import N_
from app.money.amounts import Money, tax_included

EXPORT = N_("Sent abroad")
EXPORT_NOTE = N_("The seller's country asks no tax on goods sent abroad; yours may ask duty or tax when they arrive.")
UNCONFIRMED_NOTE = N_("This rate was confirmed up to a day that has passed; the last known rate is used.")


@dataclass(frozen=True)
class Preset:
    """A country's tax on ordinary domestic sales for a span of days, and how it is known."""

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


@dataclass(frozen=True)
class TaxLine:
    """One line of the tax panel. `base` is without the tax; `note` is a text for the translators, or empty.

    `is_confirmed` is False when the rate's known span has ended and nothing newer is on file.
    """

    name: str
    rate_bps: int
    base: Money
    tax: Money
    is_included: bool
    note: str
    is_confirmed: bool = True


def preset_on(presets: Sequence[Preset], country: str, on: date) -> Preset | None:
    """The preset in force on that day; failing that, the last one that had begun."""
    begun = [preset for preset in presets if preset.country == country and preset.starts_on <= on]
    return max(begun, key=lambda preset: preset.starts_on, default=None)


def has_ended(preset: Preset, on: date) -> bool:
    return preset.ends_on is not None and preset.ends_on < on


def tax_lines(
    presets: Sequence[Preset],
    *,
    seller_country: str,
    is_registered: bool,
    buyer_country: str,
    goods: Money,
    shipping: Money,
    on: date,
) -> list[TaxLine]:
    """Tax lines of one seller's part of a cart; prices are tax-inclusive, so lines never change a total.

    A registered seller's domestic sale shows the tax inside goods and shipping. Goods sent abroad show a note.
    A seller below the threshold, or in a country without such a tax, shows nothing.
    """
    whole = goods + shipping
    nothing = Money(0, whole.currency)
    if seller_country != buyer_country:
        return [TaxLine(EXPORT, 0, whole, nothing, is_included=True, note=EXPORT_NOTE)]
    preset = preset_on(presets, seller_country, on)
    if not is_registered or preset is None or preset.kind == "none":
        return []
    tax = tax_included(whole, preset.rate_bps)
    ended = has_ended(preset, on)
    note = UNCONFIRMED_NOTE if ended else preset.detail
    return [
        TaxLine(preset.name, preset.rate_bps, whole - tax, tax, is_included=True, note=note, is_confirmed=not ended)
    ]


def ended_presets(presets: Sequence[Preset], on: date) -> list[Preset]:
    """Countries whose newest begun preset no longer covers `on`: somebody has to look up the new rate."""
    newest = [preset_on(presets, country, on) for country in sorted({preset.country for preset in presets})]
    return [preset for preset in newest if preset is not None and has_ended(preset, on)]
