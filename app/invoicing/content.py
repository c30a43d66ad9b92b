"""What a document keeps of its order: both parties, lines and taxes, as they are when it is issued."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.config.days import day_in
from app.fx.queries import rates_of, tax_office_rate
from app.identity.rules.countries import country
from app.invoicing.rules.amounts import Gross, Part, Split, Told, split_tax
from app.money.amounts import Money, Rate, usd
from app.orders.models import Order, OrderGroup
from app.parties.queries import trading_names
from app.tax.rules import EXPORT, EXPORT_NOTE, ORDINARY
from app.withholding.queries import tax_number_of

Content = dict[str, Any]


@dataclass(frozen=True)
class Person:
    """Who bought, as the order has it; without anything but a country once that person was erased."""

    name: str
    address: Mapping[str, str]
    phone: str
    email: str


@dataclass(frozen=True)
class Local:
    """Total and tax as a tax office counts them, with the rate at which they were found."""

    total: Money
    tax: Money
    rate: dict[str, Any]


def content_of(session: Session, order: Order, split: Split, local: Local) -> Content:
    """Of an invoice over all of a locked order, in whole US cents."""
    return {
        "order": order.number,
        "seller": _seller(session, order),
        "buyer": _buyer(order.group),
        "lines": _lines(order, split),
        "shipping": _shipping(order, split),
        "parts": kept(split.parts),
        "discount": {"code": order.voucher_code, "cents": order.discount_cents},
        "market": {"code": order.market_voucher_code, "cents": order.market_cents},
        "currency": order.currency,
        "total_minor": order.total_minor,
        "rate": _charged_rate(order),
        "local_rate": local.rate,
    }


def content_of_credit(invoiced: Content, parts: Sequence[Part], reason: str) -> Content:
    """Of a credit note: the parties as they stood on the invoice, and what goes back by tax."""
    same = {name: invoiced[name] for name in ("order", "seller", "buyer", "rate", "local_rate")}
    return {**same, "parts": kept(parts), "reason": reason}


def split_of(order: Order) -> Split:
    """The order's tax over its lines, its way of sending last."""
    lines = [Gross(line.tax_class, line.net_cents) for line in order.lines]
    rate = Rate(order.currency, order.fx_per_usd_micro)
    return split_tax([*lines, Gross(ORDINARY, order.shipping_cents)], _told(order), rate)


def _told(order: Order) -> list[Told]:
    """The seller's own taxes. One that the market owes is none of them; to the country it goes to, the seller exports."""
    nothing = Money(0, order.currency)
    if any(one.get("owed_to", "") not in ("", order.organization.country) for one in order.tax_lines):
        return [Told(ORDINARY, EXPORT, 0, nothing, EXPORT_NOTE)]
    return [
        Told(one.get("goods", ORDINARY), "", 0, nothing, one["note"])
        if one.get("owed_to")
        else Told(
            one.get("goods", ORDINARY),
            one["name"],
            one["rate_bps"],
            Money(one["tax_minor"], one["currency"]),
            one.get("note", ""),
        )
        for one in order.tax_lines
    ]


def local_of(session: Session, order: Order, split: Split, supplied_at: datetime) -> Local:
    """In the money of a registered seller's country; of what was priced in other money, at the tax office's rate for the
    seller's day, or where the operator loads none, at the newest rate on file.

    In the order's own currency for who is not registered, and where there is no rate.
    """
    shop = order.organization
    tax = sum(one.tax.minor for one in _told(order))
    told = Local(Money(order.total_minor, order.currency), Money(tax, order.currency), _charged_rate(order))
    wanted = country(shop.country).own_currency
    if not shop.is_tax_registered or wanted == order.currency:
        return told
    day = day_in(shop.time_zone, supplied_at)
    dated = tax_office_rate(session, wanted, day) or rates_of(session, [wanted]).get(wanted)
    if dated is None:
        return told
    taxed = usd(sum(part.tax_cents for part in split.parts))
    rate = _rate(wanted, dated.rate.per_usd_micro, dated.as_of, dated.source)
    return Local(dated.rate.from_usd(usd(order.total_cents)), dated.rate.from_usd(taxed), rate)


def _charged_rate(order: Order) -> dict[str, Any]:
    return _rate(order.currency, order.fx_per_usd_micro, order.fx_as_of, order.fx_source)


def _rate(code: str, per_usd_micro: int, as_of: date, source: str) -> dict[str, Any]:
    return {"currency": code, "per_usd_micro": per_usd_micro, "as_of": as_of.isoformat(), "source": source}


def kept(parts: Sequence[Part]) -> list[dict[str, Any]]:
    return [asdict(part) for part in parts]


def parts_kept(content: Content) -> list[Part]:
    return [Part(**part) for part in content["parts"]]


def _seller(session: Session, order: Order) -> dict[str, Any]:
    shop = order.organization
    told = trading_names(session, [shop.id])[shop.id]
    return {
        "name": shop.name,
        "local_names": shop.local_names,
        "legal_name": told.legal_name,
        "registration_number": told.registration_number,
        "tax_number": told.tax_number or tax_number_of(session, shop.id),
        "place": shop.place,
        "country": shop.country,
        "is_tax_registered": shop.is_tax_registered,
    }


def _buyer(group: OrderGroup) -> dict[str, Any]:
    """A firm with its numbers. People stand in their order, where they can be erased, and nowhere else."""
    return {
        "company": dict(group.company),
        "country": group.address.get("country", ""),
    }


def _lines(order: Order, split: Split) -> list[dict[str, Any]]:
    return [
        {
            "titles": line.titles,
            "variant_names": line.variant_names,
            "sku": line.sku,
            "unit": line.unit,
            "pieces": line.pieces,
            "piece_unit": line.piece_unit,
            "quantity": line.quantity,
            "price_minor": line.price_minor,
            "line_minor": line.line_minor,
            "line_cents": line.line_cents,
            "gross_cents": line.net_cents,
            "tax_cents": split.tax_of[at],
            "part": split.part_of[at],
        }
        for at, line in enumerate(order.lines)
    ]


def _shipping(order: Order, split: Split) -> dict[str, Any]:
    return {
        "method": order.shipping["method"],
        "minor": order.shipping_minor,
        "gross_cents": order.shipping_cents,
        "tax_cents": split.tax_of[-1],
        "part": split.part_of[-1],
    }
