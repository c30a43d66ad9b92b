"""Posting: the one way into the books."""

import hashlib
import json
from collections import defaultdict
from uuid import UUID

from sqlalchemy import insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.ledger.chart import CHART, AccountRef
from app.ledger.entries import JournalEntry
from app.ledger.errors import JournalKeyReused, UnbalancedJournal
from app.ledger.models import Journal, LedgerAccount, Posting


def post_journal(session: Session, entry: JournalEntry) -> UUID:
    """Write `entry` once and return its id; the same key again with the same content changes nothing.

    Raises UnbalancedJournal, or JournalKeyReused when the key stands for another content.
    """
    _require_balanced(entry)
    payload_hash = _payload_hash(entry)
    log = entry.log
    journal_id: UUID | None = session.scalar(
        upsert(Journal)
        .values(
            key=entry.key,
            event=entry.event,
            effective_at=entry.effective_at,
            payload_hash=payload_hash,
            order_id=entry.order_id,
            organization_id=entry.organization_id,
            stripe_id=entry.stripe_id,
            chain_id=log.chain_id if log else None,
            block_number=log.block_number if log else None,
            block_hash=log.block_hash if log else None,
            tx_hash=log.tx_hash if log else None,
            log_index=log.log_index if log else None,
            reverses_id=entry.reverses_id,
            is_adjustment=entry.is_adjustment,
            details=entry.details,
        )
        .on_conflict_do_nothing(index_elements=[Journal.key])
        .returning(Journal.id)
    )
    if journal_id is None:
        return _require_same(session, entry.key, payload_hash)
    accounts = _account_ids(session, {line.account for line in entry.lines})
    rows = [
        {"journal_id": journal_id, "line": number, "account_id": accounts[line.account], "amount": line.amount}
        for number, line in enumerate(entry.lines, 1)
    ]
    # One statement: the trigger then locks the balances in id order, so journals posted at once cannot deadlock.
    session.execute(insert(Posting).values(rows))
    return journal_id


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


def _account_ids(session: Session, refs: set[AccountRef]) -> dict[AccountRef, UUID]:
    """Existing accounts, or new ones by the chart."""
    found = _find(session, refs)
    missing = refs - found.keys()
    if missing:
        rows = [
            {
                "number": ref.number,
                "asset": ref.asset,
                "owner_id": ref.owner,
                "natural_side": CHART[ref.number].natural_side,
                "may_go_negative": CHART[ref.number].may_go_negative,
            }
            for ref in sorted(missing, key=_order)
        ]
        session.execute(upsert(LedgerAccount).values(rows).on_conflict_do_nothing())
        found |= _find(session, missing)
    return found


def _order(ref: AccountRef) -> tuple[str, str, str]:
    """Always the same order, so that two journals that open the same accounts wait and do not deadlock."""
    return ref.number, ref.asset, str(ref.owner)


def _find(session: Session, refs: set[AccountRef]) -> dict[AccountRef, UUID]:
    ordered = sorted(refs, key=_order)
    rows = session.execute(
        text(
            "SELECT a.id, a.number, a.asset, a.owner_id FROM ledger_accounts AS a"
            " JOIN unnest(CAST(:numbers AS text[]), CAST(:assets AS text[]), CAST(:owners AS uuid[]))"
            " AS r(number, asset, owner_id)"
            " ON a.number = r.number AND a.asset = r.asset AND a.owner_id IS NOT DISTINCT FROM r.owner_id"
        ),
        {
            "numbers": [ref.number for ref in ordered],
            "assets": [ref.asset for ref in ordered],
            "owners": [ref.owner for ref in ordered],
        },
    )
    return {AccountRef(row.number, row.asset, row.owner_id): row.id for row in rows}
