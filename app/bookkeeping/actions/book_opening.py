"""The balances a market begins its books with."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.bookkeeping.actions.book_capital import require_spare
from app.bookkeeping.errors import OpeningStands, OpeningTooLate, OpeningUncovered, ReserveNeeded
from app.bookkeeping.queries.entries import first_own_entry, openings, require_bookkeeper
from app.bookkeeping.rules import Opening, reserve_effect
from app.config.days import market_day
from app.identity.actor import Actor
from app.ledger.actions.post_journal import post_journal
from app.ledger.recipes import opening_balances
from app.money.amounts import usd
from app.settlement.actions.wake_mints import wake_mints

_OPENING_LOCK = 7_303_022


def book_opening(session: Session, actor: Actor, opening: Opening, *, at: datetime) -> UUID:
    """Post one journal with all of them; the same again is the same journal. `at` is before the first entry of trade.

    What it says is owed to sellers and buyers is no reserve, so the bank has to hold as much of it.
    Raises BookkeeperNeeded, OpeningEmpty, OpeningTooLate, OpeningUncovered, OpeningStands when others are booked and
    not taken back.
    """
    require_bookkeeper(actor)
    session.execute(select(func.pg_advisory_xact_lock(_OPENING_LOCK)))
    lines = opening.lines()
    booked = openings(session)
    standing = next((one for one in booked if not one.is_taken_back), None)
    if standing is not None:
        if (standing.effective_at, standing.lines) == (at, lines):
            return standing.journal_id
        raise OpeningStands
    first = first_own_entry(session)
    if first is not None and at > first:
        raise OpeningTooLate(first=market_day(first), field="day")
    short = -reserve_effect(lines)
    if short > 0:
        try:
            require_spare(session, short)
        except ReserveNeeded:
            raise OpeningUncovered(short=usd(short)) from None
    journal_id = post_journal(session, opening_balances(key=f"opening:{len(booked) + 1}", lines=lines, at=at))
    wake_mints(session)
    owed = {"parties": len(opening.parties)} if opening.parties else {}
    record_act(
        session, actor.user_id, "opening.book", journal_id, capital=opening.capital, **dict(opening.cents), **owed
    )
    return journal_id
