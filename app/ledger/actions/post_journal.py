"""Posting: the one way into the books."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.ledger.chart import CHART, AccountRef
from app.ledger.entries import JournalEntry
from app.ledger.errors import JournalKeyReused, UnbalancedJournal
from app.ledger.models import Journal
from app.ledger.sql_files import statement
from app.ledger.sums import note_posted

MOST_AT_ONCE = 2_000
"""Journals of one statement: a few MB of text. More at once are no quicker."""


def post_journal(session: Session, entry: JournalEntry) -> UUID:
    """Write `entry` once and return its id; the same key again with the same content changes nothing.

    Whether an account falls too low shows when the transaction ends, or at `sums.sum_posted`.
    Raises UnbalancedJournal, or JournalKeyReused when the key stands for another content.
    """
    (journal_id,) = post_journals(session, [entry])
    return journal_id


def post_journals(session: Session, entries: Sequence[JournalEntry]) -> list[UUID]:
    """As `post_journal` for each of `entries`, in their order, by one statement for each 2,000 of them.

    Accounts may fall too low between two journals of a statement, not after it. What is raised names the journal, and
    the transaction is to be rolled back: then none of them is posted.
    """
    return [
        journal_id
        for first in range(0, len(entries), MOST_AT_ONCE)
        for journal_id in _post(session, entries[first : first + MOST_AT_ONCE])
    ]


def _post(session: Session, entries: Sequence[JournalEntry]) -> list[UUID]:
    by_key, hashes = {entry.key: entry for entry in entries}, dict[str, bytes]()
    for entry in entries:
        _require_balanced(entry)
        payload_hash = _payload_hash(entry)
        if hashes.setdefault(entry.key, payload_hash) != payload_hash:
            raise JournalKeyReused(key=entry.key)
    rows = _rows(list(by_key.values()), hashes)
    note_posted(session)
    posted = session.execute(statement("post_journals"), rows).all()
    ids: dict[str, UUID] = {row.key: row.id for row in posted}
    if not all(row.has_lines for row in posted):  # somebody opened one of the accounts at the same moment
        places = [{"place": place, "id": str(ids[key])} for place, key in enumerate(by_key) if key in ids]
        session.execute(statement("post_lines"), {**rows, "posted": json.dumps(places)})
    ids |= _known(session, {key: value for key, value in hashes.items() if key not in ids})
    return [ids[entry.key] for entry in entries]


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


def _rows(entries: Sequence[JournalEntry], hashes: dict[str, bytes]) -> dict[str, str]:
    """As JSON: the statement takes the journals, the accounts, each once, and the lines, which name both by place."""
    accounts: dict[AccountRef, int] = {}
    lines = [
        {
            "place": place,
            "line": number,
            "account": accounts.setdefault(line.account, len(accounts)),
            "amount": line.amount,
        }
        for place, entry in enumerate(entries)
        for number, line in enumerate(entry.lines, 1)
    ]
    return {
        "journals": json.dumps([_journal(entry, place, hashes[entry.key]) for place, entry in enumerate(entries)]),
        "accounts": json.dumps([_account(account, place) for account, place in accounts.items()]),
        "lines": json.dumps(lines),
    }


def _journal(entry: JournalEntry, place: int, payload_hash: bytes) -> dict[str, Any]:
    """What is left out is NULL."""
    row: dict[str, Any] = {
        "place": place,
        "key": entry.key,
        "event": entry.event,
        "effective_at": entry.effective_at.isoformat(),
        "payload_hash": _hex(payload_hash),
        "is_adjustment": entry.is_adjustment,
        "details": entry.details,
    }
    for name in ("order_id", "organization_id", "stripe_id", "reverses_id"):
        value = getattr(entry, name)
        if value is not None:
            row[name] = str(value)
    if entry.log is not None:
        row["chain_id"] = entry.log.chain_id
        row["block_number"] = entry.log.block_number
        row["block_hash"] = _hex(entry.log.block_hash)
        row["tx_hash"] = _hex(entry.log.tx_hash)
        row["log_index"] = entry.log.log_index
    return row


def _account(account: AccountRef, place: int) -> dict[str, Any]:
    """With what the chart says of it, should it be opened."""
    of_account = CHART[account.number]
    return {
        "account": place,
        "number": account.number,
        "asset": account.asset,
        "owner_id": str(account.owner) if account.owner else None,
        "side": of_account.natural_side,
        "may_go_negative": of_account.may_go_negative,
    }


def _hex(value: bytes) -> str:
    """As PostgreSQL reads bytes."""
    return "\\x" + value.hex()


def _known(session: Session, hashes: dict[str, bytes]) -> dict[str, UUID]:
    """Ids of the journals that were posted before. Raises JournalKeyReused."""
    if not hashes:
        return {}
    known: dict[str, UUID] = {}
    for row in session.execute(select(Journal.id, Journal.key, Journal.payload_hash).where(Journal.key.in_(hashes))):
        if row.payload_hash != hashes[row.key]:
            raise JournalKeyReused(key=row.key)
        known[row.key] = row.id
    return known
