"""Paying into escrow: from the treasury for a card buyer, by one signature for a wallet buyer."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.chain.queries import chain_time
from app.chain.typed_data import Authorization, receive_document, recover
from app.config.current import settings
from app.settlement.actions.plan_intent import plan_intent
from app.settlement.errors import MALFORMED, WRONG_SIGNER, WRONG_TIME, EscrowNotFound, SignatureRejected
from app.settlement.models import Escrow
from app.settlement.queries import escrow_of_group
from app.settlement.rules import LATEST, SIGNATURE_BYTES, reference


def fund_by_card(session: Session, order_group_id: UUID) -> None:
    """After the card was charged: mint what is owed and deposit it. Both happen once on chain by their references.

    Who resells tokens deposits them from its float. Where an earlier escrow of the group came to nothing, its tokens were burned: the new one is minted for anew.
    """
    escrow = _escrow(session, order_group_id)
    one = order_group_id if escrow.attempt == 1 else escrow.id
    minted = _mint(session, escrow, one) if settings().issues_tokens else None
    plan_intent(
        session,
        key=f"deposit:{one}",
        chain_id=escrow.chain_id,
        kind="deposit",
        escrow_id=escrow.id,
        amount=escrow.amount,
        after_id=minted,
    )


def _mint(session: Session, escrow: Escrow, one: UUID) -> UUID:
    return plan_intent(
        session,
        key=f"mint:{one}",
        chain_id=escrow.chain_id,
        kind="mint",
        amount=escrow.amount,
        arguments={"ref": reference("mint", one).hex()},
    )


def funding_message(session: Session, order_group_id: UUID) -> dict[str, Any]:
    """The EIP-712 document (ERC-3009) that the buyer's wallet signs: one transfer, to this escrow only, until `fund_by`."""
    escrow = _escrow(session, order_group_id)
    return _document(escrow, 0, int(escrow.fund_by.timestamp()))


def fund_by_wallet(
    session: Session, order_group_id: UUID, *, valid_after: int, valid_before: int, signature: bytes
) -> None:
    """Take the buyer's signature over `funding_message` and plan its deposit; the buyer pays no gas.

    Raises SignatureRejected when it was made by somebody else, for other terms, amount, chain or time. The nonce is the
    escrow id, so the signature can pay nothing else; a stranger who sends it first pays the same escrow.
    """
    escrow = _escrow(session, order_group_id)
    if len(signature) != SIGNATURE_BYTES:
        raise SignatureRejected(reason=MALFORMED)
    now = chain_time(session, escrow.chain_id)
    if not _in_time(now, valid_after, valid_before, escrow.fund_by):
        raise SignatureRejected(reason=WRONG_TIME)
    if recover(_document(escrow, valid_after, valid_before), signature) != escrow.buyer:
        raise SignatureRejected(reason=WRONG_SIGNER)
    one = order_group_id if escrow.attempt == 1 else escrow.id
    escrow.authorization = {"valid_after": valid_after, "valid_before": valid_before, "signature": signature.hex()}
    plan_intent(
        session,
        key=f"deposit:{one}",
        chain_id=escrow.chain_id,
        kind="deposit_authorized",
        escrow_id=escrow.id,
        amount=escrow.amount,
    )


def _in_time(now: datetime | None, valid_after: int, valid_before: int, fund_by: datetime) -> bool:
    return now is not None and 0 <= valid_after < now.timestamp() < valid_before <= LATEST and now <= fund_by


def _document(escrow: Escrow, valid_after: int, valid_before: int) -> dict[str, Any]:
    authorization = Authorization(
        escrow.buyer, escrow.contract, escrow.amount, valid_after, valid_before, escrow.escrow_id
    )
    return receive_document(authorization, escrow.chain_id, escrow.token, settings().token_name)


def _escrow(session: Session, order_group_id: UUID) -> Escrow:
    escrow = escrow_of_group(session, order_group_id)
    if escrow is None:
        raise EscrowNotFound
    return escrow
