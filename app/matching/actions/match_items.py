"""A run of the three-way match: what was touched since the last one and what is open, or everything, worked out anew."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Result, func, select, text
from sqlalchemy.orm import Session

from app.chain.contracts import ESCROW, TOKEN
from app.chain.keys import Keys
from app.config.current import settings
from app.matching.models import MatchBankName, MatchRun
from app.matching.queries import last_run
from app.matching.rules import ARRIVES_WITHIN, BANK, CARD, CHAIN, DRIFT, FINAL_WITHIN, PAYOUT, STRIPE
from app.matching.sql_files import statement
from app.onramp.actions.ingest_balance import BOOKED_TYPES
from app.reconciliation.plain import from_json
from app.reconciliation.queries import STRIPE_HAS_TIME, TRANSFER_TOPIC, last_tie_out
from app.settlement.queries import contract_addresses

_LOCK = 7_303_047
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
OVERLAP = timedelta(hours=1)
"""A transaction that was still open when the last run looked may have written with an earlier clock."""
_WORKING = (
    """CREATE TEMPORARY TABLE match_touched (
      item integer GENERATED ALWAYS AS IDENTITY, family text NOT NULL, reference text NOT NULL, tx_hash bytea) ON COMMIT DROP""",
    """CREATE TEMPORARY TABLE match_found (
      family text NOT NULL, reference text NOT NULL, state text NOT NULL, rule smallint, reason text, asset text NOT NULL,
      outside numeric, booked numeric, paper numeric, difference numeric NOT NULL, since timestamptz NOT NULL,
      journal_id uuid, detail text NOT NULL) ON COMMIT DROP""",
)
_FROM_TABLES = (STRIPE, CARD, PAYOUT, BANK, CHAIN)
MEMORY = "64MB"
"""For each sort and each join of a run, so that those of a million rows do not go through files."""
_TOUCHED = ("bank_names", "touched", "chain_plain")
_OF_EVERYTHING = ("touched", "chain_plain", STRIPE, CARD, "outcomes")
"""What a whole run reads from end to end. PostgreSQL takes some of it for a few rows, since the lines of the books are spread very
unevenly over the accounts, and would look up each by itself."""


def match_items(session: Session, *, now: datetime, whole: bool = False) -> int:
    """Append what is otherwise than it was; returns how many items that is. Nobody else's run is under way meanwhile.

    Only what the tables say is looked at: nothing is asked of Stripe or the chain, so that a run is one transaction.
    """
    session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    before = None if whole else last_run(session)
    xid = session.scalars(text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")).one()
    if before is not None and (before.xid > xid or not _bank_has_names(session)):
        before = (
            None  # a backup was brought back, and transactions are counted anew; or nothing was looked at that way yet
        )
    run = MatchRun(began_at=now, is_whole=before is None, xid=xid, seen_until=now)
    session.add(run)
    session.flush()
    for create in _WORKING:
        session.execute(text(create))
    values = _values(session, now) | {
        "xid": before.xid if before else 0,
        "since": before.seen_until - OVERLAP if before else _EVER,
        "is_whole": before is None,
    }
    session.execute(text(f"SET LOCAL work_mem = '{MEMORY}'"))
    for name in (*_TOUCHED, *_FROM_TABLES):
        _do(session, name, values)
        if name in _TOUCHED:
            session.execute(text("ANALYZE match_touched"))
    _add_drift(session)
    session.execute(text("ANALYZE match_found"))
    looked_at = [*_FROM_TABLES, DRIFT]
    count = _do(session, "outcomes", values | {"run_id": run.id, "families": looked_at}).scalar_one()
    session.execute(text("DROP TABLE match_touched, match_found"))
    session.execute(text("SET LOCAL work_mem TO DEFAULT"))
    session.execute(text("SET LOCAL enable_nestloop TO DEFAULT"))
    return int(count)


def _do(session: Session, name: str, values: dict[str, Any]) -> Result[Any]:
    by_hashes = values["is_whole"] and name in _OF_EVERYTHING
    session.execute(text(f"SET LOCAL enable_nestloop = {'off' if by_hashes else 'on'}"))
    return session.execute(statement(name), values)


def _bank_has_names(session: Session) -> bool:
    return session.scalar(select(select(MatchBankName.id).exists())) or False


def _values(session: Session, now: datetime) -> dict[str, Any]:
    current = settings()
    keys = Keys(current.key_seed)
    contracts = contract_addresses(session)
    return {
        "chain_id": current.chain_id,
        "issues": current.issues_tokens,
        "token": contracts[TOKEN],
        "escrow": contracts[ESCROW],
        "treasury": keys.address("treasury"),
        "fees": keys.address("fees"),
        "taxes": keys.address("taxes"),
        "transfer": TRANSFER_TOPIC,
        "known": sorted(BOOKED_TYPES),
        "settled_before": now - STRIPE_HAS_TIME,
        "arrived_before": now - ARRIVES_WITHIN,
        "final_before": now - FINAL_WITHIN,
    }


def _add_drift(session: Session) -> None:
    """Each row of the newest tie-out: an address or a balance that holds more, or less, than the books say.

    What ties is written down without its amounts, which are others every ten minutes.
    """
    run = last_tie_out(session)
    if run is None:
        return
    rows = [
        {
            "reference": row.key,
            "state": "matched" if row.ties else "open",
            "rule": 1 if row.ties else None,
            "reason": None if row.ties else DRIFT.upper(),
            "asset": row.asset,
            "outside": None if row.ties else row.chain if row.outside is None else row.outside,
            "booked": None if row.ties else row.ledger,
            "difference": row.difference,
            "since": run.checked_at,
        }
        for row in from_json(run.content).rows
    ]
    session.execute(
        text(
            "INSERT INTO match_found (family, reference, state, rule, reason, asset, outside, booked, difference, since, detail)"
            " VALUES ('drift', :reference, :state, :rule, :reason, :asset, :outside, :booked, :difference, :since, '')"
        ),
        rows,
    )
