"""Reading events back, as a caller does that missed webhooks."""

from collections.abc import Mapping
from typing import Any

from app.embedded.stripe_server.errors import ApiError
from app.embedded.stripe_server.listing import matching, page
from app.embedded.stripe_server.store import Row
from app.embedded.stripe_server.work import Work


def list_events(work: Work, params: Mapping[str, Any]) -> Row:
    """Types may end in `*`, as in `charge.*`."""
    if "type" in params and "types" in params:
        raise ApiError("You may pass `type` or `types`, not both.", param="types")
    types = params.get("types") or ([params["type"]] if "type" in params else [])
    rows = matching(work.newest("event"), params)
    if types:
        rows = [row for row in rows if any(_fits(row["type"], wanted) for wanted in types)]
    if "delivery_success" in params:
        waiting = {row["event"] for row in work.rows("delivery")}
        rows = [row for row in rows if (row["id"] not in waiting) == params["delivery_success"]]
    return page(work, "event", rows, params, "/v1/events")


def _fits(event_type: str, wanted: str) -> bool:
    return event_type.startswith(wanted[:-1]) if wanted.endswith("*") else event_type == wanted
