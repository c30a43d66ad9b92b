"""A line of the bank's statement that no payment of the market explains: coin bought for gas, or a difference."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.bookkeeping.errors import EntryKnownDifferently, UnusableReference
from app.bookkeeping.queries.entries import require_bookkeeper, taken_back_before
from app.bookkeeping.rules import ROUNDING_CENTS
from app.identity.actor import Actor
from app.ledger.actions.post_journal import post_journal
from app.ledger.entries import JournalEntry
from app.ledger.errors import JournalKeyReused
from app.ledger.recipes import bank_difference, exchange_difference, gas_bought
from app.money.references import reference_key
from app.settlement.actions.wake_mints import wake_mints


def book_gas_bought(session: Session, actor: Actor, *, cents: int, reference: str, at: datetime) -> UUID:
    """The bank paid `cents` for coin of the chain. Raises as `book_difference`."""
    key = _key(session, actor, "gas", reference)
    return _post(session, actor, gas_bought(key=key, cents=cents, at=at, reference=reference), reference, cents)


def book_difference(session: Session, actor: Actor, *, cents: int, reference: str, at: datetime) -> UUID:
    """The bank has `cents` more than was booked for a transfer, or (negative) less; once per reference.

    A fact of the bank is never refused, even where the reserve then falls short. Once an entry was taken back its
    reference can be booked anew. Raises BookkeeperNeeded, UnusableReference or EntryKnownDifferently.
    """
    recipe = bank_difference if abs(cents) <= ROUNDING_CENTS else exchange_difference
    key = _key(session, actor, "difference", reference)
    return _post(session, actor, recipe(key=key, cents=cents, at=at, reference=reference), reference, cents)


def _key(session: Session, actor: Actor, kind: str, reference: str) -> str:
    require_bookkeeper(actor)
    key = reference_key(reference)
    if not key or not reference.isprintable():
        raise UnusableReference(field="reference")
    return f"bank-line:{kind}:{key}:{taken_back_before(session, f'bank-line:{kind}:{key}')}"


def _post(session: Session, actor: Actor, entry: JournalEntry, reference: str, cents: int) -> UUID:
    try:
        journal_id = post_journal(session, entry)
    except JournalKeyReused:
        raise EntryKnownDifferently(reference=reference, field="reference") from None
    wake_mints(session)
    record_act(session, actor.user_id, "bank_line.book", journal_id, reference=reference, cents=cents)
    return journal_id
