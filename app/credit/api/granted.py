"""Who may pay a shop later."""

from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import acting_shop, for_programs, once_as
from app.access.rules import TERMS
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, ShopQuerySchema
from app.config.days import market_today
from app.credit.actions.grant_terms import change_terms, grant_terms, withdraw_terms
from app.credit.models import CreditGrant
from app.credit.queries import companies_known_to, grant_rows
from app.credit.schemas import (
    ChangedTermsSchema,
    GrantSchema,
    GrantsSchema,
    KnownCompaniesSchema,
    NewTermsSchema,
    grant_body,
    grant_row_body,
)
from app.db.session import reading
from app.identity.models import Organization
from app.identity.queries import shop_run_by
from app.identity.rules.roles import SELLING, SHOP_ROLES

bp = Blueprint("granted_terms", __name__, url_prefix=f"{PREFIX}/shop/terms", description="Who may pay a shop later")


@bp.get("")
@for_programs(TERMS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.response(200, GrantsSchema)
def grants(asked: dict[str, Any]) -> dict[str, Any]:
    """Each company with terms, by name, with what it owes by age: the ageing list."""
    actor, shop_id = acting_shop(asked["shop"])
    with reading() as session:
        shop_run_by(session, actor, shop_id, SHOP_ROLES)
        return {"rows": [grant_row_body(row) for row in grant_rows(session, actor, shop_id, market_today())]}


@bp.get("/companies")
@for_programs(TERMS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.response(200, KnownCompaniesSchema)
def known(asked: dict[str, Any]) -> dict[str, Any]:
    """Companies that can be given terms: they bought from the shop or agreed to one of its groups, and have none yet."""
    actor, shop_id = acting_shop(asked["shop"])
    with reading() as session:
        shop_run_by(session, actor, shop_id, SELLING)
        return {"rows": [{"id": row.id, "name": row.name} for row in companies_known_to(session, actor, shop_id)]}


@bp.post("")
@for_programs(TERMS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(NewTermsSchema)
@bp.response(201, GrantSchema)
def give(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, Any]) -> Response:
    """The company is told. What it then orders is not in escrow until it has paid."""
    actor, shop_id = acting_shop(asked["shop"])

    def work(session: Session) -> dict[str, Any]:
        made = grant_terms(session, actor, shop_id, **sent)
        return _body(session, session.get_one(CreditGrant, made))

    return once_as(GrantSchema, work, 201)


@bp.put("/<uuid:grant_id>")
@for_programs(TERMS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(ChangedTermsSchema)
@bp.response(200, GrantSchema)
def change(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, Any], grant_id: UUID) -> Response:
    """For orders from now on: what is owed already keeps its day."""
    actor, _shop = acting_shop(asked["shop"])
    return once_as(GrantSchema, lambda session: _body(session, change_terms(session, actor, grant_id, **sent)))


@bp.delete("/<uuid:grant_id>")
@for_programs(TERMS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, GrantSchema)
def withdraw(asked: dict[str, Any], _headers: dict[str, str], grant_id: UUID) -> Response:
    """No new orders on them. They are kept, paused, because what is owed on them is; `PUT` gives them again."""
    actor, _shop = acting_shop(asked["shop"])
    return once_as(GrantSchema, lambda session: _body(session, withdraw_terms(session, actor, grant_id)))


def _body(session: Session, grant: CreditGrant) -> dict[str, Any]:
    return grant_body(grant, session.get_one(Organization, grant.company_id).name)
