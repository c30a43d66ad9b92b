"""Is a month in order? What came late for it, what was done with it, who asks to open it again."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session, aliased

from app.closing.errors import CloserNeeded
from app.closing.models import Reopening
from app.closing.rules import AGREED, ASKED, CLOSERS, GATES, Item, Result
from app.closing.sql_files import statement
from app.identity.actor import Actor, market_role
from app.identity.errors import BooksReaderNeeded
from app.identity.models import User
from app.identity.rules.roles import READING_BOOKS
from app.ledger.months import Month
from app.ledger.period_models import PeriodEvent, PeriodSnapshot
from app.reconciliation.plain import from_json
from app.reconciliation.queries import last_tie_out
from app.reconciliation.rules import Finding, Reason, TieOut
from app.reconciliation.sql_files import statement as reconciliation_statement

LISTED = 20
_CLOSING_LOCK = 7_303_042


def require_closer(actor: Actor) -> None:
    """Raises CloserNeeded."""
    if not market_role(actor, *CLOSERS):
        raise CloserNeeded


def one_at_a_time(session: Session) -> None:
    """Of all who close and open months; nobody who posts waits for it."""
    session.execute(select(func.pg_advisory_xact_lock(_CLOSING_LOCK)))


def results(session: Session, asked: Month) -> list[Result]:
    """Every gate, in order."""
    red: dict[str, list[Item]] = defaultdict(list)
    count: dict[str, int] = defaultdict(int)
    values = {"ends_at": asked.ends_at, "period": asked.period, "most": LISTED}
    for row in session.execute(statement("gates"), values):
        path = f"/books/exceptions/{row.exception_id}" if row.exception_id else ""
        red[row.gate].append(Item(row.kind, row.name, row.asset, int(row.amount), row.since, path))
        count[row.gate] = row.all_of_them
    run = last_tie_out(session)
    compared = from_json(run.content) if run is not None and run.checked_at >= asked.ends_at else None
    count["compared"] = compared is None
    for key, items in (*_from_comparison(compared), ("payouts", _payouts(session, asked))):
        red[key] += items
        count[key] += len(items)
    return [Result(gate, count[key], tuple(red[key][:LISTED])) for key, gate in GATES.items()]


def _from_comparison(found: TieOut | None) -> list[tuple[str, list[Item]]]:
    """What is on the chain and not booked, what else differs, and the rows of the table that do not tie."""
    if found is None:
        return []
    unposted = [one for one in found.findings if one.reason is Reason.MISSING_LEDGER and one.kind == "tx"]
    return [
        ("unposted", [_item(one) for one in unposted]),
        ("unmatched", [_item(one) for one in found.findings if one not in unposted]),
        ("drift", [Item("row", row.label, row.asset, row.difference) for row in found.rows if not row.ties]),
    ]


def _item(one: Finding) -> Item:
    return Item(one.kind, one.culprit, one.asset, one.difference)


def _payouts(session: Session, asked: Month) -> list[Item]:
    rows = session.execute(reconciliation_statement("payouts"))
    return [
        Item(
            "payout",
            row.id or row.key,
            row.currency or "USD",
            int(row.amount or 0) - int(row.arrived or 0),
            row.created,
        )
        for row in rows
        if row.created is None or row.created < asked.ends_at
    ]


def late_items(session: Session, period: str, *, most: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """Journals that came late for the month, and those booked in it that came late for an earlier one."""
    return session.execute(statement("late"), {"period": period, "most": most}).all()


def history(session: Session, period: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """What was done with the month, newest first: the event, who did it, the second person, and the snapshot it took."""
    first, second = aliased(User), aliased(User)
    query = (
        select(
            PeriodEvent.id,
            PeriodEvent.kind,
            PeriodEvent.at,
            PeriodEvent.reason,
            PeriodEvent.period,
            _called(first).label("who"),
            _called(second).label("second"),
            PeriodSnapshot.version,
            PeriodSnapshot.hash,
        )
        .join(first, first.id == PeriodEvent.actor_id)
        .outerjoin(second, second.id == PeriodEvent.second_actor_id)
        .outerjoin(PeriodSnapshot, PeriodSnapshot.event_id == PeriodEvent.id)
        .where(PeriodEvent.period == period)
        .order_by(PeriodEvent.at.desc(), PeriodEvent.id.desc())
    )
    return session.execute(query).all()


def reopenings_for(actor: Actor) -> Select[Reopening]:
    """Requests this person may read and answer. Raises BooksReaderNeeded."""
    if not market_role(actor, *READING_BOOKS):
        raise BooksReaderNeeded
    return select(Reopening)


def requests_for(session: Session, period: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """Requests to open this month that no event tells of: the one that waits for an answer first, then the newest."""
    asker, decider = aliased(User), aliased(User)
    query = (
        select(
            Reopening.id,
            Reopening.state,
            Reopening.reason,
            Reopening.answer,
            Reopening.asked_at,
            Reopening.asked_by,
            Reopening.decided_at,
            _called(asker).label("who"),
            _called(decider).label("second"),
        )
        .join(asker, asker.id == Reopening.asked_by)
        .outerjoin(decider, decider.id == Reopening.decided_by)
        .where(Reopening.period == period, Reopening.state != AGREED)
        .order_by(Reopening.decided_at.desc().nulls_first(), Reopening.id)
    )
    return session.execute(query).all()


def asked_now(session: Session, period: str) -> Row[*tuple[Any, ...]] | None:
    """The request for this month that waits for an answer."""
    return next((one for one in requests_for(session, period) if one.state == ASKED), None)


def _called(person: Any) -> ColumnElement[str]:
    """By name, or by e-mail address."""
    return func.coalesce(func.nullif(person.name, ""), person.email, "")


def names_of(session: Session, people: set[UUID]) -> dict[UUID, str]:
    query = select(User.id, _called(User)).where(User.id.in_(people))
    return {row[0]: row[1] for row in session.execute(query)}
