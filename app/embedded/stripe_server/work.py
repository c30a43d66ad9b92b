"""One unit of work: the staged changes, the hour on the server's clock, and who asked."""

from typing import Any

from app.embedded.stripe_server.errors import no_such
from app.embedded.stripe_server.ids import new_id
from app.embedded.stripe_server.settings import Settings
from app.embedded.stripe_server.store import Row, Store, Transaction

NAMES = {"payment_method": "PaymentMethod", "item": "line item"}


class Work(Transaction):
    """`now` is whole seconds of the server's clock; `base_url` is where the hosted pages are reached."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        *,
        now: int,
        base_url: str,
        request_id: str | None = None,
        idempotency_key: str | None = None,
    ) -> None:
        super().__init__(store)
        self.settings, self.now, self.base_url = settings, now, base_url
        self.request_id, self.idempotency_key = request_id, idempotency_key

    def add(self, kind: str, **fields: Any) -> Row:
        """A new object of that kind, created now."""
        row = {"id": new_id(kind), "object": kind, "created": self.now, "livemode": False} | fields
        return self.put(kind, row)

    def require(self, kind: str, key: str, *, param: str = "id", status: int = 404) -> Row:
        """The object to read. Raises ApiError resource_missing."""
        row = self.get(kind, key)
        if row is None:
            raise no_such(NAMES.get(kind, kind), key, param=param, status=status)
        return row

    def require_edit(self, kind: str, key: str, *, param: str = "id", status: int = 404) -> Row:
        """The object to change. Raises ApiError resource_missing."""
        self.require(kind, key, param=param, status=status)
        return self.edit(kind, key)

    def schedule(self, at: int, task: str, ref: str, *, once: bool = False) -> None:
        """Do `task` with the object `ref` when the server's clock reaches `at`.

        `once`: at most one such task waits at a time; the first stays. Every request looks for the next task, so
        whatever could wait in great numbers should share one.
        """
        key = f"{task}:{ref}" if once else new_id("task")
        if self.get("task", key) is None:
            self.put("task", {"id": key, "at": at, "task": task, "ref": ref})

    def unschedule(self, task: str, ref: str) -> None:
        """Forget a task planned with `once`."""
        self.delete("task", f"{task}:{ref}")
