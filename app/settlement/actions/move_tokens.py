"""Tokens that move outside of an escrow: sold to a wallet, burned after a refund, redeemed by a seller, set aside as tax, given
back as commission.

Where the market does not issue the token, what would be minted comes out of its float, and what would be burned goes back
into it, by a signed transfer.
"""

from uuid import UUID

from eth_utils.crypto import keccak
from sqlalchemy.orm import Session

from app.chain.keys import Keys
from app.config.current import settings
from app.settlement.actions.plan_intent import plan_intent
from app.settlement.models import EscrowLeg, MarketHeldAddress
from app.settlement.rules import reference


def credit_wallet(session: Session, *, bank_receipt_id: UUID, wallet_address: bytes, units: int) -> None:
    """Mint to a buyer's own wallet against a bank receipt that is booked, or send it of the float; once per receipt."""
    if not settings().issues_tokens:
        payer = Keys(settings().key_seed).address("treasury")
        key = f"sell:{bank_receipt_id}"
        _transfer(session, "sell", key, units, {}, purpose="treasury", payer=payer, receiver=wallet_address)
        return
    plan_intent(
        session,
        key=f"mint-wallet:{bank_receipt_id}",
        chain_id=settings().chain_id,
        kind="mint_wallet",
        amount=units,
        arguments={"ref": reference("bank", bank_receipt_id).hex(), "to": wallet_address.hex()},
    )


def burn_refunded(session: Session, *, key: str, units: int, after_id: UUID | None = None) -> None:
    """Take what came back to the treasury out of circulation: supply falls before the card gets its money.

    Tokens of somebody else's issue stay in the float.
    """
    if not settings().issues_tokens:
        return
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
    """Burn a seller's market-held tokens for a redemption, or take them back into the float; TokensRedeemedFinal follows."""
    held = session.get_one(MarketHeldAddress, organization_id)
    given = {"organization_id": str(organization_id), "redemption_id": str(redemption_id)}
    if not settings().issues_tokens:
        _into_float(session, "buy_back", f"redeem:{redemption_id}", units, given, purpose=f"seller:{organization_id}")
        return
    plan_intent(
        session,
        key=f"redeem:{redemption_id}",
        chain_id=settings().chain_id,
        kind="redeem",
        amount=units,
        arguments={
            "ref": reference("redeem", redemption_id).hex(),
            "from": held.address.hex(),
            **given,
        },
    )


def set_tax_aside(session: Session, *, organization_id: UUID, key: str, units: int) -> bytes:
    """Move withheld tokens from the seller's market-held address to the market's address of withheld tax.

    Gives the 32 bytes that make it happen once on chain; TaxTokensMovedFinal follows with them.
    """
    held = session.get_one(MarketHeldAddress, organization_id).address
    purpose, taxes = f"seller:{organization_id}", Keys(settings().key_seed).address("taxes")
    given = {"organization_id": str(organization_id)}
    return _transfer(session, "set_tax_aside", key, units, given, purpose=purpose, payer=held, receiver=taxes)


def return_tax(session: Session, *, organization_id: UUID, key: str, units: int) -> bytes:
    """The way back: tokens of tax that is the seller's again. As `set_tax_aside`."""
    held = session.get_one(MarketHeldAddress, organization_id).address
    taxes = Keys(settings().key_seed).address("taxes")
    given = {"organization_id": str(organization_id)}
    return _transfer(session, "return_tax", key, units, given, purpose="taxes", payer=taxes, receiver=held)


def return_commission(session: Session, leg: EscrowLeg, *, key: str, units: int, vat: int) -> bytes:
    """Commission of an order, its VAT inside, goes back to where the order's release went. As `set_tax_aside`."""
    given = {
        "order_id": str(leg.order_id),
        "organization_id": str(leg.organization_id),
        "is_market_held": "yes" if leg.seller_is_market_held else "no",
        "vat": str(vat),
    }
    fees = Keys(settings().key_seed).address("fees")
    return _transfer(session, "give_commission", key, units, given, purpose="fees", payer=fees, receiver=leg.seller)


def burn_tax(session: Session, *, remittance_id: UUID, country: str, units: int, number: str = "2310") -> None:
    """Burn withheld tokens that are remitted by bank, or take them back into the float; TaxTokensBurnedFinal follows.

    `number`: the account in which the country is owed it.
    """
    given = {"country": country, "remittance_id": str(remittance_id), "number": number}
    if not settings().issues_tokens:
        _into_float(session, "buy_back_tax", f"burn-tax:{remittance_id}", units, given, purpose="taxes")
        return
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
            **given,
        },
    )


def _into_float(session: Session, kind: str, key: str, units: int, given: dict[str, str], *, purpose: str) -> None:
    keys = Keys(settings().key_seed)
    payer, treasury = keys.address(purpose), keys.address("treasury")
    _transfer(session, kind, key, units, given, purpose=purpose, payer=payer, receiver=treasury)


def _transfer(
    session: Session,
    kind: str,
    key: str,
    units: int,
    given: dict[str, str],
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
            **given,
        },
    )
    return nonce
