"""One person proposes how an exception is resolved; the journal is shown, and nothing is booked yet."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.db.locks import lock_one
from app.identity.actor import Actor
from app.ledger.chart import AccountRef
from app.ledger.entries import JournalEntry, Line
from app.ledger.models import Journal
from app.ledger.recipes import (
    bank_difference,
    bank_line_in_suspense,
    exchange_difference,
    stripe_corrected,
    stripe_movement_in_suspense,
    taken_back,
)
from app.matching.actions.tell_people import tell_people
from app.matching.errors import (
    ExceptionClosed,
    ExceptionNotFound,
    NoSuchCounterpart,
    NotTheseMeans,
    ProposalNoteNeeded,
    ProposalWaits,
)
from app.matching.models import MatchException, MatchOutcome, MatchProposal
from app.matching.queries import counterpart, exceptions_for, postings_of, require_resolver, reversal_of
from app.matching.rules import ASKED, BANK, STRIPE, Kind, kinds_for
from app.onramp.actions.ingest_balance import journal_for
from app.onramp.queries import as_told_now

ROUNDING_CENTS = 1
"""What may differ by the rate of one line; more is exchange."""


def propose_resolution(
    session: Session, actor: Actor, exception_id: UUID, kind: Kind, *, other: str, note: str, form_token: UUID
) -> MatchProposal:
    """Raises ResolverNeeded, ExceptionNotFound, ExceptionClosed, ProposalNoteNeeded, NotTheseMeans, NoSuchCounterpart,
    ProposalWaits. The same form again is the same proposal."""
    require_resolver(actor)
    assert actor.user_id is not None
    found = lock_one(session, exceptions_for(actor).where(MatchException.id == exception_id), missing=ExceptionNotFound)
    same = session.scalars(select(MatchProposal).where(MatchProposal.form_token == form_token)).one_or_none()
    if same is not None:
        return same
    if found.state != "open":
        raise ExceptionClosed
    if not note.strip():
        raise ProposalNoteNeeded(field="note")
    waiting = select(MatchProposal.id).where(MatchProposal.exception_id == found.id, MatchProposal.state == ASKED)
    if session.scalar(waiting) is not None:
        raise ProposalWaits
    proposal_id = uuid4()
    entry = entry_for(session, found, kind, key=key_of(proposal_id), note=note.strip(), other=other)
    proposal = MatchProposal(
        id=proposal_id,
        form_token=form_token,
        exception_id=found.id,
        outcome=found.outcome,
        kind=kind,
        other_reference=other if kind == Kind.LINK else None,
        lines=plain_lines(entry),
        note=note.strip(),
        asked_by=actor.user_id,
    )
    session.add(proposal)
    session.flush()
    record_act(session, actor.user_id, "exception.propose", found.id, reference=found.reference, kind=kind.value)
    tell_people(session, "asked", proposal_id, found, who=actor.user_id, words=proposal.note)
    return proposal


def key_of(proposal_id: UUID) -> str:
    return f"match:{proposal_id}"


def entry_for(
    session: Session, found: MatchException, kind: Kind, *, key: str, note: str, other: str = ""
) -> JournalEntry | None:
    """The journal that resolves it, by the recipes of the ledger; None where two references are one.

    Raises NotTheseMeans, NoSuchCounterpart.
    """
    outcome = session.get_one(MatchOutcome, found.outcome)
    if kind not in kinds_for(found.family, found.reason, found.asset, has_journal=outcome.journal_id is not None):
        raise NotTheseMeans(field="kind")
    if kind is Kind.LINK:
        if counterpart(session, found, other) is None:
            raise NoSuchCounterpart(field="other")
        return None
    if kind is Kind.TAKE_BACK:
        return _reversal(session, outcome.journal_id, note)
    if found.family == BANK:
        return _bank_entry(found, outcome, kind, key)
    if found.family == STRIPE:
        return _stripe_entry(session, found, kind, key)
    raise NotTheseMeans(field="kind")


def _bank_entry(found: MatchException, outcome: MatchOutcome, kind: Kind, key: str) -> JournalEntry:
    if kind is Kind.BOOK:
        return bank_line_in_suspense(key=key, cents=outcome.difference, at=outcome.since, reference=found.reference)
    recipe = bank_difference if abs(outcome.difference) <= ROUNDING_CENTS else exchange_difference
    return recipe(key=key, cents=outcome.difference, at=outcome.since, reference=found.reference)


def _stripe_entry(session: Session, found: MatchException, kind: Kind, key: str) -> JournalEntry:
    row = as_told_now(session, found.reference)
    if row is None:
        raise NotTheseMeans(field="kind")
    if kind is Kind.BOOK:
        known = journal_for(row)
        if known is not None:
            return replace(known, key=key)
        return stripe_movement_in_suspense(
            key=key, balance_transaction=row.id, net=row.net, fee=row.fee, at=row.created
        )
    net, fee = _booked(session, row.id)
    return stripe_corrected(key=key, balance_transaction=row.id, net=row.net - net, fee=row.fee - fee, at=row.created)


def _booked(session: Session, balance_transaction: str) -> tuple[int, int]:
    """Net and fee that the books have of it."""
    back = select(Journal.reverses_id).where(Journal.reverses_id.is_not(None))
    journals = session.scalars(
        select(Journal.id).where(
            Journal.stripe_id == balance_transaction, Journal.reverses_id.is_(None), Journal.id.not_in(back)
        )
    )
    net = fee = 0
    for journal_id in journals:
        for line in postings_of(session, journal_id):
            net += line.amount if line.number == "1100" else 0
            fee += line.amount if line.number in ("5100", "5110") else 0
    return net, fee


def _reversal(session: Session, journal_id: UUID | None, note: str) -> JournalEntry:
    if journal_id is None or reversal_of(session, journal_id) is not None:
        raise NotTheseMeans(field="kind")
    journal = session.get_one(Journal, journal_id)
    lines = tuple(
        Line(AccountRef(line.number, line.asset, line.owner_id), line.amount)
        for line in postings_of(session, journal_id)
    )
    return taken_back(journal_id=journal_id, event=journal.event, lines=lines, at=journal.effective_at, reason=note)


def plain_lines(entry: JournalEntry | None) -> list[Any]:
    """As they are shown and kept: account, asset, owner, amount as text, which holds every number of units."""
    if entry is None:
        return []
    return [
        [line.account.number, line.account.asset, str(line.account.owner or ""), str(line.amount)]
        for line in entry.lines
    ]
