"""What a page of one order shows beside the order itself, in one statement for each side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.together import at_once
from app.messages.queries import OrderThread, threads_of_order
from app.messages.rules import BUYER, SHOP
from app.orders.models import Dispute, Order
from app.orders.queries import asked_refunds, part_of, parts_agreed
from app.orders.rules.milestones import Part
from app.settlement.queries import safe_number
from app.shipping.queries import carriers_of
from app.withholding.queries import terms_fixed


@dataclass(frozen=True)
class Beside:
    """`parts` are those in which the money leaves escrow; none when it leaves at once."""

    dispute: Any | None
    thread: OrderThread | None
    parts: Sequence[Part]


@dataclass(frozen=True)
class BesideSold(Beside):
    """`carriers` are those of the shop's ways to send; `safe_number` is of the chain's newest block that stays."""

    refunds_asked: int
    carriers: frozenset[str]
    tax_terms: Sequence[Any]
    safe_number: int | None


def beside_bought(session: Session, order: Order) -> Beside:
    """Of an order that was found with its buyer's eyes."""
    return Beside(*_common(*at_once(session, *_asked(order, BUYER))))


def beside_sold(session: Session, order: Order) -> BesideSold:
    """Of an order that was found with the eyes of its shop's people."""
    *common, ((refunds,),), carriers, terms, safe = at_once(
        session,
        *_asked(order, SHOP),
        asked_refunds(order.id),
        carriers_of(order.organization_id),
        terms_fixed(order.id),
        safe_number(),
    )
    return BesideSold(
        *_common(*common),
        refunds_asked=int(refunds),
        carriers=frozenset(row.carrier for row in carriers),
        tax_terms=terms,
        safe_number=safe[0].safe_number if safe else None,
    )


def _asked(order: Order, side: str) -> tuple[Any, ...]:
    return select(Dispute).where(Dispute.order_id == order.id), threads_of_order(order.id, side), parts_agreed(order.id)


def _common(disputes: list[Any], threads: list[Any], parts: list[Any]) -> tuple[Any, OrderThread | None, list[Part]]:
    return (
        disputes[0] if disputes else None,
        OrderThread(*threads[0]) if threads else None,
        [part_of(row) for row in parts],
    )
