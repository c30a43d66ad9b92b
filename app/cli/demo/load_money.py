"""The demo operator's float, a wallet buyer's bank transfer, and the page of log-ins `make run` prints."""

import os
from datetime import UTC, datetime
from pathlib import Path

from eth_utils.crypto import keccak
from sqlalchemy.orm import Session

from app.cli.demo.shapes import DemoContent
from app.cli.demo.wallets import demo_wallet
from app.config.current import settings
from app.ledger.actions.post_journal import post_journal
from app.ledger.recipes import capital_paid_in, float_bought
from app.money.amounts import token_units, usd
from app.onramp.actions.record_bank_receipt import record_bank_receipt
from app.settlement.actions.plan_intent import plan_intent

CAPITAL_CENTS = 2_000_000
WALLET_CENTS = 50_000
FLOAT_CENTS = 800_000
BUYER = "buyer"
LOGINS = "demo-logins.txt"


def write_money(session: Session) -> None:
    """Once, by their keys: capital that covers card fees, a float where tokens are resold, tokens for the demo wallet."""
    opened = datetime(2026, 1, 1, tzinfo=UTC)
    post_journal(session, capital_paid_in(key="capital:demo", cents=CAPITAL_CENTS, at=opened))
    if not settings().issues_tokens:
        _buy_float(session, opened)
    record_bank_receipt(
        session,
        recorded_by=None,
        reference="DEMO-0001",
        payer_name="Demo wallet",
        wallet_address=bytes.fromhex(demo_wallet(BUYER).address[2:]),
        cents=WALLET_CENTS,
        received_at=datetime(2026, 11, 1, tzinfo=UTC),
    )


def _buy_float(session: Session, at: datetime) -> None:
    """For trying out, the market's own key plays the issuer: it deployed the token."""
    units = token_units(usd(FLOAT_CENTS))
    arguments = {"ref": bytes(keccak(text="phsar:float:demo")).hex()}
    plan_intent(session, key="float:demo", chain_id=settings().chain_id, kind="mint", amount=units, arguments=arguments)
    post_journal(session, float_bought(key="float:demo", units=units, cents=FLOAT_CENTS, at=at, reference="DEMO"))


def write_logins(content: DemoContent, password: str) -> None:
    """One person of each role, the password, and a wallet to import."""
    folder = Path(os.environ.get("PHSAR_DATA_DIR", "var"))
    if not folder.is_dir():
        return
    wallet = demo_wallet(BUYER)
    by_role = {person.role: person.email for person in reversed(content.people)}
    lines = [
        f"Demo log-ins (password for all: {password})",
        *(f"  {role.replace('_', ' '):<14} {email}" for role, email in sorted(by_role.items())),
        f"  a wallet with tokens: {wallet.address}",
        f"    its private key: 0x{wallet.key.hex()}",
    ]
    (folder / LOGINS).write_text("\n".join(lines) + "\n")
