"""Where the news of a shop, or of a company that buys, goes: for its programs."""

from typing import Any
from uuid import UUID, uuid5

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import acting_shop, asking, asking_person, for_programs, require_scope
from app.access.rules import COMPANIES, WEBHOOKS
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, ShopQuerySchema
from app.companies.errors import CompanyNotFound
from app.companies.queries import company_run_by
from app.db.locks import load_one
from app.db.session import in_transaction, reading
from app.identity.actor import Actor
from app.identity.rules.roles import APPROVER
from app.webhooks.actions.keep_endpoint import EndpointTerms, add_endpoint, remove_endpoint
from app.webhooks.queries import endpoints_of
from app.webhooks.schemas import EndpointsSchema, EndpointTermsSchema, NewEndpointSchema, endpoint_body

bp = Blueprint("own_webhooks", __name__, url_prefix=f"{PREFIX}/shop/webhooks", description="Where a shop's news goes")
company = Blueprint(
    "company_webhooks", __name__, url_prefix=f"{PREFIX}/companies", description="Where a company's news goes"
)
BLUEPRINTS = (bp, company)


@bp.get("")
@for_programs(WEBHOOKS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.response(200, EndpointsSchema)
def endpoints(asked: dict[str, Any]) -> dict[str, Any]:
    """All of them, the oldest first."""
    actor, shop_id = acting_shop(asked["shop"])
    with reading() as session:
        return {"rows": [endpoint_body(one) for one in endpoints_of(session, actor, shop_id)]}


@bp.post("")
@for_programs(WEBHOOKS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(EndpointTermsSchema)
@bp.response(201, NewEndpointSchema)
def add(asked: dict[str, Any], headers: dict[str, str], sent: dict[str, Any]) -> dict[str, Any]:
    """Another address. The same key is the same address, told without its secret: no answer with it is kept."""
    actor, shop_id = acting_shop(asked["shop"])
    return _added(actor, shop_id, headers["key"], sent)


@bp.delete("/<uuid:endpoint_id>")
@for_programs(WEBHOOKS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.response(204)
def remove(asked: dict[str, Any], endpoint_id: UUID) -> Response:
    """It is told nothing more, and what it was told is forgotten."""
    actor, shop_id = acting_shop(asked["shop"])
    in_transaction(lambda session: remove_endpoint(session, actor, endpoint_id, of=shop_id))
    return Response(status=204)


@company.get("/<uuid:company_id>/webhooks")
@for_programs(COMPANIES)
@company.response(200, EndpointsSchema)
def of_company(company_id: UUID) -> dict[str, Any]:
    """All of them, the oldest first, for an approver."""
    actor = asking_person()
    with reading() as session:
        _require_company(session, actor, company_id)
        return {"rows": [endpoint_body(one) for one in endpoints_of(session, actor, company_id)]}


@company.post("/<uuid:company_id>/webhooks")
@for_programs(COMPANIES)
@company.arguments(IdempotencyKeySchema, location="headers")
@company.arguments(EndpointTermsSchema)
@company.response(201, NewEndpointSchema)
def add_to_company(headers: dict[str, str], sent: dict[str, Any], company_id: UUID) -> dict[str, Any]:
    """An approver says where news of what the company buys, may owe and is quoted goes. As for a shop otherwise."""
    actor = asking_person()
    require_scope(WEBHOOKS)
    with reading() as session:
        _require_company(session, actor, company_id)
    return _added(actor, company_id, headers["key"], sent)


@company.delete("/<uuid:company_id>/webhooks/<uuid:endpoint_id>")
@for_programs(COMPANIES)
@company.response(204)
def remove_from_company(company_id: UUID, endpoint_id: UUID) -> Response:
    """It is told nothing more, and what it was told is forgotten."""
    actor = asking_person()
    require_scope(WEBHOOKS)

    def work(session: Session) -> None:
        _require_company(session, actor, company_id)
        remove_endpoint(session, actor, endpoint_id, of=company_id)

    in_transaction(work)
    return Response(status=204)


def _added(actor: Actor, organization_id: UUID, key: str, sent: dict[str, Any]) -> dict[str, Any]:
    terms = EndpointTerms(sent["url"], tuple(dict.fromkeys(sent["kinds"])))
    token = uuid5(asking().token_id, key)
    made, secret = in_transaction(
        lambda session: add_endpoint(session, actor, organization_id, terms, form_token=token)
    )
    return {**endpoint_body(made), "secret": secret}


def _require_company(session: Session, actor: Actor, company_id: UUID) -> None:
    """Raises CompanyNotFound for who is no approver of it."""
    load_one(session, company_run_by(actor, company_id, {APPROVER}), missing=CompanyNotFound)
