"""Reading runs and exceptions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, case, false, func, select, true
from sqlalchemy.orm import Session, aliased

from app.db.paging import Page, fetch_page
from app.identity.actor import Actor, market_role
from app.identity.models import Member, Organization, User
from app.identity.rules.roles import MARKET
from app.ledger.models import Journal, LedgerAccount, Posting
from app.matching.errors import ResolverNeeded
from app.matching.models import MatchBankName, MatchException, MatchNote, MatchOutcome, MatchProposal, MatchRun
from app.matching.rules import AGES, ASKED, BANK, PAYOUT, READERS, RESOLVERS, SLA
from app.matching.sql_files import statement

NEAR = timedelta(days=5)
SUGGESTED = 5


@dataclass(frozen=True)
class Filters:
    """What the queue shows. `assignee`: a person, "nobody", or empty for all."""

    state: str = "open"
    family: str = ""
    reason: str = ""
    age: str = ""
    assignee: str = ""


def require_resolver(actor: Actor) -> None:
    """Raises ResolverNeeded."""
    if not market_role(actor, *RESOLVERS):
        raise ResolverNeeded


def last_run(session: Session) -> MatchRun | None:
    return session.scalars(select(MatchRun).order_by(MatchRun.began_at.desc(), MatchRun.id.desc()).limit(1)).first()


def exceptions_for(actor: Actor) -> Select[MatchException]:
    """Those this person may read: nobody who does not read the market's books finds one."""
    query = select(MatchException)
    return query if market_role(actor, *READERS) else query.where(false())


def proposals_for(actor: Actor) -> Select[MatchProposal]:
    """Those this person may read."""
    query = select(MatchProposal)
    return query if market_role(actor, *READERS) else query.where(false())


def queue(
    session: Session, actor: Actor, filters: Filters, *, now: datetime, cursor: str | None = None, size: int = 50
) -> Page[Any]:
    """The oldest first, with who has it and whether a proposal waits."""
    waits = select(MatchProposal.id).where(
        MatchProposal.exception_id == MatchException.id, MatchProposal.state == ASKED
    )
    query = (
        select(
            MatchException.since,
            MatchException.id,
            MatchException.family,
            MatchException.reference,
            MatchException.reason,
            MatchException.asset,
            MatchException.difference,
            MatchException.opened_at,
            MatchException.state,
            func.coalesce(func.nullif(User.name, ""), User.email, "").label("assignee"),
            waits.exists().label("is_proposed"),
            (MatchException.opened_at < now - SLA).label("is_overdue"),
        )
        .outerjoin(User, User.id == MatchException.assignee_id)
        .where(MatchException.id.in_(exceptions_for(actor).with_only_columns(MatchException.id)))
        .where(*_conditions(filters, now))
    )
    order = [MatchException.since, MatchException.id]
    return fetch_page(session, query, order=order, descending=False, cursor=cursor, size=size)


def _conditions(filters: Filters, now: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [MatchException.state == filters.state]
    if filters.family:
        found.append(MatchException.family == filters.family)
    if filters.reason:
        found.append(MatchException.reason == filters.reason)
    if filters.age:
        after, until = AGES[filters.age].moments(now)
        found.append(MatchException.since <= until)
        if after is not None:
            found.append(MatchException.since > after)
    if filters.assignee == "nobody":
        found.append(MatchException.assignee_id.is_(None))
    elif filters.assignee:
        found.append(MatchException.assignee_id == UUID(filters.assignee))
    return found


@dataclass(frozen=True)
class Ageing:
    """Open exceptions by age, how many are past their time, and how many merely wait."""

    counts: dict[str, int]
    overdue: int
    waiting: int

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def ageing(session: Session, *, now: datetime) -> Ageing:
    is_open = MatchException.state == "open"
    columns = []
    for age in AGES.values():
        after, until = age.moments(now)
        within = MatchException.since <= until if age.first else MatchException.id.is_not(None)
        if after is not None:
            within = and_(within, MatchException.since > after)
        columns.append(func.count().filter(is_open, within).label(age.key))
    late = func.count().filter(is_open, MatchException.opened_at < now - SLA)
    waiting = func.count().filter(MatchException.state == "waiting")
    row = session.execute(select(*columns, late, waiting).where(MatchException.state != "closed")).one()
    return Ageing(dict(zip(AGES, row[: len(AGES)], strict=True)), row[-2], row[-1])


def open_items(session: Session) -> Sequence[MatchException]:
    """All of them, the oldest first."""
    query = select(MatchException).where(MatchException.state == "open")
    return session.scalars(query.order_by(MatchException.since, MatchException.id)).all()


def count_overdue(session: Session, *, now: datetime) -> int:
    late = select(func.count()).where(MatchException.state == "open", MatchException.opened_at < now - SLA)
    return session.scalar(late) or 0


def resolvers(session: Session) -> Sequence[Row[tuple[UUID, str]]]:
    """Who may be given an exception, by name."""
    name = func.coalesce(func.nullif(User.name, ""), User.email, "")
    rows = (
        select(User.id, name.label("name"))
        .join(Member, Member.user_id == User.id)
        .join(Organization, Organization.id == Member.organization_id)
        .where(Organization.kind == MARKET, Member.role.in_(RESOLVERS), User.active)
        .group_by(User.id)
        .order_by(name, User.id)
    )
    return session.execute(rows).all()


def history(session: Session, exception: MatchException, *, most: int = 50) -> Sequence[Row[MatchOutcome, str]]:
    """What was found of its item, the newest first, each with the key of the entry it speaks of."""
    query = (
        select(MatchOutcome, Journal.key)
        .outerjoin(Journal, Journal.id == MatchOutcome.journal_id)
        .where(MatchOutcome.family == exception.family, MatchOutcome.reference == exception.reference)
        .order_by(MatchOutcome.sequence.desc())
        .limit(most)
    )
    return session.execute(query).all()


def notes(session: Session, exception_id: UUID) -> Sequence[Any]:
    """What people wrote, the oldest first."""
    writer, given = aliased(User), aliased(User)
    query = (
        select(
            MatchNote.id,
            MatchNote.kind,
            MatchNote.text,
            MatchNote.file_name,
            MatchNote.at,
            func.coalesce(func.nullif(writer.name, ""), writer.email, "").label("who"),
            func.coalesce(func.nullif(given.name, ""), given.email, "").label("whom"),
        )
        .join(writer, writer.id == MatchNote.written_by)
        .outerjoin(given, given.id == MatchNote.assignee_id)
        .where(MatchNote.exception_id == exception_id)
        .order_by(MatchNote.at, MatchNote.id)
    )
    return session.execute(query).all()


def proposals(session: Session, exception_id: UUID) -> Sequence[Any]:
    """The newest first."""
    asker, decider = aliased(User), aliased(User)
    query = (
        select(
            MatchProposal,
            func.coalesce(func.nullif(asker.name, ""), asker.email, "").label("who"),
            func.coalesce(func.nullif(decider.name, ""), decider.email, "").label("second"),
        )
        .join(asker, asker.id == MatchProposal.asked_by)
        .outerjoin(decider, decider.id == MatchProposal.decided_by)
        .where(MatchProposal.exception_id == exception_id)
        .order_by(MatchProposal.asked_at.desc(), MatchProposal.id.desc())
    )
    return session.execute(query).all()


def suggestions(session: Session, exception: MatchException) -> Sequence[MatchException]:
    """What looks like the other half: as much the other way, of the same family, a few days apart. Never applied."""
    query = (
        select(MatchException)
        .where(
            MatchException.family == exception.family,
            MatchException.asset == exception.asset,
            MatchException.state != "closed",
            MatchException.difference == -exception.difference,
            MatchException.id != exception.id,
            MatchException.since.between(exception.since - NEAR, exception.since + NEAR),
        )
        .order_by(
            case((MatchException.since < exception.since, exception.since - MatchException.since),
                 else_=MatchException.since - exception.since),
            MatchException.id,
        )
        .limit(SUGGESTED)
    )  # fmt: skip
    return session.scalars(query).all() if exception.difference else []


def payout_parts(session: Session, exception: MatchException, *, most: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """What Stripe says the payout is made of, with what does not agree first; nothing of any other item."""
    if exception.family != PAYOUT:
        return []
    return session.execute(statement("payout_parts"), {"payout_id": exception.reference, "most": most}).all()


def counterpart(session: Session, exception: MatchException, reference: str) -> MatchException | None:
    """An entry of the bank account that its statement misses, of as much as this line of the bank."""
    query = select(MatchException).where(
        MatchException.family == BANK,
        MatchException.reference == reference,
        MatchException.reason == "BANK_MISSING",
        MatchException.state != "closed",
        MatchException.difference == -exception.difference,
    )
    return session.scalars(query).first()


def postings_of(session: Session, journal_id: UUID) -> Sequence[Any]:
    query = (
        select(LedgerAccount.number, LedgerAccount.asset, LedgerAccount.owner_id, Posting.amount)
        .join(LedgerAccount, LedgerAccount.id == Posting.account_id)
        .where(Posting.journal_id == journal_id)
        .order_by(Posting.line)
    )
    return session.execute(query).all()


def reversal_of(session: Session, journal_id: UUID) -> UUID | None:
    return session.scalar(select(Journal.id).where(Journal.reverses_id == journal_id))


def outcomes_of_bank_lines(session: Session, line_ids: Collection[UUID]) -> dict[UUID, Row[*tuple[Any, ...]]]:
    """What the match last found of each line of a statement: its state, reason, entry and exception, if there is one.

    A line that no run has looked at yet is not among them.
    """
    newest = (
        select(MatchOutcome.state, MatchOutcome.reason, MatchOutcome.journal_id)
        .where(MatchOutcome.family == BANK, MatchOutcome.reference == MatchBankName.name)
        .order_by(MatchOutcome.sequence.desc())
        .limit(1)
        .lateral()
    )
    itself = and_(MatchException.family == BANK, MatchException.reference == MatchBankName.name)
    query = (
        select(
            MatchBankName.id,
            newest.c.state,
            newest.c.reason,
            newest.c.journal_id,
            MatchException.id.label("exception_id"),
        )
        .select_from(MatchBankName)
        .join(newest, true())
        .outerjoin(MatchException, itself)
        .where(MatchBankName.id.in_(line_ids), ~MatchBankName.is_entry)
    )
    return {row.id: row for row in session.execute(query)}
