"""The pages of money in a real browser: axe, narrow screens, both languages, no word on the console."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Page

from app.db.session import transaction
from app.identity.actor import Actor
from app.identity.models import User
from app.payouts.actions.decide_redemption import approve_redemption
from app.payouts.actions.make_bank_file import make_bank_file
from app.payouts.actions.request_redemption import request_redemption
from tests.payouts.test_pages import a_paid_shop
from tests.support.front import Front
from tests.support.http import serving
from tests.support.pages import axe_violations, is_wider_than_screen
from tests.support.trade import Shop, Trade

pytestmark = pytest.mark.browser


@pytest.fixture
def address(front: Front) -> Iterator[str]:
    with serving(front.app) as url:
        yield url


def pages_of(trade: Trade, shop: Shop) -> list[tuple[Actor, str]]:
    """Who looks at which page; on each there is something to see."""
    with transaction() as session:
        ids = [
            request_redemption(session, shop.owner, shop.id, cents=cents, form_token=uuid4()).id
            for cents in (3_000, 1_250)
        ]
        approve_redemption(session, trade.operator, ids[0], now=trade.now())
    trade.settle()
    with transaction() as session:
        file = make_bank_file(session, trade.operator).id
    return [
        (shop.owner, "/desk/money"),
        (shop.owner, "/desk/money/account"),
        (trade.operator, "/console/redemptions"),
        (trade.operator, "/console/redemptions?state=burned"),
        (trade.operator, f"/console/redemptions/{ids[1]}/refuse"),
        (trade.operator, f"/console/bank-files/{file}"),
    ]


@pytest.mark.parametrize(("locale", "width"), [("en", 1280), ("km", 360)])
def test_every_page_of_money_is_accessible_fits_and_is_quiet(
    front: Front, trade: Trade, address: str, open_page: Callable[..., Page], locale: str, width: int
) -> None:
    shop = a_paid_shop(trade)
    with transaction() as session:
        for actor in (shop.owner, trade.operator):
            session.get_one(User, actor.user_id).locale = locale
    for actor, path in pages_of(trade, shop):
        page = open_page(f"{address}/healthz", locale=locale, width=width)
        page.context.add_cookies(front.cookies(front.member(actor), address))  # type: ignore[arg-type]
        page.goto(address + path)
        assert page.locator("html").get_attribute("lang") == locale
        assert page.locator("h1").count() == 1, path
        assert axe_violations(page) == [], path
        assert not is_wider_than_screen(page), path
        assert page.said == [], path  # type: ignore[attr-defined]
