"""The desks of operator and accountant in a real browser: nothing on the console, nothing axe minds, no page too wide."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.db.session import transaction
from app.identity.models import User
from app.orders.actions.open_dispute import open_dispute
from app.reconciliation.actions.record_tie_out import record_tie_out
from app.reconciliation.rules import Finding, Reason, Row, TieOut
from tests.console.test_desk import RECEIPT, kept_webhook, stuck_intent
from tests.support.front import Front
from tests.support.http import serving
from tests.support.pages import axe_violations, is_wider_than_screen
from tests.support.trade import buyer_of

pytestmark = pytest.mark.browser
PAGES = ["/console", "/console/shops?status=approved", "/console/disputes", "/console/receipts", "/console/tasks",
         "/console/messages", "/console/refunds", "/books"]  # fmt: skip


def a_difference() -> TieOut:
    row = Row("escrow", "CTM in escrow", "CTM", None, 61_275_400_000, 61_275_400_001)
    blamed = Finding("escrow", Reason.AMOUNT, "tx", "0x" + "ab" * 32, "CTM", 1)
    return TieOut(datetime.now(UTC), 812_440, bytes(32), (row,), (blamed,), ())


@pytest.fixture
def busy(front: Front) -> Front:
    """A market in which one of each kind waits."""
    trade = front.trade
    group = trade.shipped_order(trade.shop_of(name="Hand-pounded, twice-sifted pepper of the first harvest, Kampot"))
    with transaction() as session:
        open_dispute(session, buyer_of(group), group.orders[0].id, reason="damaged", text="Broken.", now=trade.now())
        record_tie_out(session, a_difference())
    stuck_intent(f"mint:{group.id}")
    kept_webhook("evt_1", problem="A part of the market does not answer just now.")
    front.member(trade.operator).fill("/console/receipts", **RECEIPT)
    return front


@pytest.mark.parametrize(("locale", "width", "dark"), [("en", 1280, False), ("km", 360, True)])
def test_the_desks_are_clean(busy: Front, open_page, locale: str, width: int, dark: bool) -> None:
    with transaction() as session:
        session.get_one(User, busy.trade.operator.user_id).locale = locale
    with serving(busy.app) as address:
        operator = busy.member(busy.trade.operator)
        page = open_page(address + "/healthz", locale=locale, width=width, dark=dark)
        page.context.add_cookies(busy.cookies(operator, address))
        for path in PAGES:
            page.goto(address + path)
            if folder := os.environ.get("PHSAR_LOOK_AT"):
                name = f"{path.strip('/').replace('/', '-').split('?')[0]}-{locale}-{width}.png"
                page.screenshot(path=Path(folder) / name, full_page=True)
            found = {"axe": axe_violations(page), "console": page.said, "too wide": is_wider_than_screen(page)}
            assert found == {"axe": [], "console": [], "too wide": False}, path
