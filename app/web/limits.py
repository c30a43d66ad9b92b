"""How often the same visitor may try. Put `@limiter.limit(SIGN_IN)` under a view's route.

Counted in the market's database, for all web processes together (`rate_counts`); while it is away each process counts
in its own memory.
"""

from datetime import UTC, datetime
from time import time

from flask import Flask, Response, g
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse_many

from app.errors import TooManyRequests
from app.web.rate_counts import SCHEME
from app.web.viewer import current_viewer

SIGN_IN = "10 per minute; 60 per hour"
REGISTER = "5 per minute; 30 per hour"
SEND_MAIL = "3 per minute; 10 per hour"
PLACE_ORDER = "20 per minute"
UPLOAD = "60 per minute"
DOCUMENT = "30 per minute"
WRITE = "10 per minute; 60 per hour"
INVITE = "30 per hour"
API = "600 per minute"


def visitor() -> str:
    """A signed-in viewer is one visitor everywhere; a guest is an address."""
    viewer = current_viewer()
    return f"user:{viewer.user_id}" if viewer.is_signed_in else f"ip:{get_remote_address()}"


def counted_as() -> str:
    """A program is one visitor by its token, from wherever it asks."""
    name: str = g.get("counted_as") or f"ip:{get_remote_address()}"
    return name


class RouteLimiter(Limiter):
    """Only routes have limits here, and each asks for its own: there is nothing to ask before every request."""

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:
        if not in_middleware:
            super()._check_request_limit(callable_name, in_middleware)


limiter = RouteLimiter(
    key_func=visitor, storage_uri=f"{SCHEME}://", strategy="fixed-window", in_memory_fallback_enabled=True
)


def free_again_at(limits: str, scope: str) -> datetime | None:
    """Count a try of this visitor; None when it may go on, else when the next one is taken.

    For a form that keeps what was typed: `limiter.limit` answers with a page that has no room for it.
    """
    if not limiter.enabled:
        return None
    for limit in parse_many(limits):
        if not limiter.limiter.hit(limit, visitor(), scope):
            return datetime.fromtimestamp(limiter.limiter.get_window_stats(limit, visitor(), scope).reset_time, UTC)
    return None


def install_limits(app: Flask) -> None:
    app.config.setdefault("RATELIMIT_HEADERS_ENABLED", True)
    limiter.init_app(app)
    app.after_request(tell_limit)


def tell_limit(response: Response) -> Response:
    """What is left of this minute, for programs that came with a token (draft-ietf-httpapi-ratelimit-headers)."""
    limit = limiter.current_limit if g.get("counted_as") else None
    if limit is not None:
        seconds = max(0, round(limit.reset_at - time()))
        window = limit.limit.get_expiry()
        response.headers["RateLimit-Policy"] = f'"token";q={limit.limit.amount};w={window}'
        response.headers["RateLimit"] = f'"token";r={max(0, limit.remaining)};t={seconds}'
        if response.status_code == TooManyRequests.status:
            response.headers["Retry-After"] = str(max(1, seconds))
    return response
