"""Where a shop's money is, and asking for it."""

from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import acting_shop, as_person, for_programs, form_token, once_as
from app.access.rules import PAYOUTS
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, ShopPageQuerySchema, ShopQuerySchema, page_body, page_schema
from app.db.locks import load_one
from app.db.session import reading
from app.identity.queries import shop_run_by
from app.identity.rules.roles import ACCOUNTING
from app.payouts.actions.pay_again import pay_again
from app.payouts.actions.request_redemption import request_redemption
from app.payouts.errors import RedemptionNotFound
from app.payouts.models import Redemption
from app.payouts.queries import redemption_page, redemptions_of, seller_money
from app.payouts.schemas import (
    PayAgainSchema,
    PayoutSchema,
    PayoutWishSchema,
    ShopMoneySchema,
    payout_body,
    shop_money_body,
)
from app.web.limits import PLACE_ORDER, limiter

bp = Blueprint("own_money", __name__, url_prefix=f"{PREFIX}/shop", description="The money of a shop")


@bp.get("/money")
@for_programs(PAYOUTS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.response(200, ShopMoneySchema)
def money(asked: dict[str, Any]) -> dict[str, Any]:
    """The figures of the desk; what they are made of is in the settlement report."""
    actor, shop_id = acting_shop(asked["shop"])
    with reading() as session:
        shop_run_by(session, actor, shop_id, ACCOUNTING)
        return shop_money_body(seller_money(session, shop_id))


@bp.get("/payouts")
@for_programs(PAYOUTS)
@bp.arguments(ShopPageQuerySchema, location="query", unknown=RAISE)
@bp.response(200, page_schema(PayoutSchema))
def payouts(asked: dict[str, Any]) -> dict[str, Any]:
    """What was asked for, the newest first."""
    actor, shop_id = acting_shop(asked["shop"])
    with reading() as session:
        shop_run_by(session, actor, shop_id, ACCOUNTING)
        found = redemption_page(session, actor, organization_id=shop_id, cursor=asked["cursor"], size=asked["size"])
        return page_body(found, payout_body)


@bp.post("/payouts")
@for_programs(PAYOUTS)
@limiter.limit(PLACE_ORDER, key_func=as_person)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(PayoutWishSchema)
@bp.response(201, PayoutSchema)
def ask(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, Any]) -> Response:
    """Released money is to be paid to the shop's bank account, as it is told just now. The market approves it first."""
    actor, shop_id = acting_shop(asked["shop"])
    said = {"cents": sent["amount"]["minor"], "form_token": form_token()}

    def work(session: Session) -> dict[str, Any]:
        return payout_body(request_redemption(session, actor, shop_id, **said))

    return once_as(PayoutSchema, work, 201)


@bp.get("/payouts/<uuid:payout_id>")
@for_programs(PAYOUTS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.response(200, PayoutSchema)
def payout(asked: dict[str, Any], payout_id: UUID) -> dict[str, Any]:
    """One of them, and how far it is."""
    actor, _shop = acting_shop(asked["shop"])
    wanted = redemptions_of(actor).where(Redemption.id == payout_id)
    with reading() as session:
        return payout_body(load_one(session, wanted, missing=RedemptionNotFound))


@bp.post("/payouts/<uuid:payout_id>/again")
@for_programs(PAYOUTS)
@limiter.limit(PLACE_ORDER, key_func=as_person)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(PayAgainSchema)
@bp.response(200, PayoutSchema)
def again(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, int], payout_id: UUID) -> Response:
    """One that did not reach the bank is to be paid again, to the account the shop has now."""
    actor, _shop = acting_shop(asked["shop"])

    def work(session: Session) -> dict[str, Any]:
        return payout_body(pay_again(session, actor, payout_id, failed=sent["times_failed"]))

    return once_as(PayoutSchema, work)
