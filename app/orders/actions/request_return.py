"""The buyer asks to send goods back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.media.private_files import PrivateFile
from app.orders.actions.keep_files import keep_files
from app.orders.actions.lock_order import lock_order
from app.orders.actions.move_return import count_returned, length_of_day, tell_of_return
from app.orders.actions.tell_returns import tell_return_asked
from app.orders.errors import FormAlreadyUsed, NothingInEscrow, PaymentTakenBack, ReturnIsRunning, TooManyReturns
from app.orders.left import to_return
from app.orders.models import Order
from app.orders.queries import Viewer, chain_now, orders_bought_by, stories_of
from app.orders.return_models import OrderReturn, OrderReturnLine
from app.orders.return_queries import return_of_form, returns_of, running_return_of
from app.orders.rules.life import require_returnable
from app.orders.rules.parcels import chosen, part_cents
from app.orders.rules.purchase import CARD
from app.orders.rules.returns import ReturnState, due, hold_at
from app.settlement.queries import is_paying_out

BUYER = "buyer"
MOST_RETURNS = 10
"""Of one order, ended ones among them: each is a mail to the seller."""


def request_return(
    session: Session,
    viewer: Viewer,
    order_id: UUID,
    *,
    counts: Mapping[UUID, int],
    reason: str,
    text: str,
    files: Sequence[PrivateFile] = (),
    form_token: UUID,
    now: datetime,
) -> OrderReturn:
    """`counts` of each line by its id. The same form twice is one return.

    Raises OrderNotFound, FormAlreadyUsed, PaymentTakenBack, EscrowIsOver, NothingInEscrow (in dispute, or being paid out), OrderNotShipped,
    ReturnIsRunning, TooManyReturns, NothingChosen, MoreThanIsLeft, TooManyFiles.
    """
    order = lock_order(session, orders_bought_by(viewer), order_id)
    known = return_of_form(session, form_token)
    if known is not None:
        if known.order_id != order.id:
            raise FormAlreadyUsed
        return known
    _require_returnable(session, order)
    if running_return_of(session, order.id) is not None:
        raise ReturnIsRunning
    if len(returns_of(session, order)) >= MOST_RETURNS:
        raise TooManyReturns(limit=MOST_RETURNS)
    found = _open(session, order, counts, reason, text, form_token, now)
    keep_files(session, order, files, side=BUYER, return_id=found.id)
    tell_of_return(session, order, found, now=now, actor_id=viewer.user_id)
    tell_return_asked(session, order, found)
    return found


def _require_returnable(session: Session, order: Order) -> None:
    story = stories_of(session, [order])[order.id]
    if story.card_is_disputed:
        raise PaymentTakenBack
    require_returnable(
        story.axes,
        is_leaving=story.is_leaving_escrow,
        auto_release_at=order.auto_release_at,
        chain_now=chain_now(session),
    )
    if is_paying_out(session, order.id):
        raise NothingInEscrow


def _open(
    session: Session,
    order: Order,
    counts: Mapping[UUID, int],
    reason: str,
    text: str,
    form_token: UUID,
    now: datetime,
) -> OrderReturn:
    lines, today, day = to_return(order), chain_now(session), length_of_day()
    wanted = chosen(lines, counts)
    ends = due(ReturnState.REQUESTED, today, day)
    held = hold_at(today, order.auto_release_at, day, market_signs=order.group.payment_method == CARD)
    found = OrderReturn(
        order_id=order.id,
        form_token=form_token,
        state=ReturnState.REQUESTED,
        reason=reason,
        text=text,
        asked_at=now,
        due_at=ends,
        hold_at=held,
        next_look_at=min(ends, held),
        lines=[
            OrderReturnLine(order_line_id=line.id, quantity=wanted[line.id], cents=part_cents(line, wanted[line.id]))
            for line in lines
            if line.id in wanted
        ],
    )
    session.add(found)
    count_returned(order, found, +1)
    session.flush()
    return found
