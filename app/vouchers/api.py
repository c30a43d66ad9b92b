"""A shop's vouchers, for its programs."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import acting_shop, for_programs, form_token, once_as
from app.access.rules import VOUCHERS
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, ShopPageQuerySchema, ShopQuerySchema, page_schema
from app.db.session import reading
from app.identity.queries import shop_run_by
from app.identity.rules.roles import SELLING
from app.vouchers.actions.create_voucher import create_voucher
from app.vouchers.actions.stop_voucher import stop_voucher
from app.vouchers.queries import voucher_page
from app.vouchers.schemas import VoucherRowSchema, VoucherSchema, VoucherWishSchema, terms_of, voucher_body

bp = Blueprint("own_vouchers", __name__, url_prefix=f"{PREFIX}/shop/vouchers", description="Vouchers of a shop")


@bp.get("")
@for_programs(VOUCHERS)
@bp.arguments(ShopPageQuerySchema, location="query", unknown=RAISE)
@bp.response(200, page_schema(VoucherRowSchema))
def vouchers(asked: dict[str, Any]) -> dict[str, Any]:
    """The newest first, each with how often it was used."""
    actor, shop_id = acting_shop(asked["shop"])
    with reading() as session:
        shop_run_by(session, actor, shop_id, SELLING)
        found = voucher_page(session, actor, shop_id, cursor=asked["cursor"], size=asked["size"])
        rows = [voucher_body(row.Voucher, int(row.given_cents)) for row in found.rows]
    return {"rows": rows, "next_cursor": found.next_cursor}


@bp.post("")
@for_programs(VOUCHERS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(VoucherWishSchema)
@bp.response(201, VoucherSchema)
def give_out(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, Any]) -> Response:
    """A code that buyers can use from now on, or from the day that is named."""
    actor, shop_id = acting_shop(asked["shop"])

    def work(session: Session) -> dict[str, Any]:
        terms = terms_of(sent, shop_run_by(session, actor, shop_id, SELLING).currency)
        made = create_voucher(session, actor, shop_id, terms, form_token=form_token(), now=datetime.now(UTC))
        return voucher_body(made)

    return once_as(VoucherSchema, work, 201)


@bp.post("/<uuid:voucher_id>/stop")
@for_programs(VOUCHERS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, VoucherSchema)
def stop(asked: dict[str, Any], _headers: dict[str, str], voucher_id: UUID) -> Response:
    """Nobody can use it any more; checkouts that have it keep their price."""
    actor, shop_id = acting_shop(asked["shop"])

    def work(session: Session) -> dict[str, Any]:
        return voucher_body(stop_voucher(session, actor, shop_id, voucher_id, now=datetime.now(UTC)))

    return once_as(VoucherSchema, work)
