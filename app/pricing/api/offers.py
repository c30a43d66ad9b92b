"""Prices that shops give a person or their companies, for programs."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import asking_person, for_programs, once_as, person_id, require_scope
from app.access.rules import ACCOUNT, COMPANIES
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, PageQuerySchema, page_body, page_schema
from app.db.session import reading
from app.pricing.actions.answer_offer import answer_offer
from app.pricing.queries import offer_page, offer_to
from app.pricing.schemas import GroupAnswerSchema, PricesOfferedSchema

bp = Blueprint("prices_offered", __name__, url_prefix=f"{PREFIX}/account/prices", description="Prices of one's own")


@bp.get("")
@for_programs(ACCOUNT)
@bp.arguments(PageQuerySchema, location="query", unknown=RAISE)
@bp.response(200, page_schema(PricesOfferedSchema))
def offers(asked: dict[str, Any]) -> dict[str, Any]:
    """Shops that have named this person's address, the newest first."""
    with reading() as session:
        found = offer_page(session, person_id(), cursor=asked["cursor"], size=asked["size"])
    return page_body(found)


@bp.post("/<uuid:member_id>/agreement")
@for_programs(ACCOUNT)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(GroupAnswerSchema)
@bp.response(200, PricesOfferedSchema)
def agree(_headers: dict[str, str], sent: dict[str, Any], member_id: UUID) -> Response:
    """The prices count from now on, for oneself or for a company one approves for."""
    if sent["company_id"] is not None:
        require_scope(COMPANIES)
    return _answered(member_id, agrees=True, company_id=sent["company_id"])


@bp.post("/<uuid:member_id>/refusal")
@for_programs(ACCOUNT)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, PricesOfferedSchema)
def decline(_headers: dict[str, str], member_id: UUID) -> Response:
    """Also to leave a group one has agreed to."""
    return _answered(member_id, agrees=False, company_id=None)


def _answered(member_id: UUID, *, agrees: bool, company_id: UUID | None) -> Response:
    actor, user_id = asking_person(), person_id()

    def work(session: Session) -> Any:
        answer_offer(session, actor, member_id, agrees=agrees, company_id=company_id, now=datetime.now(UTC))
        return offer_to(session, user_id, member_id)

    return once_as(PricesOfferedSchema, work)
