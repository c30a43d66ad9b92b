"""The operator pays own money into the market's bank account, or takes it out again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.bookkeeping.errors import EntryKnownDifferently, ReserveNeeded, UnusableReference
from app.bookkeeping.queries.entries import require_bookkeeper, spare_cents, taken_back_before
from app.identity.actor import Actor
from app.ledger.actions.post_journal import post_journal
from app.ledger.errors import JournalKeyReused
from app.ledger.recipes import capital_paid_in, capital_paid_out
from app.money.amounts import usd
from app.money.references import reference_key
from app.settlement.actions.wake_mints import wake_mints

_RESERVE_LOCK = 7_303_021


def book_capital(session: Session, actor: Actor, *, cents: int, reference: str, at: datetime) -> UUID:
    """Book US cents, paid in or (negative) out, once per bank reference, however that is written.

    Mints that waited for the reserve are looked at anew.
    Once an entry was taken back its reference can be booked anew: what was typed wrong is typed right.
    Raises BookkeeperNeeded, UnusableReference, EntryKnownDifferently, ReserveNeeded.
    """
    require_bookkeeper(actor)
    key = reference_key(reference)
    if not key or not reference.isprintable():
        raise UnusableReference(field="reference")
    key = f"capital:{key}:{taken_back_before(session, f'capital:{key}')}"
    if cents < 0:
        require_spare(session, -cents)
    recipe = capital_paid_in if cents > 0 else capital_paid_out
    entry = recipe(key=key, cents=abs(cents), at=at, reference=reference)
    try:
        journal_id = post_journal(session, entry)
    except JournalKeyReused:
        raise EntryKnownDifferently(reference=reference, field="reference") from None
    wake_mints(session)
    record_act(session, actor.user_id, "capital.book", journal_id, reference=reference, cents=cents)
    return journal_id


def require_spare(session: Session, cents: int) -> None:
    """That the reserve covers the tokens without these cents, one taker after the other. Raises ReserveNeeded."""
    session.execute(select(func.pg_advisory_xact_lock(_RESERVE_LOCK)))
    spare = spare_cents(session)
    if cents > spare:
        raise ReserveNeeded(left=usd(max(spare, 0)), field="amount")
