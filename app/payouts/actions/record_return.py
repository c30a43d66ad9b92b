"""A payment of a bank file did not reach the seller: the bank sent it back, or never took it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.banking.models import BankLine
from app.config.days import market_day, market_day_begins
from app.db.locks import lock_one
from app.identity.actor import Actor
from app.ledger.actions.post_journal import post_journal
from app.ledger.recipes import redemption_returned
from app.money.amounts import usd
from app.money.references import reference_key
from app.payouts.actions.tell_returned import tell_returned
from app.payouts.errors import (
    BankLineUsed,
    BankReferenceNeeded,
    RedemptionMovedOn,
    RedemptionNotFound,
    ReturnReferenceUsed,
    ReturnTooMuch,
)
from app.payouts.models import PayoutReturn, Redemption
from app.payouts.queries import lines_that_may_be, redemptions_to_pay
from app.payouts.rules import BURNED, CAME_BACK, NAME_LONGEST, NOT_TAKEN, PAID, RETURNED

_LOCK = 7_303_047


@dataclass(frozen=True)
class CameBack:
    """What came to the market's bank account: a line of a statement that was taken in, or what somebody read of one."""

    line_id: UUID | None = None
    reference: str = ""
    cents: int = 0
    on: date | None = None


def record_not_taken(
    session: Session, actor: Actor, redemption_id: UUID, *, attempt: int, reason: str, now: datetime
) -> Redemption:
    """The bank refused one payment of a file that is not booked yet: it leaves the file, nothing is booked.

    The same `attempt` recorded again changes nothing. Raises RedemptionNotFound or RedemptionMovedOn.
    """
    redemption = _lock(session, actor, redemption_id)
    if 1 <= attempt <= redemption.returned_count:
        return redemption
    if attempt != redemption.attempt or redemption.state != BURNED or redemption.bank_file_id is None:
        raise RedemptionMovedOn(state=redemption.state)
    failed = _failed(redemption, redemption.bank_file_id, actor, NOT_TAKEN, reason, now)
    return _give_back(session, redemption, failed)


def record_came_back(
    session: Session, actor: Actor, redemption_id: UUID, *, attempt: int, came: CameBack, reason: str
) -> Redemption:
    """A payment that was booked as paid is at the market's bank again: the seller is owed all of it again.

    It is booked on the bank's day, and not before the payment itself. The same `attempt` recorded again changes
    nothing. Raises RedemptionNotFound, RedemptionMovedOn, BankLineUsed, BankReferenceNeeded, ReturnReferenceUsed or
    ReturnTooMuch.
    """
    redemption = _lock(session, actor, redemption_id)
    if 1 <= attempt <= redemption.returned_count:
        return redemption
    is_paid = redemption.state == PAID and attempt == redemption.attempt
    if not is_paid or redemption.bank_file_id is None or redemption.paid_at is None:
        raise RedemptionMovedOn(state=redemption.state)
    # One after the other: a line of the bank, or a reference, is one payment.
    session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    came = _as_the_bank_says(session, redemption, redemption.paid_at, came)
    if not 0 < came.cents <= redemption.to_bank_cents:
        raise ReturnTooMuch(field="amount", most=usd(redemption.to_bank_cents))
    at = max(market_day_begins(came.on or market_day(redemption.paid_at)), redemption.paid_at)
    failed = _failed(redemption, redemption.bank_file_id, actor, CAME_BACK, reason, at)
    failed.back_cents, failed.bank_line_id = came.cents, came.line_id
    failed.bank_reference, failed.reference_key = came.reference, _key(session, came)
    post_journal(
        session,
        redemption_returned(
            redemption_id=redemption.id,
            organization_id=redemption.organization_id,
            attempt=failed.attempt,
            cents=failed.cents,
            back=came.cents,
            at=at,
        ),
    )
    return _give_back(session, redemption, failed)


def _lock(session: Session, actor: Actor, redemption_id: UUID) -> Redemption:
    query = redemptions_to_pay(actor).where(Redemption.id == redemption_id)
    return lock_one(session, query, missing=RedemptionNotFound)


def _as_the_bank_says(session: Session, redemption: Redemption, paid_at: datetime, came: CameBack) -> CameBack:
    """Amount, day and reference are those of the line, whatever was typed beside it."""
    if came.line_id is None:
        return came
    likely = lines_that_may_be(redemption, market_day(paid_at))
    found = session.scalars(likely.where(BankLine.id == came.line_id)).one_or_none()
    if found is None:
        raise BankLineUsed(field="line")
    return CameBack(found.id, found.reference or found.description, found.amount_minor, found.booked_on)


def _key(session: Session, came: CameBack) -> str:
    """One reference typed by hand stands for one payment; a bank may write the same one on several of its lines."""
    if came.line_id is not None:
        return reference_key(came.reference) or came.line_id.hex
    key = reference_key(came.reference)
    if not key or len(came.reference) > NAME_LONGEST or not came.reference.isprintable():
        raise BankReferenceNeeded(field="bank_reference")
    typed = select(PayoutReturn.id).where(PayoutReturn.reference_key == key, PayoutReturn.bank_line_id.is_(None))
    if session.scalar(typed) is not None:
        raise ReturnReferenceUsed(field="bank_reference", reference=came.reference)
    return key


def _failed(
    redemption: Redemption, bank_file_id: UUID, actor: Actor, kind: str, reason: str, at: datetime
) -> PayoutReturn:
    return PayoutReturn(
        redemption_id=redemption.id,
        attempt=redemption.attempt,
        bank_file_id=bank_file_id,
        bank_account=redemption.bank_account,
        kind=kind,
        cents=redemption.to_bank_cents,
        reason=reason,
        recorded_by=actor.user_id,
        at=at,
    )


def _give_back(session: Session, redemption: Redemption, failed: PayoutReturn) -> Redemption:
    session.add(failed)
    redemption.state, redemption.returned_count = RETURNED, failed.attempt
    redemption.bank_file_id, redemption.paid_at = None, None
    session.flush()
    tell_returned(session, redemption, failed)
    record_act(
        session,
        failed.recorded_by,
        f"redemption.{failed.kind}",
        redemption.id,
        cents=failed.cents,
        back=failed.back_cents,
        reference=failed.bank_reference,
        reason=failed.reason,
    )
    session.flush()
    return redemption
