"""A tie-out as JSON and as a table for a terminal. Amounts are strings of integers: no reader can round them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.ledger.chart import DECIMALS
from app.money.currencies import CURRENCIES
from app.reconciliation.rules import Finding, Pending, Reason, Row, Rule, TieOut

MOST_NOUGHTS = 6


def amount_text(amount: int | None, asset: str) -> str:
    """`1,234.50` or `1,234.500000`; a dash for a side that says nothing.

    Of an asset with more decimals than a table has room for, such as the chain's coin, noughts at the end are left out.
    """
    if amount is None:
        return "–"
    decimals = DECIMALS[asset] if asset in DECIMALS else _currency_decimals(asset)
    whole, fraction = divmod(abs(amount), 10**decimals)
    digits = f"{fraction:0{decimals}d}"
    if decimals > MOST_NOUGHTS:
        digits = digits.rstrip("0").ljust(2, "0")
    return f"{'-' if amount < 0 else ''}{whole:,}.{digits}"


def _currency_decimals(code: str) -> int:
    """What comes in a currency the books do not know is shown all the same."""
    return CURRENCIES[code].iso if code in CURRENCIES else 2


def as_json(found: TieOut) -> dict[str, Any]:
    """What `--json` prints and what is kept."""
    return {
        "ties": found.ties,
        "checked_at": found.checked_at.isoformat(),
        "block_number": found.block_number,
        "block_hash": "0x" + found.block_hash.hex(),
        "rows": [_row(row) for row in found.rows],
        "findings": [_finding(one) for one in found.findings],
        "pending": [_pending(one) for one in found.pending],
    }


def from_json(content: dict[str, Any]) -> TieOut:
    """What was kept, as it was found."""
    return TieOut(
        checked_at=datetime.fromisoformat(content["checked_at"]),
        block_number=content["block_number"],
        block_hash=bytes.fromhex(content["block_hash"][2:]),
        rows=tuple(
            Row(
                row["key"],
                row["label"],
                row["asset"],
                _number(row["outside"]),
                int(row["ledger"]),
                _number(row["chain"]),
                Rule(row["rule"]),
            )
            for row in content["rows"]
        ),
        findings=tuple(
            Finding(
                one["row"],
                Reason(one["reason"]),
                one["kind"],
                one["culprit"],
                one["asset"],
                int(one["difference"]),
                one["detail"],
            )
            for one in content["findings"]
        ),
        pending=tuple(
            Pending(one["kind"], one["culprit"], one["asset"], int(one["amount"]), datetime.fromisoformat(one["since"]))
            for one in content["pending"]
        ),
    )


def _number(text: str | None) -> int | None:
    return None if text is None else int(text)


def _row(row: Row) -> dict[str, Any]:
    return {
        "key": row.key,
        "label": row.label,
        "asset": row.asset,
        "outside": None if row.outside is None else str(row.outside),
        "ledger": str(row.ledger),
        "chain": None if row.chain is None else str(row.chain),
        "difference": str(row.difference),
        "rule": row.rule.value,
        "ties": row.ties,
    }


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "row": one.row,
        "reason": one.reason.value,
        "kind": one.kind,
        "culprit": one.culprit,
        "asset": one.asset,
        "difference": str(one.difference),
        "detail": one.detail,
        "words": one.words,
    }


def _pending(one: Pending) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "culprit": one.culprit,
        "asset": one.asset,
        "amount": str(one.amount),
        "since": one.since.isoformat(),
    }


def as_table(found: TieOut) -> str:
    """The table a person reads; every culprit on a line of its own below it."""
    head = ("", "Stripe / bank / records", "Ledger", "Chain", "Difference", "")
    body = [
        (
            f"{row.label}",
            amount_text(row.outside, row.asset),
            amount_text(row.ledger, row.asset),
            amount_text(row.chain, row.asset),
            ("+" if row.difference > 0 else "") + amount_text(row.difference, row.asset),
            _verdict(row),
        )
        for row in found.rows
    ]
    lines = [*_aligned([head, *body]), ""]
    if found.findings:
        lines.append(f"{len(found.findings)} to clear:")
        lines += [f"  {finding_line(one)}" for one in found.findings]
    if found.pending:
        lines.append(f"{len(found.pending)} on the way or still open, no difference:")
        lines += [
            f"  {one.kind} {one.culprit} {amount_text(one.amount, one.asset)} {one.asset}" for one in found.pending
        ]
    verdict = "Everything ties out" if found.ties else "It does not tie out"
    lines.append(f"{verdict}: Stripe, ledger and chain at block {found.block_number:,} (0x{found.block_hash.hex()}).")
    return "\n".join(lines)


def finding_line(one: Finding) -> str:
    """`AMOUNT payment pi_1: +1.00 USD (txn_1). The amounts differ.`"""
    sign = "+" if one.difference > 0 else ""
    detail = f" ({one.detail})" if one.detail else ""
    amount = f"{sign}{amount_text(one.difference, one.asset)} {one.asset}"
    return f"{one.reason} {one.kind} {one.culprit}: {amount}{detail}. {one.words}"


def _verdict(row: Row) -> str:
    if not row.ties:
        return "DIFFERS"
    return "covers" if row.rule is Rule.COVERS else "ties"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            [
                row[0].ljust(widths[0]),
                *(cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:-1], strict=True)),
                row[-1],
            ]
        ).rstrip()
        for row in rows
    ]
