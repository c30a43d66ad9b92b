"""Events: a snapshot of the object when something happened to it, and a delivery for every endpoint that listens."""

import copy
from typing import Any

from app.embedded.stripe_server.faults import current_faults
from app.embedded.stripe_server.ids import new_id
from app.embedded.stripe_server.settings import API_VERSION
from app.embedded.stripe_server.store import Row
from app.embedded.stripe_server.work import Work


def public(row: Row) -> Row:
    """The object without what only the server knows; those keys begin with an underscore."""
    return {key: value for key, value in row.items() if not key.startswith("_")}


def emit(work: Work, event_type: str, subject: Row, previous: dict[str, Any] | None = None) -> Row:
    """Record the event and enqueue its deliveries. `previous` holds the old values of what an update changed."""
    data: dict[str, Any] = {"object": copy.deepcopy(public(subject))}
    if previous is not None:
        data["previous_attributes"] = previous
    event = work.add(
        "event",
        api_version=API_VERSION,
        data=data,
        pending_webhooks=0,
        request={"id": work.request_id, "idempotency_key": work.idempotency_key},
        type=event_type,
    )
    for endpoint in work.rows("webhook_endpoint"):
        if endpoint["status"] == "enabled" and listens(endpoint, event_type):
            enqueue(work, event["id"], endpoint["id"])
    return event


def listens(endpoint: Row, event_type: str) -> bool:
    return "*" in endpoint["enabled_events"] or event_type in endpoint["enabled_events"]


def enqueue(work: Work, event_id: str, endpoint_id: str, *, copies: int = 1) -> None:
    """Deliveries as the webhook faults of the moment want them: late, several, or turned around."""
    faults = current_faults(work)["webhooks"]
    at = work.now + faults["delay_seconds"]
    turned = faults["reorder_seconds"] > 0
    if turned:
        waiting = [row["next_at"] for row in work.rows("delivery") if row["turned"] and row["next_at"] > work.now]
        at = min(waiting, default=at + faults["reorder_seconds"])
    for _ in range(copies + faults["duplicates"]):
        row = {"id": new_id("delivery"), "event": event_id, "endpoint": endpoint_id}
        work.put("delivery", row | {"attempts": 0, "next_at": at, "turned": turned, "last_status": None})


def pending_webhooks(work: Work, event_id: str) -> int:
    """Endpoints that have not answered this event with 2xx yet."""
    return len({row["endpoint"] for row in work.rows("delivery") if row["event"] == event_id})
