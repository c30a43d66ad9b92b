"""Paying what was ordered on terms from an own wallet: who may, and what is to be signed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.checkout.actions.start_card_payment import require_somebody_to_pay
from app.orders.actions.lock_order import lock_group
from app.orders.actions.pay_owed_by_wallet import begin_from_wallet
from app.orders.models import OrderGroup
from app.orders.queries import Viewer, group_alone
from app.settlement.actions.fund_escrow import funding_message


@dataclass(frozen=True)
class ToSign:
    """`document` is what the wallet signs, until `until`; None when it is signed already."""

    group: OrderGroup
    wallet: bytes
    document: dict[str, Any] | None
    until: datetime


def pay_from_wallet(session: Session, viewer: Viewer, order_group_id: UUID, wallet: bytes, *, now: datetime) -> ToSign:
    """Begin, or go on with what was begun. Close a card page before.

    Raises OrderNotFound, NothingOwed, PaymentUnderWay, CardPageIsOpen, BegunTooOften, ShopDoesNotSell.
    """
    group = lock_group(session, group_alone(session, viewer, order_group_id).id)
    if group.state == "on_terms":
        require_somebody_to_pay(group)
    escrow = begin_from_wallet(session, group, wallet, now=now)
    document = funding_message(session, group.id) if escrow.authorization is None else None
    return ToSign(group, escrow.buyer, document, escrow.fund_by)
