"""Are the snapshots of closed months what the books say, and what they were? Read-only, each answer worked out anew."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.ledger.models import LedgerAccount
from app.ledger.period_models import Books, PeriodBalance, PeriodSnapshot
from app.ledger.sql_files import statement
from app.ledger.sums import sum_posted

HEAD = "account|asset|owner|opening|debits|credits|closing"


@dataclass(frozen=True)
class Flaw:
    """`what`: its lines do not give its hash (`hash`), or journals and balances tell otherwise (`lines`, `balances`)."""

    period: str
    version: int
    what: str
    detail: str = ""


def snapshot_text(session: Session, snapshot: PeriodSnapshot) -> str:
    """What the hash is of: a line that names the snapshot, one with the columns, then each account, debit positive."""
    rows = session.execute(
        select(
            LedgerAccount.number,
            LedgerAccount.asset,
            LedgerAccount.owner_id,
            PeriodBalance.opening,
            PeriodBalance.debits,
            PeriodBalance.credits,
            PeriodBalance.closing,
        )
        .join(LedgerAccount, LedgerAccount.id == PeriodBalance.account_id)
        .where(PeriodBalance.snapshot_id == snapshot.id)
    )
    accounts = sorted((row.number, row.asset, str(row.owner_id or ""), *row[3:]) for row in rows)
    through = snapshot.through.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = [f"trial balance|{snapshot.period}|{snapshot.version}|{through}", HEAD]
    lines += ["|".join(map(str, account)) for account in accounts]
    return "".join(f"{line}\n" for line in lines)


def standing(session: Session) -> Sequence[PeriodSnapshot]:
    """Of each month that is closed for good the newest one, in order."""
    query = (
        select(PeriodSnapshot)
        .ext(distinct_on(PeriodSnapshot.period))
        .where(PeriodSnapshot.through <= select(Books.closed_through).scalar_subquery())
        .order_by(PeriodSnapshot.period, PeriodSnapshot.version.desc())
    )
    return session.scalars(query).all()


def all_versions(session: Session, period: str | None = None) -> Sequence[PeriodSnapshot]:
    query = select(PeriodSnapshot).order_by(PeriodSnapshot.period, PeriodSnapshot.version)
    return session.scalars(query.where(PeriodSnapshot.period == period) if period else query).all()


def flaws(session: Session, period: str | None = None) -> Iterator[Flaw]:
    """Of all months or one. `session` should be a snapshot of the database: several statements see one state."""
    sum_posted(session)
    standing_ids = {one.id for one in standing(session)}
    for one in all_versions(session, period):
        if hashlib.sha256(snapshot_text(session, one).encode()).digest() != one.hash:
            yield Flaw(one.period, one.version, "hash")
        if one.id in standing_ids:
            for row in session.execute(statement("snapshot_differences"), {"snapshot_id": one.id}):
                yield Flaw(one.period, one.version, "lines", _account(row))
    if period is None and standing_ids:
        newest = standing(session)[-1]
        for row in session.execute(statement("after_the_newest")):
            yield Flaw(newest.period, newest.version, "balances", _account(row))


def _account(row: Row[str, str, str, int]) -> str:
    """`1010 USD 500` with the owner between, where the account has one."""
    return " ".join(str(part) for part in (row.number, row.asset, row.owner, int(row.difference)) if part != "")
