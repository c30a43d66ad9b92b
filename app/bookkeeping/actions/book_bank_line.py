"""A line of the bank's statement that no payment of the market explains: coin for gas, tokens for the float, a difference."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.bookkeeping.errors import EntryKnownDifferently, FloatNotThere, NoFloat, UnusableReference
from app.bookkeeping.queries.entries import require_bookkeeper, taken_back_before
from app.bookkeeping.rules import ROUNDING_CENTS
from app.config.current import settings
from app.identity.actor import Actor
from app.ledger.actions.post_journal import post_journal
from app.ledger.chart import TOKEN
from app.ledger.entries import JournalEntry
from app.ledger.errors import JournalKeyReused
from app.ledger.models import Journal
from app.ledger.queries import balance
from app.ledger.recipes import (
    bank_difference,
    exchange_difference,
    float_bought,
    float_revalued,
    float_sold,
    gas_bought,
)
from app.money.amounts import TokenAmount, token_units, usd
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


def book_float(session: Session, actor: Actor, *, cents: int, tokens: int, reference: str, at: datetime) -> UUID:
    """Tokens for as many cents as `tokens` came into the treasury (negative: left it) and the bank paid `cents` for them.

    They came or left on chain first, and lie in suspense since. Raises as `book_difference`, NoFloat where the market
    issues the token, FloatNotThere when suspense does not hold as many.
    """
    _require_float()
    key, units = _key(session, actor, "float", reference), token_units(usd(abs(tokens)))
    waiting, is_known = balance(session, "2900", TOKEN), select(exists().where(Journal.key == key))
    if not session.scalar(is_known) and units > (waiting if tokens > 0 else -waiting):
        raise FloatNotThere(there=TokenAmount(abs(waiting)), field="tokens")
    recipe = float_bought if tokens > 0 else float_sold
    entry = recipe(key=key, units=units, cents=cents, at=at, reference=reference)
    return _post(session, actor, entry, reference, cents)


def revalue_float(session: Session, actor: Actor, *, cents: int, reference: str, at: datetime) -> UUID:
    """The float is worth `cents` more, or (negative) less, than it stands at. Raises as `book_float`."""
    _require_float()
    key = _key(session, actor, "revaluation", reference)
    return _post(session, actor, float_revalued(key=key, cents=cents, at=at, reference=reference), reference, cents)


def _require_float() -> None:
    if settings().issues_tokens:
        raise NoFloat


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
