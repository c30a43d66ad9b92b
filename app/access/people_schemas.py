"""A shop's people as programs send and read them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from app.api.schemas import BaseSchema
from app.identity.models import MemberInvitation
from app.identity.rules.invitations import InvitationState, state_of
from app.identity.rules.roles import SALES, SHOP_ROLE_ORDER

LONGEST_EMAIL = 254
_ROLES = validate.OneOf(SHOP_ROLE_ORDER)


class RoleWishSchema(BaseSchema):
    role = fields.String(required=True, validate=_ROLES, metadata={"example": SALES})


class HandOverWishSchema(BaseSchema):
    keep = fields.String(
        required=True, validate=_ROLES, metadata={"description": "One's own role afterwards", "example": SALES}
    )


class MemberInvitedSchema(RoleWishSchema):
    email = fields.Email(
        required=True, validate=validate.Length(max=LONGEST_EMAIL), metadata={"example": "sophea@people.example"}
    )


class ShopMemberSchema(Schema):
    """Somebody who works for the shop."""

    id = fields.UUID()
    name = fields.String()
    email = fields.String(allow_none=True, metadata={"description": "For owners only, and of oneself"})
    role = fields.String(validate=_ROLES)
    since = fields.DateTime()
    is_me = fields.Boolean(metadata={"description": "Whether it is the token's person"})


class ShopInvitationSchema(Schema):
    """A role offered by mail. It is accepted on the page that its link leads to, by who can read the mail."""

    id = fields.UUID()
    email = fields.String()
    role = fields.String(validate=_ROLES)
    state = fields.String(validate=validate.OneOf(list(InvitationState)))
    sent_at = fields.DateTime()
    expires_at = fields.DateTime()


class ShopInvitationsSchema(Schema):
    rows = fields.List(fields.Nested(ShopInvitationSchema), metadata={"description": "The newest first, at most fifty"})


def member_body(member: Any, *, me: UUID | None, for_owner: bool) -> dict[str, Any]:
    """What `ShopMemberSchema` puts into JSON, of a row of `app.identity.queries`."""
    is_me = member.user_id == me
    return {
        **{name: getattr(member, name) for name in ("id", "name", "role")},
        "email": member.email if for_owner or is_me else None,
        "since": member.created_at,
        "is_me": is_me,
    }


def invitation_body(one: MemberInvitation, now: datetime) -> dict[str, Any]:
    """What `ShopInvitationSchema` puts into JSON."""
    same = ("id", "email", "role", "sent_at", "expires_at")
    state = state_of(
        accepted_at=one.accepted_at, withdrawn_at=one.withdrawn_at, expires_at=one.expires_at, now=now
    )  # fmt: skip
    return {**{name: getattr(one, name) for name in same}, "state": state.value}
