"""Refusals in Stripe's own shape. Source: the API reference, "Errors" and "Error codes"."""

from collections.abc import Mapping
from typing import Any

DOCS = "https://docs.stripe.com/error-codes/"


class ApiError(Exception):
    """A refusal. `executed` says whether the request got past validation: only then is its answer kept for replay."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        executed: bool = False,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message, self.status, self.kind = message, status, kind
        self.code, self.param, self.executed = code, param, executed
        self.extra = dict(extra or {})

    def body(self) -> dict[str, Any]:
        error: dict[str, Any] = {"message": self.message, "type": self.kind}
        if self.code:
            error |= {"code": self.code, "doc_url": DOCS + self.code.replace("_", "-")}
        if self.param:
            error["param"] = self.param
        return {"error": error | self.extra}


class CardError(ApiError):
    """The card said no. What was recorded about the attempt stays recorded."""

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message, status=402, kind="card_error", executed=True, **details)


def unauthorized(message: str) -> ApiError:
    return ApiError(message, status=401)


def no_such(name: str, identifier: str, *, param: str = "id", status: int = 404) -> ApiError:
    """An id that does not exist: 404 in the path, 400 as a parameter."""
    return ApiError(f"No such {name}: '{identifier}'", status=status, code="resource_missing", param=param)


def wrong_state(message: str, *, code: str, **extra: Any) -> ApiError:
    """The object exists but is past the point where this can be done."""
    return ApiError(message, code=code, executed=True, extra=extra)


def unsupported(param: str, what: str) -> ApiError:
    """Stripe knows this parameter; this server does not, and says so rather than ignoring it."""
    return ApiError(f"The Stripe test server does not support {what}. Remove `{param}` from the request.", param=param)
