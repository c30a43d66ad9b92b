"""The wallet that a shop is paid to, for programs of its owners that hold its key."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields, validate
from sqlalchemy.orm import Session

from app.access.current import acting_shop, as_person, for_programs, once_as
from app.access.rules import WALLET
from app.api.document import PREFIX
from app.api.schemas import BaseSchema, IdempotencyKeySchema, ShopQuerySchema, signature_field
from app.config.current import settings
from app.db.session import reading
from app.identity.actions.ask_wallet import Site, ask_wallet
from app.identity.actions.prove_wallet import prove_wallet
from app.identity.queries import shop_run_by
from app.identity.rules.roles import OWNING
from app.identity.wallets import written
from app.web.limits import SIGN_IN, limiter

bp = Blueprint("own_wallet", __name__, url_prefix=f"{PREFIX}/shop/wallet", description="The wallet a shop is paid to")
STATEMENT = "Pay my shop to this account from now on. This costs nothing and moves no money."
LONGEST_MESSAGE = 2000


class WalletAddressSchema(BaseSchema):
    address = fields.String(
        required=True, validate=validate.Regexp(r"0x[0-9a-fA-F]{40}\Z"), metadata={"example": "0x" + "12" * 20}
    )


class WalletMessageSchema(Schema):
    message = fields.String(metadata={"description": "To be signed as it is (EIP-191) within ten minutes, once"})


class WalletProofSchema(BaseSchema):
    message = fields.String(
        required=True, validate=validate.Length(min=1, max=LONGEST_MESSAGE), metadata={"example": "market.example …"}
    )
    signature = signature_field()


class OwnWalletSchema(Schema):
    address = fields.String(allow_none=True, metadata={"description": "Null: the market holds what the shop earns"})


@bp.get("")
@for_programs(WALLET)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.response(200, OwnWalletSchema)
def wallet(asked: dict[str, Any]) -> dict[str, Any]:
    """Where new orders are paid to."""
    actor, shop_id = acting_shop(asked["shop"])
    with reading() as session:
        return _body(shop_run_by(session, actor, shop_id, OWNING).wallet_address)


@bp.post("/message")
@for_programs(WALLET)
@limiter.limit(SIGN_IN, key_func=as_person)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(WalletAddressSchema)
@bp.response(201, WalletMessageSchema)
def ask(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, str]) -> Response:
    """The message by which the owner of a wallet shows that it is theirs (ERC-4361)."""
    actor, shop_id = acting_shop(asked["shop"])

    def work(session: Session) -> dict[str, str]:
        shop_run_by(session, actor, shop_id, OWNING)
        address = bytes.fromhex(sent["address"][2:])
        return {"message": ask_wallet(session, _site(), address, statement=STATEMENT, now=datetime.now(UTC)).text()}

    return once_as(WalletMessageSchema, work, 201)


@bp.put("")
@for_programs(WALLET)
@limiter.limit(SIGN_IN, key_func=as_person)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(WalletProofSchema)
@bp.response(200, OwnWalletSchema)
def prove(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, str]) -> Response:
    """From the next order on the shop is paid to it; earlier escrows keep the address they were made with."""
    actor, shop_id = acting_shop(asked["shop"])
    text, signature = sent["message"], bytes.fromhex(sent["signature"][2:])

    def work(session: Session) -> dict[str, Any]:
        now = datetime.now(UTC)
        shop = prove_wallet(session, actor, shop_id, site=_site(), text=text, signature=signature, now=now)
        return _body(shop.wallet_address)

    return once_as(OwnWalletSchema, work)


def _site() -> Site:
    """Other than that of the page, so that what one was asked is no answer to the other."""
    public = settings().public_url
    return Site(urlsplit(public).netloc, f"{public}{PREFIX}/shop/wallet", settings().chain_id)


def _body(address: bytes | None) -> dict[str, Any]:
    return {"address": written(address) if address is not None else None}
