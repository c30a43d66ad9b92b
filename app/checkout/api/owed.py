"""Paying what a company ordered on terms: the card page, or what its wallet signs."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from app.access.current import as_person, for_programs, person_id, require_scope
from app.access.rules import BUY, COMPANIES
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema
from app.checkout.actions.pay_later_order import ToSign, pay_from_wallet
from app.checkout.actions.start_card_payment import card_call
from app.checkout.api.wallet import PaymentSignatureSchema
from app.checkout.errors import WalletNeeded
from app.checkout.paying import card_links_with_key, card_page, close_card_page
from app.checkout.schemas import PlacedSchema
from app.db.session import in_transaction, reading
from app.identity.models import User
from app.onramp.stripe_values import SessionCall
from app.orders.actions.pay_group import sign_by_wallet
from app.orders.programs import bought_by
from app.orders.queries import Viewer, group_shown, order_bought, wallet_terms
from app.orders.schemas import OrderGroupSchema, group_body
from app.settlement.outside import require_tokens
from app.web.limits import PLACE_ORDER, limiter

bp = Blueprint("pay_owed", __name__, url_prefix=f"{PREFIX}/orders", description="Paying what is owed")


class ToSignSchema(Schema):
    """`document` is the EIP-712 message (ERC-3009) to be signed by `wallet`; null when it is signed already."""

    wallet = fields.String(metadata={"description": "The account's own, proved before"})
    until = fields.DateTime(metadata={"description": "If it is not in escrow by then, it is owed as before"})
    document = fields.Dict(allow_none=True)


@bp.post("/<number>/card-page")
@for_programs(BUY)
@limiter.limit(PLACE_ORDER, key_func=as_person)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, PlacedSchema)
def by_card(_headers: dict[str, str], number: str) -> dict[str, Any]:
    """The page where the card is typed; the same page as long as it stands. `pay_url` is null when nothing is owed."""
    viewer = _viewer()

    def work(session: Session) -> tuple[UUID, SessionCall | None]:
        group = order_bought(session, viewer, number).group
        return group.id, card_call(session, group, card_links_with_key(), datetime.now(UTC))

    group_id, call = in_transaction(work)
    page = card_page(call) if call else None
    with reading() as session:
        group = group_shown(session, viewer, group_id)
        return {**group_body(group), "key": group.access_token, "pay_url": page}


@bp.post("/<number>/wallet-payment")
@for_programs(BUY)
@limiter.limit(PLACE_ORDER, key_func=as_person)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, ToSignSchema)
def from_wallet(_headers: dict[str, str], number: str) -> dict[str, Any]:
    """Begin to pay it from the account's wallet, or go on: what is to be signed, and until when."""
    viewer, user_id = _viewer(), person_id()
    with reading() as session:
        group_id = order_bought(session, viewer, number).group_id
        wallet = session.get_one(User, user_id).wallet_address
    if wallet is None:
        raise WalletNeeded
    close_card_page(group_id)
    begun: ToSign = in_transaction(
        lambda session: pay_from_wallet(session, viewer, group_id, wallet, now=datetime.now(UTC))
    )
    return {"wallet": "0x" + begun.wallet.hex(), "until": begun.until, "document": begun.document}


@bp.post("/<number>/wallet-signature")
@for_programs(BUY)
@limiter.limit(PLACE_ORDER, key_func=as_person)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(PaymentSignatureSchema)
@bp.response(200, OrderGroupSchema)
def sign(_headers: dict[str, str], sent: dict[str, Any], number: str) -> dict[str, Any]:
    """The market sends it to the chain and pays the gas. Twice is once."""
    viewer, signature = _viewer(), bytes.fromhex(sent["signature"][2:])
    with reading() as session:
        group_id = order_bought(session, viewer, number).group_id
        standing = wallet_terms(session, group_id)
        waits = standing is not None and standing.authorization is None
    if waits:
        require_tokens(group_id)

    def work(session: Session) -> dict[str, Any]:
        sign_by_wallet(
            session, group_id, valid_after=sent["valid_after"], valid_before=sent["valid_before"],
            signature=signature, now=datetime.now(UTC),
        )  # fmt: skip
        return group_body(group_shown(session, viewer, group_id))

    return in_transaction(work)


def _viewer() -> Viewer:
    """With the scope for companies: it is a company's debt. Raises ScopeMissing."""
    require_scope(COMPANIES)
    return bought_by()
