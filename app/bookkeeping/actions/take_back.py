"""An entry booked by hand was wrong: it stays, and its opposite is booked beside it."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.bookkeeping.actions.book_capital import require_spare
from app.bookkeeping.actions.settle_carried import lock_carried
from app.bookkeeping.errors import AlreadyTakenBack, OpeningSettled
from app.bookkeeping.queries.entries import hand_entry, require_bookkeeper
from app.bookkeeping.rules import BY_PARTY, reserve_effect
from app.identity.actor import Actor
from app.ledger.actions.post_journal import post_journal
from app.ledger.chart import CHART, USD
from app.ledger.queries import balance
from app.ledger.recipes import taken_back
from app.settlement.actions.wake_mints import wake_mints


def take_back(session: Session, actor: Actor, journal_id: UUID, *, reason: str) -> UUID:
    """Book the opposite, on the same day.

    Raises BookkeeperNeeded, EntryNotFound, AlreadyTakenBack, ReserveNeeded, and OpeningSettled when parties were paid.
    """
    require_bookkeeper(actor)
    entry = hand_entry(session, journal_id)
    if entry.is_taken_back:
        raise AlreadyTakenBack
    lock_carried(session)
    for line in entry.lines:
        open_now = balance(session, line.account.number, USD, line.account.owner)
        if line.account.number in BY_PARTY and open_now < line.amount * CHART[line.account.number].natural_side:
            raise OpeningSettled
    less = reserve_effect(entry.lines)
    if less > 0:
        require_spare(session, less)
    opposite = taken_back(
        journal_id=journal_id, event=entry.event, lines=entry.lines, at=entry.effective_at, reason=reason
    )
    taken_back_id = post_journal(session, opposite)
    wake_mints(session)
    record_act(session, actor.user_id, "entry.take_back", journal_id, reason=reason)
    return taken_back_id
