"""From rows that do not match to findings with a reason and a culprit: the chain's side and our own papers. Pure."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from app.reconciliation.rules import GAS, TOKEN, USD, Finding, Reason

ROW_OF_ACCOUNT = {
    "1200": "treasury",
    "1205": "fees",
    "1206": "taxes",
    "1210": "escrow",
    "1230": "sellers",
    "1250": "own_wallets",
    "3910": "supply",
}


def transfer_findings(rows: Iterable[Any]) -> list[Finding]:
    """One finding per transaction and mirrored account that the journals tell otherwise than the logs."""
    found = []
    for _, group in groupby(rows, key=lambda row: (row.tx_hash, row.key if row.tx_hash is None else "")):
        found += [_transfer(row) for row in group]
    return found


def _transfer(row: Any) -> Finding:
    side = -1 if row.number == "3910" else 1
    detail = " ".join(part for part in (row.number, row.owner_id or "", row.event or "", row.order_id or "") if part)
    kind, culprit = ("tx", "0x" + row.tx_hash.hex()) if row.tx_hash else ("journal", row.key)
    difference = (row.units - row.booked) * side
    return Finding(ROW_OF_ACCOUNT[row.number], _why_transfer(row), kind, culprit, TOKEN, difference, detail)


def _why_transfer(row: Any) -> Reason:
    if row.key is None:
        return Reason.MISSING_LEDGER
    if row.is_reorged or (row.is_on_chain and row.units == row.booked):
        return Reason.REORGED
    if row.is_doubled:
        return Reason.DUPLICATE
    return Reason.AMOUNT if row.is_on_chain else Reason.MISSING_CHAIN


def gas_findings(rows: Iterable[Any]) -> list[Finding]:
    """Transactions of ours whose gas is booked otherwise than the chain took it. The sum alone would hide what is too much:
    more coin than is booked counts as a top-up."""
    return [
        Finding("gas", _why_gas(row), "tx", "0x" + row.tx_hash.hex(), GAS, row.booked - row.paid, "gas_spent")
        for row in rows
    ]


def _why_gas(row: Any) -> Reason:
    if not row.journals:
        return Reason.MISSING_LEDGER
    return Reason.DUPLICATE if row.journals > 1 else Reason.AMOUNT


def seller_findings(holdings: Iterable[tuple[str, int, int]]) -> list[Finding]:
    """(organization, chain, ledger) of market-held addresses that differ."""
    return [
        Finding("sellers", Reason.AMOUNT, "organization", organization, TOKEN, chain - ledger)
        for organization, chain, ledger in holdings
        if chain != ledger
    ]


def leg_findings(rows: Iterable[Any]) -> list[Finding]:
    return [
        Finding("owed_on_orders", _why_leg(row), "order", row.order_id, TOKEN, row.units - row.booked) for row in rows
    ]


def _why_leg(row: Any) -> Reason:
    if not row.is_known:
        return Reason.MISSING_RECORD
    return Reason.AMOUNT if row.booked else Reason.MISSING_LEDGER


def bank_findings(rows: Iterable[Any]) -> list[Finding]:
    found = []
    for row in rows:
        if row.name is None:
            found.append(Finding("bank", Reason.MISSING_RECORD, "journal", row.key, USD, -row.booked, row.event))
        else:
            why = Reason.CURRENCY if row.currency != USD else _why_paper(row.cents, row.booked or 0)
            found.append(Finding("bank", why, row.kind, row.name, USD, row.cents - (row.booked or 0)))
    return found


def redemption_findings(rows: Iterable[Any]) -> list[Finding]:
    return [
        Finding(
            "redemptions",
            _why_paper(row.asked, row.booked),
            "organization",
            row.organization_id,
            USD,
            row.asked - row.booked,
        )
        for row in rows
    ]


def claim_findings(rows: Iterable[Any]) -> list[Finding]:
    """What sellers owe for chargebacks by our records against the books."""
    return [
        Finding(
            "owed_by_sellers",
            _why_paper(row.owed, row.booked),
            "organization",
            row.organization_id,
            USD,
            row.owed - row.booked,
        )
        for row in rows
    ]


def drift_findings(rows: Iterable[Any]) -> list[Finding]:
    """Running balances that are not the sum of their postings."""
    return [
        Finding(
            "trial_balance",
            Reason.AMOUNT,
            "account",
            " ".join(part for part in (row.number, row.owner_id) if part),
            row.asset,
            row.difference,
        )
        for row in rows
    ]


def _why_paper(paper: int, booked: int) -> Reason:
    if booked == 0:
        return Reason.MISSING_LEDGER
    return Reason.MISSING_RECORD if paper == 0 else Reason.AMOUNT
