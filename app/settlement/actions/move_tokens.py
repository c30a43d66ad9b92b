"""Tokens that move outside of an escrow: sold to a wallet, burned after a refund, redeemed by a seller."""

from uuid import UUID

from eth_utils.crypto import keccak
from sqlalchemy.orm import Session

from app.config.current import settings
from app.settlement.actions.plan_intent import plan_intent
from app.settlement.models import MarketHeldAddress
from app.settlement.rules import reference


def credit_wallet(session: Session, *, bank_receipt_id: UUID, wallet_address: bytes, units: int) -> None:
    """Mint to a buyer's own wallet against a bank receipt that is booked; once per receipt."""
    plan_intent(
        session,
        key=f"mint-wallet:{bank_receipt_id}",
        chain_id=settings().chain_id,
        kind="mint_wallet",
        amount=units,
        arguments={"ref": reference("bank", bank_receipt_id).hex(), "to": wallet_address.hex()},
    )


def burn_refunded(session: Session, *, key: str, units: int, after_id: UUID | None = None) -> None:
    """Take what came back to the treasury out of circulation: supply falls before the card gets its money."""
    plan_intent(
        session,
        key=key,
        chain_id=settings().chain_id,
        kind="burn",
        amount=units,
        arguments={"ref": keccak(text=f"phsar:{key}").hex()},
        after_id=after_id,
    )


def redeem_units(session: Session, *, organization_id: UUID, redemption_id: UUID, units: int) -> None:
    """Burn a seller's market-held tokens for a redemption; TokensRedeemedFinal follows."""
    held = session.get_one(MarketHeldAddress, organization_id)
    plan_intent(
        session,
        key=f"redeem:{redemption_id}",
        chain_id=settings().chain_id,
        kind="redeem",
        amount=units,
        arguments={
            "ref": reference("redeem", redemption_id).hex(),
            "from": held.address.hex(),
            "organization_id": str(organization_id),
            "redemption_id": str(redemption_id),
        },
    )
