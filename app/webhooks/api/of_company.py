"""Where the news of a company that buys goes, and what was told: for its approvers."""

from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE

from app.access.current import asking_person, for_programs, require_scope
from app.access.rules import COMPANIES, WEBHOOKS, narrowed
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, PageQuerySchema, page_schema
from app.companies.errors import CompanyNotFound
from app.companies.queries import company_run_by
from app.db.locks import load_one
from app.db.session import reading
from app.identity.actor import Actor
from app.identity.rules.roles import APPROVER
from app.webhooks.api.shared import (
    added,
    changed,
    listed,
    looked_at,
    removed,
    repeated,
    rotated,
    shown,
    switched,
    tested,
    told,
)
from app.webhooks.schemas import (
    DeliveryRowSchema,
    DeliverySchema,
    EndpointSchema,
    EndpointsSchema,
    EndpointTermsSchema,
    NewEndpointSchema,
    SecretSeenSchema,
)

bp = Blueprint(
    "company_webhooks",
    __name__,
    url_prefix=f"{PREFIX}/companies/<uuid:company_id>/webhooks",
    description="Where a company's news goes",
)


@bp.get("")
@for_programs(COMPANIES)
@bp.response(200, EndpointsSchema)
def of_company(company_id: UUID) -> dict[str, Any]:
    """All of them, the oldest first, for an approver."""
    return listed(_approver(company_id), company_id)


@bp.post("")
@for_programs(COMPANIES)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(EndpointTermsSchema)
@bp.response(201, NewEndpointSchema)
def add_to_company(headers: dict[str, str], sent: dict[str, Any], company_id: UUID) -> dict[str, Any]:
    """An approver says where news of what the company buys, may owe and is quoted goes. As for a shop otherwise."""
    return added(_keeper(company_id), company_id, headers["key"], sent)


@bp.get("/<uuid:endpoint_id>")
@for_programs(COMPANIES)
@bp.response(200, EndpointSchema)
def endpoint(company_id: UUID, endpoint_id: UUID) -> dict[str, Any]:
    """One of them."""
    return shown(_approver(company_id), endpoint_id)


@bp.put("/<uuid:endpoint_id>")
@for_programs(COMPANIES)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(EndpointTermsSchema)
@bp.response(200, EndpointSchema)
def change(_headers: dict[str, str], sent: dict[str, Any], company_id: UUID, endpoint_id: UUID) -> Response:
    """Where to, and of what; its secret stays."""
    return changed(_keeper(company_id), endpoint_id, sent)


@bp.post("/<uuid:endpoint_id>/secret")
@for_programs(COMPANIES)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(SecretSeenSchema)
@bp.response(200, NewEndpointSchema)
def rotate(_headers: dict[str, str], sent: dict[str, int], company_id: UUID, endpoint_id: UUID) -> dict[str, Any]:
    """Another secret; for a day messages carry the signatures of both. The same version again is no new secret."""
    return rotated(_keeper(company_id), endpoint_id, sent["secret_version"])


@bp.post("/<uuid:endpoint_id>/activation")
@for_programs(COMPANIES)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, EndpointSchema)
def activate(_headers: dict[str, str], company_id: UUID, endpoint_id: UUID) -> Response:
    """On: it is told what happens from now on."""
    return switched(_keeper(company_id), endpoint_id, on=True)


@bp.post("/<uuid:endpoint_id>/pause")
@for_programs(COMPANIES)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, EndpointSchema)
def pause(_headers: dict[str, str], company_id: UUID, endpoint_id: UUID) -> Response:
    """Off: nothing is told, and nothing is kept for later."""
    return switched(_keeper(company_id), endpoint_id, on=False)


@bp.delete("/<uuid:endpoint_id>")
@for_programs(COMPANIES)
@bp.response(204)
def remove_from_company(company_id: UUID, endpoint_id: UUID) -> Response:
    """It is told nothing more, and what it was told is forgotten."""
    return removed(_keeper(company_id), endpoint_id)


@bp.post("/<uuid:endpoint_id>/test")
@for_programs(COMPANIES)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(201, DeliverySchema)
def test(_headers: dict[str, str], company_id: UUID, endpoint_id: UUID) -> Response:
    """A message of the kind `test` is on its way; ask for it to see what the address answered."""
    return tested(_keeper(company_id), endpoint_id)


@bp.get("/<uuid:endpoint_id>/messages")
@for_programs(COMPANIES)
@bp.arguments(PageQuerySchema, location="query", unknown=RAISE)
@bp.response(200, page_schema(DeliveryRowSchema))
def messages(asked: dict[str, Any], company_id: UUID, endpoint_id: UUID) -> dict[str, Any]:
    """What it was told in the last 30 days, the newest first."""
    return told(_approver(company_id), endpoint_id, asked)


@bp.get("/messages/<uuid:delivery_id>")
@for_programs(COMPANIES)
@bp.response(200, DeliverySchema)
def message(company_id: UUID, delivery_id: UUID) -> dict[str, Any]:
    """What was sent, and what the address answered the last time."""
    return looked_at(_approver(company_id), delivery_id)


@bp.post("/messages/<uuid:delivery_id>/repetition")
@for_programs(COMPANIES)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, DeliverySchema)
def again(_headers: dict[str, str], company_id: UUID, delivery_id: UUID) -> Response:
    """The same message once more, under the same id."""
    return repeated(_keeper(company_id), delivery_id)


def _keeper(company_id: UUID) -> Actor:
    """As `_approver`, with a token that may say where news goes. Raises ScopeMissing."""
    actor = asking_person()
    require_scope(WEBHOOKS)
    return _of_company(actor, company_id)


def _approver(company_id: UUID) -> Actor:
    return _of_company(asking_person(), company_id)


def _of_company(actor: Actor, company_id: UUID) -> Actor:
    """The person as an approver of this company alone. Raises CompanyNotFound for who is none."""
    with reading() as session:
        load_one(session, company_run_by(actor, company_id, {APPROVER}), missing=CompanyNotFound)
    return narrowed(actor, (COMPANIES,), company_id)
