"""Another person agrees to a proposal, which books it, or refuses it; who proposed may withdraw it."""

from datetime import datetime
from uuid import UUID

from psycopg.errors import CheckViolation
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.db.locks import lock_one
from app.identity.actor import Actor, market_role
from app.identity.queries import actor_of
from app.jobs.queue import enqueue
from app.ledger.actions.post_journal import post_journal
from app.ledger.entries import JournalEntry
from app.ledger.sums import sum_posted
from app.matching.actions.propose_resolution import entry_for, key_of, plain_lines
from app.matching.errors import (
    AnotherPersonNeeded,
    ChangedMeanwhile,
    ExceptionNotFound,
    NotTheProposer,
    ProposalDecided,
    ProposalNotFound,
    ProposerHasLeft,
    WouldOverdraw,
)
from app.matching.models import MatchException, MatchLink, MatchOutcome, MatchProposal
from app.matching.queries import exceptions_for, proposals_for, require_resolver
from app.matching.rules import AGREED, ASKED, PROPOSAL, REFUSED, RESOLVERS, WITHDRAWN, Kind
from app.settlement.actions.wake_mints import wake_mints


def agree_to_proposal(session: Session, actor: Actor, proposal_id: UUID, *, now: datetime) -> MatchProposal:
    """Book what was shown, and nothing else: if it would be another journal by now, nothing is booked.

    Raises ResolverNeeded, ProposalNotFound, ProposalDecided, AnotherPersonNeeded, ProposerHasLeft, ChangedMeanwhile,
    WouldOverdraw.
    """
    asked, found = _waiting(session, actor, proposal_id)
    if asked.asked_by == actor.user_id:
        raise AnotherPersonNeeded
    if not market_role(actor_of(session, asked.asked_by), *RESOLVERS):
        raise ProposerHasLeft
    if found.outcome != asked.outcome or found.state == "closed":
        raise ChangedMeanwhile
    kind = Kind(asked.kind)
    entry = entry_for(session, found, kind, key=key_of(asked.id), note=asked.note, other=asked.other_reference or "")
    if plain_lines(entry) != asked.lines:
        raise ChangedMeanwhile
    journal_id = _post(session, entry) if entry is not None else None
    _decide(asked, AGREED, actor, now)
    asked.journal_id = journal_id
    if entry is None:
        session.add(
            MatchLink(
                family=found.family,
                reference=found.reference,
                other_reference=asked.other_reference,
                proposal_id=asked.id,
            )
        )
    else:
        wake_mints(session)
    _close(session, found)
    session.flush()
    enqueue(session, "matching.match", once="matching.match")
    record_act(session, actor.user_id, "exception.agree", found.id, reference=found.reference, kind=asked.kind)
    return asked


def _post(session: Session, entry: JournalEntry) -> UUID:
    """Raises WouldOverdraw: the database has the last word, and what was done before it in this transaction stays."""
    try:
        with session.begin_nested():
            journal_id = post_journal(session, entry)
            sum_posted(session)
            return journal_id
    except IntegrityError as refusal:
        if isinstance(refusal.orig, CheckViolation):
            raise WouldOverdraw from None
        raise


def refuse_proposal(session: Session, actor: Actor, proposal_id: UUID, *, answer: str, now: datetime) -> MatchProposal:
    """Nothing is booked. Raises ResolverNeeded, ProposalNotFound, ProposalDecided, AnotherPersonNeeded."""
    asked, found = _waiting(session, actor, proposal_id)
    if asked.asked_by == actor.user_id:
        raise AnotherPersonNeeded
    return _leave(session, actor, asked, found, REFUSED, answer, now)


def withdraw_proposal(
    session: Session, actor: Actor, proposal_id: UUID, *, answer: str, now: datetime
) -> MatchProposal:
    """Raises ResolverNeeded, ProposalNotFound, ProposalDecided, NotTheProposer."""
    asked, found = _waiting(session, actor, proposal_id)
    if asked.asked_by != actor.user_id:
        raise NotTheProposer
    return _leave(session, actor, asked, found, WITHDRAWN, answer, now)


def _leave(
    session: Session, actor: Actor, asked: MatchProposal, found: MatchException, state: str, answer: str, now: datetime
) -> MatchProposal:
    _decide(asked, state, actor, now)
    asked.answer = answer.strip()
    session.flush()
    record_act(session, actor.user_id, f"exception.{state}", found.id, reference=found.reference, answer=asked.answer)
    return asked


def _waiting(session: Session, actor: Actor, proposal_id: UUID) -> tuple[MatchProposal, MatchException]:
    """The exception is locked first, as by everybody else."""
    require_resolver(actor)
    named = session.scalar(
        proposals_for(actor).where(MatchProposal.id == proposal_id).with_only_columns(MatchProposal.exception_id)
    )
    if named is None:
        raise ProposalNotFound
    found = lock_one(session, exceptions_for(actor).where(MatchException.id == named), missing=ExceptionNotFound)
    asked = lock_one(session, proposals_for(actor).where(MatchProposal.id == proposal_id), missing=ProposalNotFound)
    if asked.state != ASKED:
        raise ProposalDecided
    return asked, found


def _decide(asked: MatchProposal, state: str, actor: Actor, now: datetime) -> None:
    assert PROPOSAL.leads(asked.state, state)
    asked.state, asked.decided_at, asked.decided_by = state, now, actor.user_id


def _close(session: Session, found: MatchException) -> None:
    """People have decided. A run that finds the same facts leaves it so; other facts open it again."""
    before = session.get_one(MatchOutcome, found.outcome)
    decided = MatchOutcome(
        family=before.family,
        reference=before.reference,
        state="resolved",
        reason=before.reason,
        asset=before.asset,
        outside=before.outside,
        booked=before.booked,
        paper=before.paper,
        difference=before.difference,
        since=before.since,
        journal_id=before.journal_id,
        detail=before.detail,
    )
    session.add(decided)
    session.flush()
    found.state, found.outcome = "closed", decided.sequence
