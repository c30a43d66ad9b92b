"""What was open from before the market began is paid by bank, in one or several parts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.bookkeeping.errors import CarriedLess, CarriedNotFound, EntryKnownDifferently, UnusableReference
from app.bookkeeping.queries.entries import require_bookkeeper, taken_back_before
from app.bookkeeping.rules import BY_PARTY, OWED_BY_COMPANIES
from app.identity.actor import Actor
from app.ledger.actions.post_journal import post_journal
from app.ledger.chart import USD, usd_account
from app.ledger.errors import JournalKeyReused
from app.ledger.models import Journal
from app.ledger.queries import balance
from app.ledger.recipes import carried_paid, carried_received
from app.money.amounts import usd
from app.money.references import reference_key
from app.settlement.actions.wake_mints import wake_mints

_CARRIED_LOCK = 7_303_023


def settle_carried(
    session: Session, actor: Actor, number: str, owner: UUID, *, cents: int, reference: str, at: datetime
) -> UUID:
    """Book a bank transfer to or from a party, once per bank reference, however that is written.

    Raises BookkeeperNeeded, UnusableReference, CarriedNotFound, CarriedLess, EntryKnownDifferently.
    """
    require_bookkeeper(actor)
    if number not in BY_PARTY:
        raise CarriedNotFound
    key = reference_key(reference)
    if not key or not reference.isprintable():
        raise UnusableReference(field="reference")
    lock_carried(session)
    key = f"carried:{key}:{taken_back_before(session, f'carried:{key}')}"
    is_known = session.scalar(select(Journal.id).where(Journal.key == key)) is not None
    left = balance(session, number, USD, owner)
    if not is_known and not left:
        raise CarriedNotFound
    if not is_known and cents > left:
        raise CarriedLess(left=usd(left), field="amount")
    recipe = carried_received if number == OWED_BY_COMPANIES else carried_paid
    entry = recipe(key=key, owed=usd_account(number, owner), cents=cents, at=at, reference=reference)
    try:
        journal_id = post_journal(session, entry)
    except JournalKeyReused:
        raise EntryKnownDifferently(reference=reference, field="reference") from None
    if not is_known:
        wake_mints(session)
        record_act(session, actor.user_id, "carried.settle", journal_id, reference=reference, cents=cents)
    return journal_id


def lock_carried(session: Session) -> None:
    """One change of these balances after the other."""
    session.execute(select(func.pg_advisory_xact_lock(_CARRIED_LOCK)))
