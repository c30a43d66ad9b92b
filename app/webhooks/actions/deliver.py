"""The two transactions around asking an address. Nothing is locked while it is asked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from app.companies.queries import approvers
from app.config.current import settings
from app.identity.models import Organization
from app.identity.queries import owner_addresses
from app.jobs.queue import enqueue
from app.notify.actions.send_mail import send_mail
from app.notify.words import in_language
from app.webhooks.actions.keep_endpoint import signing_secrets, turn_off
from app.webhooks.actions.note_event import SEND
from app.webhooks.mails import OFF_BODY, OFF_SUBJECT
from app.webhooks.models import WebhookDelivery, WebhookEndpoint
from app.webhooks.rules import GONE, KEEP, LONGEST_ANSWER, is_given_up, is_taken, message_id, next_try

CLAIM = timedelta(minutes=1)
SOON = timedelta(minutes=1)


@dataclass(frozen=True)
class Call:
    """What is to be sent where; the secrets sign it."""

    delivery_id: UUID
    url: str
    message_id: str
    body: str
    secrets: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What came of asking; `status` is None when there was no answer."""

    status: int | None
    text: str


def claim_delivery(session: Session, now: datetime) -> Call | None:
    """The longest due message, its endpoint kept from other workers: an address is asked one thing at a time.

    A worker that dies while it asks leaves the claim to run out; the message is sent again under the same id.
    """
    free = or_(WebhookEndpoint.busy_until.is_(None), WebhookEndpoint.busy_until <= now)
    due = (
        select(WebhookDelivery, WebhookEndpoint)
        .join(WebhookEndpoint, WebhookEndpoint.id == WebhookDelivery.endpoint_id)
        .where(WebhookDelivery.state == "waiting", WebhookDelivery.due_at <= now)
        .where(WebhookEndpoint.disabled_at.is_(None), free)
        .order_by(WebhookDelivery.due_at, WebhookDelivery.id)
        .limit(1)
        .with_for_update(skip_locked=True, key_share=True, of=(WebhookEndpoint, WebhookDelivery))
    )
    found = session.execute(due).first()
    if found is None:
        return None
    delivery, endpoint = found
    endpoint.busy_until = now + CLAIM
    delivery.attempts += 1
    delivery.tries += 1
    delivery.due_at = now + CLAIM
    secrets = tuple(signing_secrets(endpoint, now))
    return Call(delivery.id, endpoint.url, message_id(delivery.id), delivery.body, secrets)


def record_outcome(session: Session, delivery_id: UUID, outcome: Outcome, now: datetime) -> None:
    """What is not taken is tried again after a while; an address that takes nothing for days is turned off.

    An endpoint that was removed meanwhile took its deliveries along.
    """
    delivery = session.get(WebhookDelivery, delivery_id)
    if delivery is None:
        return
    # KEY SHARE: who writes another delivery for the endpoint does not wait
    endpoint = session.get(WebhookEndpoint, delivery.endpoint_id, with_for_update={"key_share": True})
    delivery = session.get(WebhookDelivery, delivery_id, with_for_update=True, populate_existing=True)
    if endpoint is None or delivery is None:
        return
    endpoint.busy_until = None
    delivery.last_tried_at, delivery.last_status = now, outcome.status
    delivery.last_answer = outcome.text[:LONGEST_ANSWER]
    if outcome.status is not None and is_taken(outcome.status):
        delivery.state, endpoint.failing_since = "taken", None
        return
    endpoint.failing_since = endpoint.failing_since or now
    due = next_try(delivery.attempts, now) if delivery.state == "waiting" else None
    if due is None:
        delivery.state = "failed"
    else:
        delivery.due_at = due
        if due - now < SOON:  # later ones are found by the periodic run
            enqueue(session, SEND, schedule_at=due)
    if endpoint.disabled_at is None and (outcome.status == GONE or is_given_up(endpoint.failing_since, now)):
        turn_off(session, endpoint, why="gone" if outcome.status == GONE else "failing", now=now)
        _tell_owners(session, endpoint, now)


def forget_deliveries(session: Session, now: datetime) -> None:
    """What was told longer ago than the log says."""
    session.execute(delete(WebhookDelivery).where(WebhookDelivery.created_at < now - KEEP))


def _tell_owners(session: Session, endpoint: WebhookEndpoint, now: datetime) -> None:
    market = settings()
    shop = session.get_one(Organization, endpoint.organization_id)
    words = {"market": market.market_name, "shop": shop.name, "url": endpoint.url}
    owners = owner_addresses(session, shop.id)
    page = f"/desk/webhooks/{endpoint.id}" if owners else f"/companies/{shop.id}/webhooks/{endpoint.id}"
    for email, locale in owners or approvers(session, shop.id):
        send_mail(
            session,
            key=f"webhook:{endpoint.id}:off:{now.isoformat()}:{email}",
            recipient=email,
            locale=locale,
            subject=in_language(locale, OFF_SUBJECT, **words),
            body=in_language(locale, OFF_BODY, link=market.public_url + page, **words),
        )
