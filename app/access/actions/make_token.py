"""A person lets a program act."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.mails import MADE_BODY, MADE_SUBJECT
from app.access.models import ApiToken
from app.access.queries import living_tokens
from app.access.rules import TokenTerms, ends_at, new_secret, require_sound
from app.audit.actions.record_act import record_act
from app.config.current import settings
from app.identity.actor import Actor
from app.identity.models import User
from app.identity.queries import owner_addresses, shop_run_by
from app.notify.actions.send_mail import send_mail
from app.notify.words import in_language


def make_token(
    session: Session, actor: Actor, terms: TokenTerms, *, form_token: UUID, now: datetime
) -> tuple[ApiToken, str | None]:
    """The token and its secret, which nobody can show again: the same form sent twice is one token and no secret.

    Its person is written to, and the owners of the shop it is for. Raises ShopNotFound for somebody else's shop,
    UnusableTokenName, NoScopes, BuyingIsPersonal, BooksAreTheMarkets, TooManyTokens.
    """
    assert actor.user_id is not None
    user = session.get_one(User, actor.user_id, with_for_update=True)  # one after the other: they are counted
    known = session.scalars(
        select(ApiToken).where(ApiToken.form_token == form_token, ApiToken.user_id == user.id)
    ).one_or_none()
    if known is not None:
        return known, None
    require_sound(terms, actor, count=living_tokens(session, user.id, now))
    shop = shop_run_by(session, actor, terms.organization_id) if terms.organization_id else None
    secret = new_secret()
    token = ApiToken(
        user_id=user.id,
        organization_id=terms.organization_id,
        name=terms.name,
        prefix=secret.prefix,
        digest=secret.digest,
        scopes=list(terms.scopes),
        form_token=form_token,
        expires_at=ends_at(terms, now),
    )
    session.add(token)
    session.flush()
    about = {"prefix": secret.prefix, "scopes": list(terms.scopes)}  # the name is the person's own words
    record_act(session, user.id, "token.make", token.id, **about, shop_id=str(shop.id) if shop else None)
    people = {user.email: user.locale} if user.email else {}
    people |= dict(owner_addresses(session, shop.id)) if shop else {}
    for email, locale in people.items():
        _tell(session, token, email, locale, whom=shop.name if shop else user.name or user.email or "")
    return token, secret.text


def _tell(session: Session, token: ApiToken, email: str, locale: str, *, whom: str) -> None:
    market = settings()
    words = {"market": market.market_name, "name": token.name, "whom": whom}
    send_mail(
        session,
        key=f"token:{token.id}:made:{email}",
        recipient=email,
        locale=locale,
        subject=in_language(locale, MADE_SUBJECT, **words),
        body=in_language(locale, MADE_BODY, link=f"{market.public_url}/account/tokens", **words),
    )
