"""What an answer shows: private keys removed, and the ids named in `expand[]` replaced by their objects."""

import copy
from typing import Any

from app.embedded.stripe_server.errors import ApiError
from app.embedded.stripe_server.events import pending_webhooks, public
from app.embedded.stripe_server.store import Row
from app.embedded.stripe_server.work import Work

MAX_DEPTH = 4
EXPANDABLE: dict[str, dict[str, str | tuple[str, ...]]] = {
    "balance_transaction": {"source": ("charge", "refund", "payout", "dispute")},
    "charge": {
        "balance_transaction": "balance_transaction",
        "failure_balance_transaction": "balance_transaction",
        "payment_intent": "payment_intent",
        "refunds": "list",
    },
    "checkout.session": {"payment_intent": "payment_intent", "line_items": "list"},
    "dispute": {"charge": "charge", "payment_intent": "payment_intent"},
    "payment_intent": {"latest_charge": "charge", "payment_method": "payment_method"},
    "payout": {"balance_transaction": "balance_transaction", "failure_balance_transaction": "balance_transaction"},
    "refund": {
        "balance_transaction": "balance_transaction",
        "charge": "charge",
        "failure_balance_transaction": "balance_transaction",
        "payment_intent": "payment_intent",
        "payment_method": "payment_method",
    },
}


def shown(work: Work, row: Row, expand: list[str]) -> Row:
    """The row as it goes over the wire. Raises ApiError for a property that cannot be expanded."""
    if row.get("object") == "list":
        if any(path.split(".")[0] != "data" for path in expand):
            raise _not_expandable(next(path for path in expand if path.split(".")[0] != "data"))
        inner = [path.removeprefix("data.") for path in expand if path != "data"]
        return row | {"data": [shown(work, item, inner) for item in row["data"]]}
    out = copy.deepcopy(public(row))
    if out.get("object") == "event":
        out["pending_webhooks"] = pending_webhooks(work, out["id"])
    for path in expand:
        head, _, rest = path.partition(".")
        if path.count(".") >= MAX_DEPTH:
            raise ApiError(f"You cannot expand more than {MAX_DEPTH} levels deep ({path}).", param="expand")
        out[head] = _expanded(work, out, head, [rest] if rest else [])
    return out


def _expanded(work: Work, out: Row, head: str, rest: list[str]) -> Any:
    target = EXPANDABLE.get(out.get("object", ""), {}).get(head)
    if target is None:
        raise _not_expandable(head)
    if target == "list":
        return _sublist(work, out, head, rest)
    current = out[head]
    if isinstance(current, dict):  # named twice, for two of its own properties
        kind = current["object"]
        again = shown(work, work.require(kind, current["id"]), rest)
        return current | {path.split(".")[0]: again[path.split(".")[0]] for path in rest}
    for kind in (target,) if isinstance(target, str) else target:
        row = work.get(kind, current) if current else None
        if row is not None:
            return shown(work, row, rest)
    return current


def _sublist(work: Work, out: Row, head: str, rest: list[str]) -> Row:
    if head == "refunds":
        rows = [row for row in work.newest("refund") if row["charge"] == out["id"]]
        url = f"/v1/charges/{out['id']}/refunds"
    else:
        rows = [row for row in work.rows("item") if row["_session"] == out["id"]]
        url = f"/v1/checkout/sessions/{out['id']}/line_items"
    return shown(work, {"object": "list", "data": rows[:10], "has_more": len(rows) > 10, "url": url}, rest)  # noqa: PLR2004 - Stripe's page size


def _not_expandable(name: str) -> ApiError:
    return ApiError(f"This property cannot be expanded ({name}).", param="expand")
