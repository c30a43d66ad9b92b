"""The tie-out: sums side by side, and behind each difference the thing that makes it. Set-based; nothing is written."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from eth_utils.crypto import keccak
from sqlalchemy import RowMapping, func, select
from sqlalchemy.orm import Session

from app.chain.models import ChainTransaction
from app.config.current import settings
from app.onramp.actions.ingest_balance import BOOKED_TYPES
from app.reconciliation import balances, chain_findings, stripe_findings
from app.reconciliation.models import TieOutRun
from app.reconciliation.rules import GAS, TOKEN, USD, ChainView, Finding, Pending, Row, StripeView, TieOut, unexplained
from app.reconciliation.sql_files import statement
from app.settlement.models import MarketHeldAddress

STRIPE_HAS_TIME = timedelta(days=2)
"""A balance transaction may come late; after this long its absence is a difference."""
TRANSFER_TOPIC = bytes(keccak(text="Transfer(address,address,uint256)"))


def tie_out(session: Session, chain_view: ChainView, stripe_view: StripeView, *, now: datetime | None = None) -> TieOut:
    """Compare Stripe, the books and the chain. `session` should be a snapshot: several statements see one state.

    Amounts are compared exactly, tolerance zero. What is not final yet is listed as pending and is no difference.
    """
    now = now or datetime.now(UTC)
    books = _Books(session, chain_view, now - STRIPE_HAS_TIME)
    rows = books.table(stripe_view)
    findings = books.findings()
    return TieOut(
        checked_at=now,
        block_number=chain_view.block_number,
        block_hash=chain_view.block_hash,
        rows=rows,
        findings=(*findings, *unexplained(rows, findings)),
        pending=books.pending(),
    )


def seller_addresses(session: Session) -> dict[UUID, bytes]:
    """Every market-held address, by the organization it is kept for."""
    rows = session.execute(select(MarketHeldAddress.organization_id, MarketHeldAddress.address))
    return {row.organization_id: row.address for row in rows}


def last_tie_out(session: Session) -> TieOutRun | None:
    """The newest recorded tie-out, for pages that must not wait for Stripe and the chain."""
    return session.scalars(
        select(TieOutRun).order_by(TieOutRun.checked_at.desc(), TieOutRun.id.desc()).limit(1)
    ).first()


def _whole(row: RowMapping) -> SimpleNamespace:
    """A row whose sums are integers: PostgreSQL adds up integers as numerics, which Python reads as decimals."""
    return SimpleNamespace(
        **{str(name): int(value) if isinstance(value, Decimal) else value for name, value in row.items()}
    )


class _Books:
    """One database state, read with one view of the chain."""

    def __init__(self, session: Session, view: ChainView, settled_before: datetime) -> None:
        self.session, self.view, self.settled_before = session, view, settled_before
        self.issues = settings().issues_tokens
        self.sellers = seller_addresses(session)
        self.accounts = self.rows("ledger_balances", block=view.block_number)
        self.ledger = balances.read_ledger(self.accounts)

    def rows(self, name: str, **values: Any) -> list[SimpleNamespace]:
        return [_whole(row) for row in self.session.execute(statement(name), values).mappings()]

    def table(self, stripe_view: StripeView) -> tuple[Row, ...]:
        sums = self.rows("stripe_sums")[0]
        legs = self.rows("open_legs", only_differences=False)
        owed = sum(int(row.units) for row in legs), sum(int(row.booked) for row in legs)
        return (
            *balances.stripe_rows(self.ledger, stripe_view, sums),
            *balances.token_rows(self.ledger, self.view, self.sellers, owed, issues=self.issues),
            *balances.gas_rows(self.ledger, self.view, self._gas_not_booked()),
            *balances.book_rows(self.ledger, issues=self.issues),
            *self._trial(),
        )

    def _gas_not_booked(self) -> int:
        mined = select(func.coalesce(func.sum(ChainTransaction.gas_paid), 0)).where(
            ChainTransaction.chain_id == self.view.chain_id,
            ChainTransaction.state == "mined",
            ChainTransaction.block_number <= self.view.block_number,
        )
        return int(self.session.scalars(mined).one() or 0)

    def _trial(self) -> list[Row]:
        debits: Counter[str] = Counter()
        credits_: Counter[str] = Counter()
        for row in self.accounts:
            signed = int(row.balance) * row.natural_side
            (debits if signed > 0 else credits_)[row.asset] += abs(signed)
        return [balances.trial_row(asset, debits[asset], credits_[asset]) for asset in (USD, TOKEN, GAS)]

    def findings(self) -> tuple[Finding, ...]:
        return (
            *stripe_findings.transaction_findings(self.rows("stripe_transactions"), BOOKED_TYPES),
            *stripe_findings.payment_findings(self.rows("card_payments"), self.settled_before),
            *stripe_findings.refund_findings(self.rows("card_refunds"), self.settled_before),
            *stripe_findings.unasked_findings(self.rows("unasked_charges", settled_before=self.settled_before)),
            *stripe_findings.payout_findings(self.rows("payouts"), self.settled_before),
            *chain_findings.bank_findings(self.rows("bank")),
            *chain_findings.redemption_findings(self.rows("redemptions")),
            *chain_findings.claim_findings(self.rows("claims")),
            *chain_findings.leg_findings(self.rows("open_legs", only_differences=True)),
            *chain_findings.transfer_findings(self.rows("transfers", **self._mirrors())),
            *chain_findings.gas_findings(self.rows("gas", chain_id=self.view.chain_id, block=self.view.block_number)),
            *chain_findings.seller_findings(self._seller_holdings()),
            *chain_findings.drift_findings(self.rows("drifted_balances")),
        )

    def _mirrors(self) -> dict[str, Any]:
        view = self.view
        return {
            "treasury": view.treasury,
            "fees": view.fees,
            "taxes": view.taxes,
            "escrow": view.escrow,
            "token": view.token,
            "transfer": TRANSFER_TOPIC,
            "chain_id": view.chain_id,
            "block": view.block_number,
            "issues": self.issues,
        }

    def _seller_holdings(self) -> list[tuple[str, int, int]]:
        held, booked = self.view.balances, self.ledger.sellers
        return [
            (str(organization), held[address], booked.get(organization, 0))
            for organization, address in sorted(self.sellers.items())
        ]

    def pending(self) -> tuple[Pending, ...]:
        rows = self.rows(
            "pending", settled_before=self.settled_before, chain_id=self.view.chain_id, block=self.view.block_number
        )
        return tuple(Pending(row.kind, row.culprit, row.asset, int(row.amount), row.since) for row in rows)
