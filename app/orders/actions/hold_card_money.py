"""The cardholder's bank took the payment back: nobody is paid from escrow until somebody of the market decides."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.orders.actions.put_before_arbiter import put_before_arbiter
from app.orders.models import Order
from app.orders.queries import chain_now, stories_of
from app.orders.rules.status import SettlementStatus
from app.settlement.actions.exit_leg import take_back_release
from app.settlement.queries import protected_until


def hold_card_money(session: Session, order: Order, *, now: datetime) -> None:
    """Dispute the locked order's leg in the buyer's place and put it before the arbiter. Twice is once.

    Before the deposit is in a block there is nothing to hold yet; after the protection window the contract takes no
    dispute any more. A release the buyer asked for and that was not sent yet is taken back: their bank said otherwise.
    """
    story = stories_of(session, [order])[order.id]
    if not story.card_is_disputed or story.axes.settlement is not SettlementStatus.IN_ESCROW:
        return
    if chain_now(session) > protected_until(session, order.id):
        return
    take_back_release(session, order.id)
    put_before_arbiter(session, order, key="chargeback", reason="other", now=now)
