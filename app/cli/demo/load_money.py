"""The demo operator's float, a wallet buyer's bank transfer, and the page of log-ins `make run` prints."""

import os
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from app.cli.demo.shapes import DemoContent
from app.cli.demo.wallets import demo_wallet
from app.ledger.actions.post_journal import post_journal
from app.ledger.recipes import capital_paid_in
from app.onramp.actions.record_bank_receipt import record_bank_receipt

CAPITAL_CENTS = 2_000_000
WALLET_CENTS = 50_000
BUYER = "buyer"
LOGINS = "demo-logins.txt"


def write_money(session: Session) -> None:
    """Once, by their keys: capital that covers card fees, and tokens for the demo wallet."""
    opened = datetime(2026, 1, 1, tzinfo=UTC)
    post_journal(session, capital_paid_in(key="capital:demo", cents=CAPITAL_CENTS, at=opened))
    record_bank_receipt(
        session,
        recorded_by=None,
        reference="DEMO-0001",
        payer_name="Demo wallet",
        wallet_address=bytes.fromhex(demo_wallet(BUYER).address[2:]),
        cents=WALLET_CENTS,
        received_at=datetime(2026, 11, 1, tzinfo=UTC),
    )


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
