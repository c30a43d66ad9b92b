"""The Idempotency-Key rule. Source: the API reference, "Idempotent requests".

The answer of an executed request is kept for a day and given again; the same key with other parameters, or while the
first request still runs, is an error. Requests refused before they were executed leave no trace.
"""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from app.embedded.stripe_server.errors import ApiError
from app.embedded.stripe_server.settings import DAY
from app.embedded.stripe_server.store import Row
from app.embedded.stripe_server.work import Work

MAX_LENGTH = 255


def fingerprint(method: str, path: str, params: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps([method, path, params], sort_keys=True).encode()).hexdigest()


def earlier_answer(work: Work, key: str, asked: str) -> Row | None:
    """What was answered to this key before. Raises ApiError idempotency_error when it was another request."""
    kept = work.get("idempotency", key)
    if kept is None or kept["created"] + DAY <= work.now:
        return None
    if kept["fingerprint"] != asked:
        raise ApiError(
            "Keys for idempotent requests can only be used with the same parameters they were first used with. "
            f"Try using a key other than '{key}' if you meant to execute a different request.",
            kind="idempotency_error",
        )
    return kept


def keep_answer(work: Work, key: str, asked: str, status: int, body: Row) -> None:
    row = {"id": key, "created": work.now, "fingerprint": asked, "status": status, "body": body}
    work.put("idempotency", row | {"request_id": work.request_id})
    work.schedule(work.now + DAY, "forget_answers", "all", once=True)


def forget_answers(work: Work, _all: str) -> None:
    """Answers are kept for a day; those younger than that are looked at again a day later."""
    rows = list(work.rows("idempotency"))
    old = [row["id"] for row in rows if row["created"] + DAY <= work.now]
    for key in old:
        work.delete("idempotency", key)
    if len(old) < len(rows):
        work.schedule(work.now + DAY, "forget_answers", "all", once=True)


class RunningKeys:
    """Keys of requests that have not been answered yet."""

    def __init__(self) -> None:
        self._keys: set[str] = set()
        self._lock = threading.Lock()

    @contextmanager
    def holding(self, key: str | None) -> Iterator[None]:
        """Raises ApiError 409 while another request holds the key."""
        if key is None:
            yield
            return
        if len(key) > MAX_LENGTH:
            raise ApiError(f"Idempotency keys can have up to {MAX_LENGTH} characters; yours has {len(key)}.")
        with self._lock:
            if key in self._keys:
                raise ApiError(
                    "There is currently another in-progress request using this Idempotent Key (that probably means you "
                    f"submitted twice, and the other request is still going through): {key}. Please try again later.",
                    status=409,
                    kind="idempotency_error",
                    code="idempotency_key_in_use",
                )
            self._keys.add(key)
        try:
            yield
        finally:
            with self._lock:
                self._keys.discard(key)
