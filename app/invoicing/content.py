"""What a document keeps of its order: both parties, lines and taxes, as they are when it is issued."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

from app.invoicing.rules.amounts import Gross, Part, Split, Told, split_tax
from app.money.amounts import Money, Rate
from app.orders.models import Order, OrderGroup
from app.parties.queries import trading_names
from app.tax.rules import ORDINARY
from app.withholding.queries import tax_number_of

Content = dict[str, Any]


def content_of(session: Session, order: Order) -> Content:
    """Of an invoice over all of a locked order, in whole US cents."""
    split = split_of(order)
    return {
        "order": order.number,
        "seller": _seller(session, order),
        "buyer": _buyer(order.group),
        "lines": _lines(order, split),
        "shipping": _shipping(order, split),
        "parts": kept(split.parts),
        "discount": {"code": order.voucher_code, "cents": order.discount_cents},
        "market": {"code": order.market_voucher_code, "cents": order.market_cents},
        "rate": {
            "currency": order.currency,
            "per_usd_micro": order.fx_per_usd_micro,
            "as_of": order.fx_as_of.isoformat(),
            "source": order.fx_source,
        },
    }


def content_of_credit(invoiced: Content, parts: Sequence[Part], reason: str) -> Content:
    """Of a credit note: the parties as they stood on the invoice, and what goes back by tax."""
    same = {name: invoiced[name] for name in ("order", "seller", "buyer", "rate")}
    return {**same, "parts": kept(parts), "reason": reason}


def split_of(order: Order) -> Split:
    """The order's tax over its lines, its way of sending last."""
    lines = [Gross(line.tax_class, line.net_cents) for line in order.lines]
    told = [
        Told(
            one.get("goods", ORDINARY),
            one["name"],
            one["rate_bps"],
            Money(one["tax_minor"], one["currency"]),
            one.get("note", ""),
        )
        for one in order.tax_lines
    ]
    return split_tax(
        [*lines, Gross(ORDINARY, order.shipping_cents)], told, Rate(order.currency, order.fx_per_usd_micro)
    )


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
    return {
        "name": group.name,
        "email": group.email,
        "phone": group.phone,
        "address": dict(group.address),
        "company": dict(group.company),
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
