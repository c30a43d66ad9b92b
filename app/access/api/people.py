"""Who works for a shop, for programs of its people."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import acting_shop, for_programs, once_as
from app.access.people_schemas import HandOverWishSchema, RoleWishSchema, ShopMemberSchema, member_body
from app.access.rules import PEOPLE
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, ShopPageQuerySchema, ShopQuerySchema, page_body, page_schema
from app.db.session import in_transaction, reading
from app.identity.actions.change_member import change_role, hand_over, remove_member
from app.identity.actor import Actor
from app.identity.queries import member_of_shop, members_of
from app.identity.rules.roles import OWNING

bp = Blueprint("own_people", __name__, url_prefix=f"{PREFIX}/shop/members", description="Who works for a shop")


@bp.get("")
@for_programs(PEOPLE)
@bp.arguments(ShopPageQuerySchema, location="query", unknown=RAISE)
@bp.response(200, page_schema(ShopMemberSchema))
def members(asked: dict[str, Any]) -> dict[str, Any]:
    """Everybody, the first one first, for all who work there."""
    actor, shop_id = acting_shop(asked["shop"])
    is_owner = actor.member_of(shop_id, OWNING)
    with reading() as session:
        found = members_of(session, actor, shop_id, cursor=asked["cursor"], size=asked["size"])
        return page_body(found, lambda row: member_body(row, me=actor.user_id, for_owner=is_owner))


@bp.get("/<uuid:member_id>")
@for_programs(PEOPLE)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.response(200, ShopMemberSchema)
def member(asked: dict[str, Any], member_id: UUID) -> dict[str, Any]:
    """One of them, for owners; for everybody, oneself."""
    actor, shop_id = acting_shop(asked["shop"])
    with reading() as session:
        return _body(session, actor, shop_id, member_id)


@bp.put("/<uuid:member_id>")
@for_programs(PEOPLE)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(RoleWishSchema)
@bp.response(200, ShopMemberSchema)
def change(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, str], member_id: UUID) -> Response:
    """By an owner: another role, from the next request on. The last owner stays one."""
    return _acted(
        asked["shop"],
        member_id,
        lambda session, actor, shop_id: change_role(session, actor, shop_id, member_id, sent["role"]),
    )


@bp.post("/<uuid:member_id>/ownership")
@for_programs(PEOPLE)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(HandOverWishSchema)
@bp.response(200, ShopMemberSchema)
def pass_on(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, str], member_id: UUID) -> Response:
    """By an owner: the member owns the shop from now on, and one keeps another role. Both in one step."""
    return _acted(
        asked["shop"],
        member_id,
        lambda session, actor, shop_id: hand_over(session, actor, shop_id, member_id, keep=sent["keep"]),
    )


@bp.delete("/<uuid:member_id>")
@for_programs(PEOPLE)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.response(204)
def remove(asked: dict[str, Any], member_id: UUID) -> Response:
    """By an owner, or by oneself: their next request finds the door closed."""
    actor, shop_id = acting_shop(asked["shop"])
    in_transaction(lambda session: remove_member(session, actor, shop_id, member_id))
    return Response(status=204)


def _acted(shop: UUID | None, member_id: UUID, act: Callable[[Session, Actor, UUID], object]) -> Response:
    actor, shop_id = acting_shop(shop)

    def work(session: Session) -> dict[str, Any]:
        act(session, actor, shop_id)
        session.flush()
        return _body(session, actor, shop_id, member_id)

    return once_as(ShopMemberSchema, work)


def _body(session: Session, actor: Actor, shop_id: UUID, member_id: UUID) -> dict[str, Any]:
    """`actor` is who began the request: an owner who has just handed the shop over still reads what was done."""
    found = member_of_shop(session, actor, shop_id, member_id)
    return member_body(found, me=actor.user_id, for_owner=actor.member_of(shop_id, OWNING))
