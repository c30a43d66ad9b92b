"""A list of codes: kept as typed, looked up, mended line by line, and put into the cart."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from app.checkout.actions.change_cart import MAX_LINES, lock_cart
from app.checkout.actions.put_many import put_many
from app.db.locks import lock_one
from app.jobs.queue import enqueue
from app.pricing.queries import Buyer
from app.purchasing.errors import QuickLineNotFound, QuickOrderNotFound
from app.purchasing.models import QuickLine, QuickOrder
from app.purchasing.queries import candidate, candidates_of, orderable, quick_order_of
from app.purchasing.rules.finding import Found, judge
from app.purchasing.rules.lines import AT_ONCE, TypedLine

CHUNK = 500


def keep_quick_order(
    session: Session, user_id: UUID | None, lines: Sequence[TypedLine], *, form_token: UUID, shop: str
) -> QuickOrder:
    """As typed. Few lines are looked up at once, many by a job. The same form again is the same list."""
    known = session.scalars(select(QuickOrder).where(QuickOrder.form_token == form_token)).one_or_none()
    if known is not None:
        return known
    made = QuickOrder(
        token=secrets.token_urlsafe(24), form_token=form_token, user_id=user_id, shop=shop, line_count=len(lines)
    )
    session.add(made)
    session.flush()
    rows = [
        {
            "quick_order_id": made.id,
            "position": line.position,
            "sku": line.sku,
            "typed": line.typed,
            "quantity": line.quantity,
            "problem": line.problem,
        }
        for line in lines
    ]
    session.execute(insert(QuickLine), rows)
    if len(lines) <= AT_ONCE:
        while look_up_chunk(session, made.id):
            pass
    else:
        enqueue(session, "purchasing.look_up", quick_order_id=str(made.id))
    return made


def look_up_chunk(session: Session, quick_order_id: UUID) -> bool:
    """The next lines, in two statements; gives whether there are more. Can run twice: done lines are left alone."""
    order = session.get(QuickOrder, quick_order_id, with_for_update=True, populate_existing=True)
    if order is None or order.state != "waiting":
        return False
    lines = session.scalars(
        select(QuickLine)
        .where(QuickLine.quick_order_id == order.id, QuickLine.position >= order.done_lines)
        .order_by(QuickLine.position)
        .limit(CHUNK)
    ).all()
    buyer = Buyer(order.user_id) if order.user_id else None
    found = candidates_of(session, buyer, [line.sku for line in lines], shop=order.shop)
    _write(session, [(line.id, judge(line.quantity, line.problem, found.get(line.sku.lower(), ()))) for line in lines])
    order.done_lines = lines[-1].position + 1 if lines else order.line_count
    is_done = order.done_lines >= order.line_count or len(lines) < CHUNK
    if is_done:
        order.state = "ready"
    session.flush()
    return not is_done


def mend_line(
    session: Session, token: str, user_id: UUID | None, position: int, *, sku: str, quantity: int | None, problem: str,
    chosen: UUID | None,
) -> None:  # fmt: skip
    """Look one line up again as typed now, or as chosen among several. Raises QuickOrderNotFound, QuickLineNotFound."""
    order = lock_one(session, quick_order_of(token, user_id), missing=QuickOrderNotFound)
    query = select(QuickLine).where(QuickLine.quick_order_id == order.id, QuickLine.position == position)
    line = lock_one(session, query, missing=QuickLineNotFound)
    buyer = Buyer(order.user_id) if order.user_id else None
    one = candidate(session, buyer, chosen) if chosen else None
    candidates = [one] if one else candidates_of(session, buyer, [sku], shop=order.shop).get(sku.lower(), ())
    line.sku = sku
    session.flush()
    _write(session, [(line.id, judge(quantity, problem, candidates))])
    if order.state == "added":
        order.state = "ready"


def drop_line(session: Session, token: str, user_id: UUID | None, position: int) -> None:
    """Twice is once. Raises QuickOrderNotFound."""
    order = lock_one(session, quick_order_of(token, user_id), missing=QuickOrderNotFound)
    session.execute(delete(QuickLine).where(QuickLine.quick_order_id == order.id, QuickLine.position == position))


def add_to_cart(session: Session, token: str, user_id: UUID | None, cart_id: UUID, *, now: datetime) -> tuple[int, int]:
    """Everything without a problem, once: (goods put into the cart, goods that did not fit any more).

    What is in the cart already keeps the larger quantity, so that sending it twice adds nothing. Raises QuickOrderNotFound.
    """
    order = lock_one(session, quick_order_of(token, user_id), missing=QuickOrderNotFound)
    wants = orderable(session, order.id)
    lock_cart(session, cart_id)
    put = put_many(session, cart_id, wants, now=now, most=MAX_LINES)
    order.state, order.added_at = "added", now
    session.flush()
    return put, len(wants) - put


def forget_old(session: Session, before: datetime) -> None:
    """Lists that nobody needs any more, with their lines."""
    old = select(QuickOrder.id).where(QuickOrder.created_at < before)
    session.execute(delete(QuickLine).where(QuickLine.quick_order_id.in_(old)))
    session.execute(delete(QuickOrder).where(QuickOrder.created_at < before))


def _write(session: Session, found: Sequence[tuple[UUID, Found]]) -> None:
    if not found:
        return
    table = cast("Table", QuickLine.__table__)
    statement = (
        update(table)
        .where(table.c.id == bindparam("line_id"))
        .values(
            quantity=bindparam("new_quantity"), variant_id=bindparam("new_variant"), problem=bindparam("new_problem"),
            details=bindparam("new_details"),
        )
    )  # fmt: skip
    rows = [
        {
            "line_id": line_id,
            "new_quantity": one.quantity,
            "new_variant": one.variant_id,
            "new_problem": one.problem,
            "new_details": dict(one.details),
        }
        for line_id, one in found
    ]
    session.connection().execute(statement, rows)
