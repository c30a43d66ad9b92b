"""Counting: a checkout holds a use, a payment makes it one, the end of the time to pay gives it back."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.vouchers.errors import VoucherUsedByYou, VoucherUsedUp
from app.vouchers.models import Voucher, VoucherUseRow
from app.vouchers.rules.terms import VoucherUse


def hold_uses(
    session: Session,
    uses: Sequence[VoucherUse],
    *,
    order_group_id: UUID,
    cart_id: UUID | None,
    buyer: bytes | None,
    now: datetime,
) -> None:
    """One use of each for this checkout. Raises VoucherUsedUp, VoucherUsedByYou; the database has the last word."""
    for use in sorted(uses, key=lambda one: one.voucher_id):
        voucher = session.get_one(Voucher, use.voucher_id, with_for_update=True, populate_existing=True)
        if _is_used_up(voucher):
            raise VoucherUsedUp(field="code", code=voucher.code)
        nth = _free_nth(session, voucher.id, buyer)
        if _is_used_by(voucher, buyer, nth):
            raise VoucherUsedByYou(field="code", code=voucher.code)
        voucher.used_count += 1
        session.add(
            VoucherUseRow(
                voucher_id=voucher.id,
                order_group_id=order_group_id,
                cart_id=cart_id,
                buyer=buyer,
                nth=nth,
                cents=use.cents,
                created_at=now,
            )
        )
    if uses:
        session.flush()


def keep_uses(session: Session, order_group_id: UUID) -> None:
    """The checkout is paid, or its payment is on the way: what it held is used."""
    session.execute(
        update(VoucherUseRow)
        .where(VoucherUseRow.order_group_id == order_group_id, VoucherUseRow.state == "held")
        .values(state="used")
    )


def retake_uses(session: Session, order_group_id: UUID) -> bool:
    """Paid after its time: take again what was given back. False, and nothing is taken, when others have used it since."""
    back = select(VoucherUseRow).where(
        VoucherUseRow.order_group_id == order_group_id, VoucherUseRow.state == "given_back"
    )
    free: list[tuple[Voucher, VoucherUseRow, int]] = []
    for use in session.scalars(back.order_by(VoucherUseRow.voucher_id)).all():
        voucher = session.get_one(Voucher, use.voucher_id, with_for_update=True, populate_existing=True)
        nth = _free_nth(session, voucher.id, use.buyer)
        if _is_used_up(voucher) or _is_used_by(voucher, use.buyer, nth):
            return False
        free.append((voucher, use, nth))
    for voucher, use, nth in free:
        voucher.used_count += 1
        use.nth, use.state = nth, "used"
    session.flush()
    return True


def give_back_uses(session: Session, order_group_id: UUID) -> None:
    """Nothing was bought: each use can be had by somebody else. Twice is once."""
    given = session.scalars(
        update(VoucherUseRow)
        .where(VoucherUseRow.order_group_id == order_group_id, VoucherUseRow.state != "given_back")
        .values(state="given_back")
        .returning(VoucherUseRow.voucher_id)
    ).all()
    for voucher_id in sorted(given):
        session.execute(update(Voucher).where(Voucher.id == voucher_id).values(used_count=Voucher.used_count - 1))


def forget_users(session: Session, order_group_ids: Sequence[UUID]) -> None:
    """Whose uses they were is no longer known; that they were used stays."""
    session.execute(
        update(VoucherUseRow)
        .where(VoucherUseRow.order_group_id.in_(order_group_ids), VoucherUseRow.buyer.is_not(None))
        .values(buyer=None)
    )


def _is_used_up(voucher: Voucher) -> bool:
    return voucher.most_uses is not None and voucher.used_count >= voucher.most_uses


def _is_used_by(voucher: Voucher, buyer: bytes | None, nth: int) -> bool:
    return buyer is not None and voucher.most_per_buyer is not None and nth > voucher.most_per_buyer


def _free_nth(session: Session, voucher_id: UUID, buyer: bytes | None) -> int:
    """The lowest free number of this buyer's uses; the voucher is locked, so it stays free."""
    taken = set(
        session.scalars(
            select(VoucherUseRow.nth).where(
                VoucherUseRow.voucher_id == voucher_id,
                VoucherUseRow.buyer == buyer,
                VoucherUseRow.state != "given_back",
            )
        )
    )
    return next(number for number in range(1, len(taken) + 2) if number not in taken)
