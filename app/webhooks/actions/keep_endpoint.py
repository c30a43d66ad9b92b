"""A shop, or a company that buys, says where its news goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.config.current import settings
from app.db.locks import lock_one
from app.identity.actor import Actor
from app.identity.errors import ShopNotFound
from app.identity.queries import shops_run_by
from app.webhooks.errors import EndpointNotFound
from app.webhooks.models import WebhookDelivery, WebhookEndpoint
from app.webhooks.queries import count_endpoints, endpoints_run_by
from app.webhooks.rules import KEEPING, OVERLAP, require_address, require_kinds, require_room, secret_of


@dataclass(frozen=True)
class EndpointTerms:
    url: str
    kinds: tuple[str, ...]


def add_endpoint(
    session: Session, actor: Actor, organization_id: UUID, terms: EndpointTerms, *, form_token: UUID
) -> tuple[WebhookEndpoint, str | None]:
    """The endpoint and its secret, shown this once: the same form sent twice is one endpoint and no secret.

    Raises ShopNotFound for who may not say where its news goes, UnusableAddress, NoKinds, TooManyEndpoints.
    """
    shop = lock_one(session, shops_run_by(actor, organization_id, KEEPING), missing=ShopNotFound)
    known = session.scalars(
        select(WebhookEndpoint).where(
            WebhookEndpoint.form_token == form_token, WebhookEndpoint.organization_id == shop.id
        )
    ).one_or_none()
    if known is not None:
        return known, None
    _require_sound(terms)
    require_room(count_endpoints(session, shop.id))
    endpoint = WebhookEndpoint(
        organization_id=shop.id, url=terms.url, kinds=list(terms.kinds), form_token=form_token, secret_version=1
    )
    session.add(endpoint)
    session.flush()
    record_act(session, actor.user_id, "webhook.add", endpoint.id, shop_id=str(shop.id), kinds=list(terms.kinds))
    return endpoint, current_secret(endpoint)


def change_endpoint(session: Session, actor: Actor, endpoint_id: UUID, terms: EndpointTerms) -> WebhookEndpoint:
    """Where to and of what; the secret stays. Raises EndpointNotFound, UnusableAddress, NoKinds."""
    endpoint = locked_endpoint(session, actor, endpoint_id)
    _require_sound(terms)
    endpoint.url, endpoint.kinds = terms.url, list(terms.kinds)
    record_act(session, actor.user_id, "webhook.change", endpoint.id, kinds=list(terms.kinds))
    return endpoint


def rotate_secret(session: Session, actor: Actor, endpoint_id: UUID, *, seen: int, now: datetime) -> str | None:
    """Another secret, shown this once. For a day messages carry the signatures of both.

    `seen` is the version on the page: the same form sent twice makes one new secret. Raises EndpointNotFound.
    """
    endpoint = locked_endpoint(session, actor, endpoint_id)
    if endpoint.secret_version != seen:
        return None
    endpoint.secret_version += 1
    endpoint.overlap_until = now + OVERLAP
    record_act(session, actor.user_id, "webhook.rotate", endpoint.id, version=endpoint.secret_version)
    return current_secret(endpoint)


def switch_endpoint(session: Session, actor: Actor, endpoint_id: UUID, *, on: bool, now: datetime) -> WebhookEndpoint:
    """Off, nothing is told and nothing kept for later; on again, it is told what happens from then on."""
    endpoint = locked_endpoint(session, actor, endpoint_id)
    if on and endpoint.disabled_at is not None:
        endpoint.disabled_at = endpoint.disabled_why = endpoint.failing_since = None
        record_act(session, actor.user_id, "webhook.on", endpoint.id)
    elif not on and endpoint.disabled_at is None:
        turn_off(session, endpoint, why="by_hand", now=now)
        record_act(session, actor.user_id, "webhook.off", endpoint.id)
    return endpoint


def turn_off(session: Session, endpoint: WebhookEndpoint, *, why: str, now: datetime) -> None:
    """The endpoint is locked. What still waits is not sent any more."""
    endpoint.disabled_at, endpoint.disabled_why = now, why
    waiting = update(WebhookDelivery).where(
        WebhookDelivery.endpoint_id == endpoint.id, WebhookDelivery.state == "waiting"
    )
    session.execute(waiting.values(state="failed"))


def remove_endpoint(session: Session, actor: Actor, endpoint_id: UUID) -> None:
    """With all it was told. Raises EndpointNotFound."""
    endpoint = locked_endpoint(session, actor, endpoint_id)
    record_act(session, actor.user_id, "webhook.remove", endpoint.id)
    session.execute(delete(WebhookEndpoint).where(WebhookEndpoint.id == endpoint.id))


def forget_endpoints(session: Session, organization_id: UUID) -> None:
    """Of a shop that is closed for good."""
    session.execute(delete(WebhookEndpoint).where(WebhookEndpoint.organization_id == organization_id))


def locked_endpoint(session: Session, actor: Actor, endpoint_id: UUID) -> WebhookEndpoint:
    return lock_one(session, endpoints_run_by(actor).where(WebhookEndpoint.id == endpoint_id), missing=EndpointNotFound)


def current_secret(endpoint: WebhookEndpoint) -> str:
    return secret_of(settings().key_seed, endpoint.id, endpoint.secret_version)


def signing_secrets(endpoint: WebhookEndpoint, now: datetime) -> Sequence[str]:
    """The newest first; the one before as long as both are good."""
    versions = [endpoint.secret_version]
    if endpoint.overlap_until is not None and now < endpoint.overlap_until:
        versions.append(endpoint.secret_version - 1)
    return [secret_of(settings().key_seed, endpoint.id, version) for version in versions]


def _require_sound(terms: EndpointTerms) -> None:
    require_address(terms.url, allows_inside=settings().webhooks_inside == "on")
    require_kinds(terms.kinds)
