"""Paying from one's own wallet by program: what is signed, the signature, and how it stands. The market pays the gas."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from app.access.current import as_person, for_buyers, once_as
from app.access.rules import BUY
from app.api.document import PREFIX
from app.api.schemas import BaseSchema, IdempotencyKeySchema, signature_field
from app.checkout.errors import WalletNeeded
from app.db.session import reading
from app.orders.actions.pay_group import sign_by_wallet
from app.orders.models import OrderGroup
from app.orders.programs import bought_by
from app.orders.queries import group_shown
from app.orders.rules.purchase import WALLET
from app.orders.schemas import OrderGroupSchema, group_body
from app.orders.signed_schemas import LATEST_SECOND
from app.settlement.actions.fund_escrow import funding_message
from app.settlement.outside import require_tokens
from app.web.limits import PLACE_ORDER, limiter

bp = Blueprint("wallet_payment", __name__, url_prefix=f"{PREFIX}/order-groups", description="Paying from a wallet")


class PaymentSignatureSchema(BaseSchema):
    """Over the document, with the times that it says."""

    signature = signature_field()
    valid_after = fields.Integer(
        required=True, strict=True, validate=validate.Range(min=0, max=LATEST_SECOND), metadata={"example": 0}
    )
    valid_before = fields.Integer(
        required=True, strict=True, validate=validate.Range(min=1, max=LATEST_SECOND), metadata={"example": 1800000000}
    )


class WalletPaymentSchema(OrderGroupSchema):
    """`signed_at` is when the signature came; the state is `paid` once the chain has the deposit."""

    wallet = fields.String()
    signed_at = fields.DateTime(allow_none=True)
    to_sign = fields.Dict(
        keys=fields.String(),
        allow_none=True,
        metadata={"description": "The ERC-3009 transfer to sign by EIP-712; null once signed or expired"},
    )


@bp.get("/<uuid:order_group_id>/payment")
@for_buyers(BUY)
@bp.response(200, WalletPaymentSchema)
def payment(order_group_id: UUID) -> dict[str, Any]:
    """What is to be signed, and how it stands. 409 `wallet-needed` for an order that a card pays."""
    with reading() as session:
        return _body(session, _found(session, order_group_id))


@bp.post("/<uuid:order_group_id>/signature")
@for_buyers(BUY)
@limiter.limit(PLACE_ORDER, key_func=as_person)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(PaymentSignatureSchema)
@bp.response(200, WalletPaymentSchema)
def sign(_headers: dict[str, str], sent: dict[str, Any], order_group_id: UUID) -> Response:
    """The wallet agrees: the market sends the deposit, and keeps the goods until the chain has answered. Twice is once."""
    with reading() as session:
        group = _found(session, order_group_id)
    if group.state == "pending_payment" and group.authorized_at is None:
        require_tokens(group.id)
    times = {name: sent[name] for name in ("valid_after", "valid_before")}
    signature = bytes.fromhex(sent["signature"][2:])

    def work(session: Session) -> dict[str, Any]:
        found = _found(session, order_group_id)
        sign_by_wallet(session, found.id, signature=signature, now=datetime.now(UTC), **times)
        session.flush()
        session.refresh(found)
        return _body(session, found)

    return once_as(WalletPaymentSchema, work)


def _found(session: Session, order_group_id: UUID) -> OrderGroup:
    """Raises OrderNotFound, WalletNeeded."""
    group = group_shown(session, bought_by(), order_group_id)
    if group.payment_method != WALLET:
        raise WalletNeeded
    return group


def _body(session: Session, group: OrderGroup) -> dict[str, Any]:
    is_open = group.state == "pending_payment" and group.authorized_at is None
    return {
        **group_body(group),
        "wallet": "0x" + (group.buyer_address or b"").hex(),
        "signed_at": group.authorized_at,
        "to_sign": funding_message(session, group.id) if is_open else None,
    }
