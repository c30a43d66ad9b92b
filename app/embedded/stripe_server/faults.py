"""Switches that make the server misbehave as networks and Stripe sometimes do. Ours, under `/_test/faults`.

They are state like any other: a restart keeps them until `DELETE /_test/faults`.
"""

import copy
from typing import Any

from app.embedded.stripe_server.errors import ApiError
from app.embedded.stripe_server.work import Work

KINDS = ("error", "timeout", "reset", "rate_limit")
WHEN = ("before", "after")
NONE: dict[str, Any] = {
    "requests": {"fail_next": 0, "kind": "error", "when": "before", "path": "/v1/", "delay_seconds": 0},
    "webhooks": {"delay_seconds": 0, "duplicates": 0, "reorder_seconds": 0, "drop_next": 0},
}


def current_faults(work: Work) -> dict[str, Any]:
    row = work.get("meta", "faults")
    return row["switches"] if row else NONE


def change_faults(work: Work, wanted: dict[str, Any]) -> dict[str, Any]:
    """Set the named switches, leave the others. Raises ApiError for a switch that does not exist."""
    switches = copy.deepcopy(current_faults(work))
    for group, values in wanted.items():
        if group not in NONE or not isinstance(values, dict):
            raise ApiError(f"Unknown fault group {group!r}: use {' or '.join(NONE)}.", param=group)
        for name, value in values.items():
            switches[group][name] = _checked(group, name, value)
    work.put("meta", {"id": "faults", "switches": switches})
    return switches


def _checked(group: str, name: str, value: Any) -> Any:
    param = f"{group}.{name}"
    if name not in NONE[group]:
        raise ApiError(f"Unknown fault {param}: use {', '.join(NONE[group])}.", param=param)
    allowed = {"kind": KINDS, "when": WHEN}.get(name)
    if allowed and value not in allowed:
        raise ApiError(f"{param} must be one of {', '.join(allowed)}.", param=param)
    if name == "path" and not isinstance(value, str):
        raise ApiError(f"{param} must be the beginning of a path, as in /v1/refunds.", param=param)
    is_number = isinstance(value, int | float if name.endswith("_seconds") else int) and not isinstance(value, bool)
    if not allowed and name != "path" and not (is_number and value >= 0):
        raise ApiError(f"{param} must be a number, 0 or more.", param=param)
    return value


def clear_faults(work: Work) -> dict[str, Any]:
    work.delete("meta", "faults")
    return NONE


def take_request_fault(work: Work, path: str) -> dict[str, Any]:
    """What this request is to suffer, counted down: {} or {kind, when, delay_seconds}."""
    faults = current_faults(work)["requests"]
    if not path.startswith(faults["path"]):
        return {}
    suffered: dict[str, Any] = {"delay_seconds": faults["delay_seconds"]} if faults["delay_seconds"] else {}
    if faults["fail_next"]:
        change_faults(work, {"requests": {"fail_next": faults["fail_next"] - 1}})
        suffered |= {"kind": faults["kind"], "when": faults["when"]}
    return suffered


def take_drop(work: Work) -> bool:
    """Whether the next webhook is to be lost on the way; counted down."""
    left = current_faults(work)["webhooks"]["drop_next"]
    if left:
        change_faults(work, {"webhooks": {"drop_next": left - 1}})
    return bool(left)
