"""Getting a shop approved, for programs of its owners: what is done, telling the rest, standing by it, sending it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import acting_shop, for_programs, once_as
from app.access.rules import SHOP
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, ShopQuerySchema
from app.db.session import reading
from app.identity.actor import Actor
from app.parties.actions.send_for_review import send_for_review
from app.parties.actions.tell_dossier import attest, tell_identity, tell_numbers
from app.parties.queries import file_of_own
from app.parties.schemas import (
    AttestationWishSchema,
    LegalIdentitySchema,
    ShopApprovalSchema,
    ShopNumbersSchema,
    approval_body,
)

bp = Blueprint("own_approval", __name__, url_prefix=f"{PREFIX}/shop/approval", description="Getting a shop approved")


@bp.get("")
@for_programs(SHOP)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.response(200, ShopApprovalSchema)
def approval(asked: dict[str, Any]) -> dict[str, Any]:
    """The steps, what was told, and what the market said. Where the shop is paid is told with /shop/bank-account or /shop/wallet."""
    actor, shop_id = acting_shop(asked["shop"])
    with reading() as session:
        return approval_body(file_of_own(session, actor, shop_id))


@bp.put("/identity")
@for_programs(SHOP)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(LegalIdentitySchema)
@bp.response(200, ShopApprovalSchema)
def identity(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, str]) -> Response:
    """What the shop is in law, and its name there. An approved shop that changes it is looked at again."""
    return _told(asked, lambda session, actor, shop_id, now: tell_identity(session, actor, shop_id, **sent, now=now))


@bp.put("/numbers")
@for_programs(SHOP)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(ShopNumbersSchema)
@bp.response(200, ShopApprovalSchema)
def numbers(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, str]) -> Response:
    """Kept without spaces and signs. An odd number is kept too, and says so."""
    return _told(asked, lambda session, actor, shop_id, now: tell_numbers(session, actor, shop_id, **sent, now=now))


@bp.post("/attestation")
@for_programs(SHOP)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(AttestationWishSchema)
@bp.response(200, ShopApprovalSchema)
def stand_by(asked: dict[str, Any], _headers: dict[str, str], _sent: dict[str, str]) -> Response:
    """The owner, whose token this is, stands by the text of that version. The first time counts."""
    return _told(asked, lambda session, actor, shop_id, now: attest(session, actor, shop_id, now=now))


@bp.post("/sending")
@for_programs(SHOP)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, ShopApprovalSchema)
def send(asked: dict[str, Any], _headers: dict[str, str]) -> Response:
    """To the market, once all steps are done (409 `steps-missing`). Sent before, nothing changes."""
    return _told(asked, lambda session, actor, shop_id, now: send_for_review(session, actor, shop_id, now=now))


def _told(asked: dict[str, Any], tell: Callable[[Session, Actor, UUID, datetime], object]) -> Response:
    actor, shop_id = acting_shop(asked["shop"])

    def work(session: Session) -> dict[str, Any]:
        tell(session, actor, shop_id, datetime.now(UTC))
        session.flush()
        return approval_body(file_of_own(session, actor, shop_id))

    return once_as(ShopApprovalSchema, work)
