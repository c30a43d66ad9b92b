"""Tokens that move outside of an escrow: sold to a wallet, burned after a refund, redeemed by a seller, set aside as tax."""

from uuid import UUID

from eth_utils.crypto import keccak
from sqlalchemy.orm import Session

from app.chain.keys import Keys
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


def set_tax_aside(session: Session, *, organization_id: UUID, key: str, units: int) -> bytes:
    """Move withheld tokens from the seller's market-held address to the market's address of withheld tax.

    Gives the 32 bytes that make it happen once on chain; TaxTokensMovedFinal follows with them.
    """
    held = session.get_one(MarketHeldAddress, organization_id).address
    purpose, taxes = f"seller:{organization_id}", Keys(settings().key_seed).address("taxes")
    return _transfer(session, "set_tax_aside", key, units, organization_id, purpose=purpose, payer=held, receiver=taxes)


def return_tax(session: Session, *, organization_id: UUID, key: str, units: int) -> bytes:
    """The way back: tokens of tax that is the seller's again. As `set_tax_aside`."""
    held = session.get_one(MarketHeldAddress, organization_id).address
    taxes = Keys(settings().key_seed).address("taxes")
    return _transfer(session, "return_tax", key, units, organization_id, purpose="taxes", payer=taxes, receiver=held)


def burn_tax(session: Session, *, remittance_id: UUID, country: str, units: int) -> None:
    """Burn withheld tokens that are remitted by bank; TaxTokensBurnedFinal follows."""
    plan_intent(
        session,
        key=f"burn-tax:{remittance_id}",
        chain_id=settings().chain_id,
        kind="burn_tax",
        amount=units,
        arguments={
            "ref": reference("burn-tax", remittance_id).hex(),
            "from": Keys(settings().key_seed).address("taxes").hex(),
            "purpose": "taxes",
            "country": country,
            "remittance_id": str(remittance_id),
        },
    )


def _transfer(
    session: Session,
    kind: str,
    key: str,
    units: int,
    organization_id: UUID,
    *,
    purpose: str,
    payer: bytes,
    receiver: bytes,
) -> bytes:
    """`purpose` names the key that signs; `key` makes the intent, and through the nonce the transfer, happen once."""
    nonce = bytes(keccak(text=f"phsar:{key}"))
    plan_intent(
        session,
        key=key,
        chain_id=settings().chain_id,
        kind=kind,
        amount=units,
        arguments={
            "ref": nonce.hex(),
            "from": payer.hex(),
            "to": receiver.hex(),
            "purpose": purpose,
            "organization_id": str(organization_id),
        },
    )
    return nonce
