"""What was ordered on terms is paid from the buyer's own wallet: terms are written, signed within minutes, and deposited.

Terms that nobody signs, or whose deposit never comes, lapse by themselves and the order is owed as before. While they may
still be funded nothing else pays the order or ends it, so that no money comes for what is over. They are begun so often a day
and no more, so that a buyer who never signs keeps nobody from ending the order.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from app.onramp.queries import card_payment_of
from app.orders.actions.pay_owed import note_paid, terms_anew
from app.orders.errors import BegunTooOften, CardPageIsOpen, NothingOwed, PaymentUnderWay, SigningTimeOver
from app.orders.models import OrderGroup
from app.orders.queries import wallet_terms, wallet_terms_until
from app.orders.rules.purchase import WALLET
from app.settlement.actions.fund_escrow import fund_by_wallet
from app.settlement.models import Escrow
from app.settlement.queries import leg_of

SIGN_WITHIN = timedelta(minutes=20)
MOST_BEGUN, A_DAY = 3, timedelta(days=1)


def begin_from_wallet(session: Session, group: OrderGroup, wallet: bytes, *, now: datetime) -> Escrow:
    """Terms for this wallet to sign, for the locked group; begun already, the same again.

    Raises NothingOwed, PaymentUnderWay while another wallet's stand, CardPageIsOpen, BegunTooOften.
    """
    if group.state != "on_terms":
        raise NothingOwed
    standing = wallet_terms(session, group.id)
    if standing is not None:
        if standing.buyer != wallet:
            raise PaymentUnderWay(until=standing.fund_by)
        return standing
    payment = card_payment_of(session, group.id)
    if payment is not None and payment.state == "open" and payment.session_id is not None:
        raise CardPageIsOpen
    begun = wallet_terms_until(session, group.id, since=now - A_DAY)
    if len(begun) >= MOST_BEGUN:
        raise BegunTooOften(most=MOST_BEGUN, until=begun[-MOST_BEGUN] + A_DAY)
    escrow = terms_anew(session, group, fund_by=now + SIGN_WITHIN, at=now, wallet=wallet)
    group.authorized_at = None
    return escrow


def require_no_wallet_terms(session: Session, order_group_id: UUID) -> None:
    """Of an order on terms. Raises PaymentUnderWay."""
    standing = wallet_terms(session, order_group_id)
    if standing is not None:
        raise PaymentUnderWay(until=standing.fund_by)


def sign_owed(
    session: Session, group: OrderGroup, *, valid_after: int, valid_before: int, signature: bytes, now: datetime
) -> None:
    """Accept the signature for the locked group. Twice is once. Raises SigningTimeOver, SignatureRejected."""
    standing = wallet_terms(session, group.id)
    if standing is None:
        raise SigningTimeOver
    if standing.authorization is not None:
        return
    fund_by_wallet(session, group.id, valid_after=valid_after, valid_before=valid_before, signature=signature)
    group.authorized_at, group.hold_until = now, standing.fund_by


def note_paid_by_wallet(session: Session, group: OrderGroup, *, at: datetime) -> None:
    """The deposit of the locked group stands in a block."""
    leg = leg_of(session, group.orders[0].id)
    if leg is None or not leg.seen_funded or leg.escrow.paid_by != WALLET:
        return
    group.payment_method, group.buyer_address = WALLET, leg.escrow.buyer
    note_paid(session, group, leg.escrow, card="", at=at)
