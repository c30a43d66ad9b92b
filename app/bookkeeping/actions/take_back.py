"""An entry booked by hand was wrong: it stays, and its opposite is booked beside it."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.bookkeeping.actions.book_capital import require_spare
from app.bookkeeping.errors import AlreadyTakenBack
from app.bookkeeping.queries import hand_entry, require_bookkeeper
from app.bookkeeping.rules import BANK
from app.identity.actor import Actor
from app.ledger.actions.post_journal import post_journal
from app.ledger.recipes import taken_back
from app.settlement.actions.wake_mints import wake_mints


def take_back(session: Session, actor: Actor, journal_id: UUID, *, reason: str) -> UUID:
    """Book the opposite, on the same day. Raises BookkeeperNeeded, EntryNotFound, AlreadyTakenBack, ReserveNeeded."""
    require_bookkeeper(actor)
    entry = hand_entry(session, journal_id)
    if entry.is_taken_back:
        raise AlreadyTakenBack
    from_bank = sum(line.amount for line in entry.lines if line.account.number == BANK)
    if from_bank > 0:
        require_spare(session, from_bank)
    opposite = taken_back(
        journal_id=journal_id, event=entry.event, lines=entry.lines, at=entry.effective_at, reason=reason
    )
    taken_back_id = post_journal(session, opposite)
    wake_mints(session)
    record_act(session, actor.user_id, "entry.take_back", journal_id, reason=reason)
    return taken_back_id
