"""Stripe's own test clocks: as at Stripe they move only what is attached to them. `/_test/clock` moves the server."""

from collections.abc import Mapping
from typing import Any

from app.embedded.stripe_server.errors import ApiError
from app.embedded.stripe_server.events import emit
from app.embedded.stripe_server.settings import DAY
from app.embedded.stripe_server.store import Row
from app.embedded.stripe_server.work import Work

KIND = "test_helpers.test_clock"
KEPT_DAYS = 30


def create(work: Work, params: Mapping[str, Any]) -> Row:
    clock = work.add(
        KIND,
        deletes_after=work.now + KEPT_DAYS * DAY,
        frozen_time=params["frozen_time"],
        name=params.get("name"),
        status="ready",
        status_details={},
    )
    emit(work, f"{KIND}.created", clock)
    return clock


def advance(work: Work, params: Mapping[str, Any], key: str) -> Row:
    """Raises ApiError for a time not after the present one, or while it is still moving."""
    clock = work.require_edit(KIND, key)
    if clock["status"] != "ready":
        raise ApiError("This test clock is still advancing: wait until its status is ready.", executed=True)
    if params["frozen_time"] <= clock["frozen_time"]:
        message = f"`frozen_time` must be after the clock's present time, {clock['frozen_time']}."
        raise ApiError(message, param="frozen_time", executed=True)
    clock |= {
        "status": "advancing",
        "status_details": {"advancing": {"target_frozen_time": params["frozen_time"]}},
        "_target": params["frozen_time"],
    }
    emit(work, f"{KIND}.advancing", clock)
    work.schedule(work.now, "clock_ready", key)
    return clock


def clock_ready(work: Work, clock_id: str) -> None:
    if work.get(KIND, clock_id) is None:
        return
    clock = work.edit(KIND, clock_id)
    clock |= {"frozen_time": clock["_target"], "status": "ready", "status_details": {}}
    emit(work, f"{KIND}.ready", clock)


def delete(work: Work, _params: Mapping[str, Any], key: str) -> Row:
    clock = work.require(KIND, key)
    work.delete(KIND, key)
    emit(work, f"{KIND}.deleted", clock)
    return {"id": key, "object": KIND, "deleted": True}
