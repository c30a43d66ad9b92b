"""Who is invited to work for a shop, for programs of its owners."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import acting_shop, as_person, for_programs, form_token, once_as
from app.access.people_schemas import MemberInvitedSchema, ShopInvitationSchema, ShopInvitationsSchema, invitation_body
from app.access.rules import PEOPLE
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, ShopQuerySchema
from app.db.session import in_transaction, reading
from app.identity.actions.invite_member import invite_member, send_invitation_again, withdraw_invitation
from app.identity.models import MemberInvitation
from app.identity.queries import invitations_of, shop_run_by
from app.identity.rules.roles import OWNING
from app.web.languages import current_locale
from app.web.limits import INVITE, SEND_MAIL, limiter

bp = Blueprint(
    "own_invitations", __name__, url_prefix=f"{PREFIX}/shop/invitations", description="Who is invited to a shop"
)


@bp.get("")
@for_programs(PEOPLE)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.response(200, ShopInvitationsSchema)
def invitations(asked: dict[str, Any]) -> dict[str, Any]:
    """For owners: those nobody has accepted yet, those whose days are over among them."""
    actor, shop_id = acting_shop(asked["shop"])
    with reading() as session:
        shop_run_by(session, actor, shop_id, OWNING)
        now = datetime.now(UTC)
        return {"rows": [invitation_body(one, now) for one in invitations_of(session, actor, shop_id)]}


@bp.post("")
@for_programs(PEOPLE)
@limiter.limit(INVITE, key_func=as_person)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(MemberInvitedSchema)
@bp.response(201, ShopInvitationSchema)
def invite(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, str]) -> Response:
    """By an owner: a mail with a link that is good for seven days, in the asker's language."""
    actor, shop_id = acting_shop(asked["shop"])
    token, locale = form_token(), current_locale()

    def act(session: Session, now: datetime) -> MemberInvitation:
        return invite_member(session, actor, shop_id, **sent, form_token=token, locale=locale, now=now)

    return _once(act, 201)


@bp.post("/<uuid:invitation_id>/mail")
@for_programs(PEOPLE)
@limiter.limit(SEND_MAIL, key_func=as_person)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, ShopInvitationSchema)
def invite_again(asked: dict[str, Any], _headers: dict[str, str], invitation_id: UUID) -> Response:
    """By an owner: a new link with all its days anew; the earlier one ends. Within a minute it is sent once."""
    actor, _shop = acting_shop(asked["shop"])
    return _once(lambda session, now: send_invitation_again(session, actor, invitation_id, now=now))


@bp.delete("/<uuid:invitation_id>")
@for_programs(PEOPLE)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.response(204)
def withdraw(asked: dict[str, Any], invitation_id: UUID) -> Response:
    """By an owner: its link no longer works. Twice is once."""
    actor, _shop = acting_shop(asked["shop"])
    in_transaction(lambda session: withdraw_invitation(session, actor, invitation_id, now=datetime.now(UTC)))
    return Response(status=204)


def _once(act: Callable[[Session, datetime], MemberInvitation], status: int = 200) -> Response:
    now = datetime.now(UTC)
    return once_as(ShopInvitationSchema, lambda session: invitation_body(act(session, now), now), status)
