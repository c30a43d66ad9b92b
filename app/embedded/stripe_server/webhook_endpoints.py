"""Who is told about events: endpoints made through the API, and the one named when the server was started."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from app.embedded.stripe_server.errors import ApiError
from app.embedded.stripe_server.ids import random_text
from app.embedded.stripe_server.params import merged_metadata
from app.embedded.stripe_server.settings import API_VERSION
from app.embedded.stripe_server.store import Row
from app.embedded.stripe_server.work import Work

STARTED_WITH = "we_1PhsarStartedWithTheServer"


def require_url(url: str) -> str:
    """Raises ApiError unless it is an http(s) address with a host."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ApiError(f"Invalid URL: {url}. It must begin with http:// or https:// and name a host.", param="url")
    return url


def create(work: Work, params: Mapping[str, Any]) -> Row:
    """The only answer that carries the signing secret."""
    endpoint = work.add(
        "webhook_endpoint",
        api_version=params.get("api_version"),
        application=None,
        description=params.get("description"),
        enabled_events=params["enabled_events"],
        metadata=merged_metadata({}, params.get("metadata", {})),
        status="enabled",
        url=require_url(params["url"]),
        _secret="whsec_" + random_text(32),
    )
    return endpoint | {"secret": endpoint["_secret"]}


def register_own(work: Work) -> None:
    """The endpoint of the command line; started without one, the earlier one falls silent."""
    url, secret = work.settings.webhook_url, work.settings.webhook_secret
    known = work.get("webhook_endpoint", STARTED_WITH)
    if url is None:
        if known:
            work.edit("webhook_endpoint", STARTED_WITH)["status"] = "disabled"
        return
    fixed = {
        "id": STARTED_WITH,
        "url": require_url(url),
        "enabled_events": list(work.settings.webhook_events),
        "status": "enabled",
        "_secret": secret,
    }
    if known:
        work.edit("webhook_endpoint", STARTED_WITH).update(fixed)
        return
    work.put("webhook_endpoint", {
        "object": "webhook_endpoint", "api_version": API_VERSION, "application": None, "created": work.now,
        "description": "Named when the test server was started", "livemode": False, "metadata": {}, **fixed,
    })  # fmt: skip


def update(work: Work, params: Mapping[str, Any], key: str) -> Row:
    endpoint = work.require_edit("webhook_endpoint", key)
    if "url" in params:
        require_url(params["url"])
    endpoint |= {name: params[name] for name in ("url", "enabled_events", "description") if name in params}
    endpoint["metadata"] = merged_metadata(endpoint["metadata"], params.get("metadata", {}))
    if "disabled" in params:
        endpoint["status"] = "disabled" if params["disabled"] else "enabled"
    return endpoint


def delete(work: Work, _params: Mapping[str, Any], key: str) -> Row:
    """Its undelivered events are dropped with it."""
    work.require("webhook_endpoint", key)
    for row in list(work.rows("delivery")):
        if row["endpoint"] == key:
            work.delete("delivery", row["id"])
    work.delete("webhook_endpoint", key)
    return {"id": key, "object": "webhook_endpoint", "deleted": True}
