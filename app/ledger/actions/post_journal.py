"""Posting: the one way into the books."""

import hashlib
import json
from collections import defaultdict
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.ledger.chart import CHART
from app.ledger.entries import JournalEntry
from app.ledger.errors import JournalKeyReused, UnbalancedJournal
from app.ledger.models import Journal
from app.ledger.sql_files import statement


def post_journal(session: Session, entry: JournalEntry) -> UUID:
    """Write `entry` once and return its id; the same key again with the same content changes nothing.

    Raises UnbalancedJournal, or JournalKeyReused when the key stands for another content.
    """
    _require_balanced(entry)
    payload_hash = _payload_hash(entry)
    log = entry.log
    lines = _lines(entry)
    posted = session.execute(
        statement("post_journal"),
        {
            "key": entry.key,
            "event": entry.event,
            "effective_at": entry.effective_at,
            "payload_hash": payload_hash,
            "order_id": entry.order_id,
            "organization_id": entry.organization_id,
            "stripe_id": entry.stripe_id,
            "chain_id": log.chain_id if log else None,
            "block_number": log.block_number if log else None,
            "block_hash": log.block_hash if log else None,
            "tx_hash": log.tx_hash if log else None,
            "log_index": log.log_index if log else None,
            "reverses_id": entry.reverses_id,
            "is_adjustment": entry.is_adjustment,
            "details": json.dumps(entry.details),
            **lines,
        },
    ).one()
    if posted.id is None:
        return _require_same(session, entry.key, payload_hash)
    journal_id: UUID = posted.id
    if not posted.line_count:
        session.execute(statement("open_accounts"), {**lines, **_chart_of(entry)})
        session.execute(statement("post_lines"), {"journal_id": journal_id, **lines})
    return journal_id


def _lines(entry: JournalEntry) -> dict[str, list[Any]]:
    """As arrays for one statement: its trigger locks the balances in id order, so journals posted at once cannot deadlock."""
    return {
        "numbers": [line.account.number for line in entry.lines],
        "assets": [line.account.asset for line in entry.lines],
        "owners": [line.account.owner for line in entry.lines],
        "amounts": [str(line.amount) for line in entry.lines],
    }


def _require_balanced(entry: JournalEntry) -> None:
    sums: dict[str, int] = defaultdict(int)
    for line in entry.lines:
        sums[line.account.asset] += line.amount
    for asset, difference in sums.items():
        if difference:
            raise UnbalancedJournal(key=entry.key, asset=asset, difference=difference)


def _payload_hash(entry: JournalEntry) -> bytes:
    content = [
        entry.event,
        entry.effective_at.isoformat(),
        str(entry.order_id),
        str(entry.organization_id),
        entry.stripe_id,
        [[line.account.number, line.account.asset, str(line.account.owner), line.amount] for line in entry.lines],
    ]
    return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).digest()


def _require_same(session: Session, key: str, payload_hash: bytes) -> UUID:
    stored = session.execute(select(Journal.id, Journal.payload_hash).where(Journal.key == key)).one()
    if stored.payload_hash != payload_hash:
        raise JournalKeyReused(key=key)
    found: UUID = stored.id
    return found


def _chart_of(entry: JournalEntry) -> dict[str, list[Any]]:
    """What the chart says of the account of each line."""
    chart = [CHART[line.account.number] for line in entry.lines]
    return {
        "sides": [of_account.natural_side for of_account in chart],
        "may_go_negative": [of_account.may_go_negative for of_account in chart],
    }
