"""Finding tokens: a program's by its secret, a person's own for the page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app.access.models import ApiToken
from app.access.rules import USED_EVERY, as_reader, digest_of, is_shaped, narrowed
from app.db.paging import Page, fetch_page
from app.identity.actor import ANONYMOUS, Actor
from app.identity.models import Organization, User
from app.identity.queries import actor_with, with_roles

SIZE = 20


@dataclass(frozen=True)
class Program:
    """Who asks by a token: the person, narrowed to what the token may do, for one shop if it names one. `is_due`: its last use is to be noted.

    `reader` is the person as one who reads the books of the market, which is nobody without the scope and the role.
    Or a guest by the key of an order, `order_key`: nobody, without any scope, who may see and do what the key opens.
    """

    token_id: UUID
    actor: Actor
    scopes: frozenset[str]
    is_due: bool = False
    organization_id: UUID | None = None
    order_key: str = ""
    reader: Actor = ANONYMOUS


def program_of(session: Session, secret: str, now: datetime) -> Program | None:
    """None for a token that is unknown, revoked, past its time, or of an account that is closed. One query."""
    if not is_shaped(secret):
        return None
    good = or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > now)
    found = select(ApiToken.id, ApiToken.user_id, ApiToken.scopes, ApiToken.organization_id, ApiToken.last_used_at)
    wanted = found.join(User, User.id == ApiToken.user_id).where(
        ApiToken.digest == digest_of(secret), ApiToken.revoked_at.is_(None), good
    )
    rows = session.execute(with_roles(wanted)).all()
    if not rows:
        return None
    token = rows[0]
    is_due = token.last_used_at is None or token.last_used_at < now - USED_EVERY
    person, scopes = actor_with(token.user_id, rows), frozenset(token.scopes)
    may = narrowed(person, scopes, token.organization_id)
    return Program(token.id, may, scopes, is_due, token.organization_id, reader=as_reader(person, scopes))


def tokens_made_by(actor: Actor) -> Select[ApiToken]:
    """A person's own, and nobody else's."""
    return select(ApiToken).where(ApiToken.user_id == actor.user_id)


def own_tokens(session: Session, actor: Actor, *, cursor: str | None = None) -> Page[Any]:
    """The newest first, with the name of the shop each is for."""
    columns = (
        ApiToken.id, ApiToken.name, ApiToken.prefix, ApiToken.scopes, ApiToken.created_at, ApiToken.expires_at,
        ApiToken.last_used_at, ApiToken.revoked_at, Organization.name.label("shop"),
    )  # fmt: skip
    query = (
        select(*columns)
        .outerjoin(Organization, Organization.id == ApiToken.organization_id)
        .where(ApiToken.user_id == actor.user_id)
    )
    return fetch_page(session, query, order=[ApiToken.id], descending=True, cursor=cursor, size=SIZE)


def living_tokens(session: Session, user_id: UUID, now: datetime) -> int:
    """How many of the person's tokens still open something."""
    lives = and_(ApiToken.revoked_at.is_(None), or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > now))
    return session.scalar(select(func.count()).where(ApiToken.user_id == user_id, lives)) or 0
