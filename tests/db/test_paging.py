"""A cursor is whatever a visitor puts into an address: it narrows a query or is refused, and never breaks one."""

import base64
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.models import Listing
from app.db.paging import BadCursor, fetch_page
from app.onramp.models import WebhookEvent

ORDERS: tuple[tuple[Any, ...], ...] = (
    (Listing.id,),
    (Listing.published_at, Listing.id),
    (Listing.price_usd_cents, Listing.id),
    (WebhookEvent.received_at, WebhookEvent.stripe_event_id),
)
UUID_TEXT = "00000000-0000-4000-8000-000000000000"
TIMES = ("2026-01-01T00:00:00", "2026-01-01T00:00:00+00:00", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59")
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([2**31, 2**63 - 1, 2**63, -(2**63), 10**400]),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(["\x00", "\ud800", UUID_TEXT]),
    st.sampled_from([{"t": text} for text in TIMES]),
    st.sampled_from([{"u": UUID_TEXT}, {"u": "x"}, {"b": "00"}, {"t": 5}, {"x": ""}, {}, {"t": "", "u": ""}]),
    st.lists(st.integers(), max_size=2),
)


def cursor_of(found: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(found).encode()).decode().rstrip("=")


def ask(session: Session, cursor: str) -> None:
    """With each of the ways lists are sorted by: refused as damaged, or a page."""
    for order in ORDERS:
        try:
            page = fetch_page(session, select(*order), order=list(order), descending=True, cursor=cursor, size=5)
        except BadCursor:
            continue
        assert page.rows == []


@given(st.one_of(st.lists(VALUES, max_size=3), VALUES, st.dictionaries(st.text(max_size=2), VALUES, max_size=2)))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example([1, 2])
@example([True, {"u": UUID_TEXT}])
@example([{"t": TIMES[0]}, {"u": UUID_TEXT}])
@example([{"t": TIMES[1]}, "\x00"])
@example({"a": 1, "b": 2})
def test_no_cursor_breaks_a_list(session: Session, found: Any) -> None:
    ask(session, cursor_of(found))


@pytest.mark.parametrize(
    "cursor", ["[", "\u17e1", "a" * 5, cursor_of("text"), base64.b64encode(b"[" * 90_000).decode()]
)
def test_what_is_no_list_in_json_is_refused(session: Session, cursor: str) -> None:
    with pytest.raises(BadCursor):
        fetch_page(session, select(Listing.id), order=[Listing.id], descending=True, cursor=cursor, size=5)
