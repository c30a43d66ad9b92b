"""The bank account a shop is paid to, for programs of its owners."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import acting_shop, for_programs, once_as
from app.access.rules import BANK
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, ShopQuerySchema
from app.db.session import reading
from app.identity.models import Organization
from app.identity.queries import shop_run_by
from app.identity.rules.roles import OWNING
from app.payouts.actions.set_bank_account import set_bank_account
from app.payouts.rules import bank_account
from app.payouts.schemas import BankAccountSchema, OwnBankAccountSchema

bp = Blueprint(
    "own_bank_account", __name__, url_prefix=f"{PREFIX}/shop/bank-account", description="Where a shop's money goes"
)


@bp.get("")
@for_programs(BANK)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.response(200, OwnBankAccountSchema)
def account(asked: dict[str, Any]) -> dict[str, Any]:
    """For owners."""
    actor, shop_id = acting_shop(asked["shop"])
    with reading() as session:
        return _body(shop_run_by(session, actor, shop_id, OWNING))


@bp.put("")
@for_programs(BANK)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(BankAccountSchema)
@bp.response(200, OwnBankAccountSchema)
def change(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, str]) -> Response:
    """By an owner: money asked for from now on goes there; what was asked for before keeps its account."""
    actor, shop_id = acting_shop(asked["shop"])

    def work(session: Session) -> dict[str, Any]:
        given = bank_account(**sent, country=shop_run_by(session, actor, shop_id, OWNING).country)
        return _body(set_bank_account(session, actor, shop_id, given))

    return once_as(OwnBankAccountSchema, work)


def _body(shop: Organization) -> dict[str, Any]:
    return {"account": shop.bank_account or None}
