"""Checkout in a real browser: a wallet that really signs, a double click, no word on the console."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from app.db.session import transaction
from app.ledger.actions.post_journal import post_journal
from app.ledger.recipes import bank_receipt_recorded
from app.orders.models import OrderGroup
from app.orders.rules.status import PaymentStatus, SettlementStatus
from app.settlement.actions.move_tokens import credit_wallet
from tests.support.browser_wallet import BrowserWallet
from tests.support.front import Front, Visitor
from tests.support.goods import give_pictures
from tests.support.http import serving
from tests.support.pages import axe_violations
from tests.support.trade import Trade

pytestmark = pytest.mark.browser
KEY = b"\x01" * 32
UNIT = 10_000


@pytest.fixture
def address(front: Front) -> Iterator[str]:
    with serving(front.app) as url:
        yield url


def with_tokens(trade: Trade, wallet: bytes, cents: int) -> None:
    """As the operator books a bank receipt."""
    with transaction() as session:
        post_journal(session, bank_receipt_recorded(reference="ABA-1", cents=cents, at=datetime.now(UTC)))
        credit_wallet(session, bank_receipt_id=uuid4(), wallet_address=wallet, units=cents * UNIT)
    trade.settle()


def carried(front: Front, page: Page, visitor: Visitor, address: str) -> Page:
    page.context.add_cookies(front.cookies(visitor, address))  # type: ignore[arg-type]
    return page


def test_one_signature_of_a_wallet_pays_two_sellers(
    front: Front, trade: Trade, address: str, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    visitor = front.visitor()
    visitor.add(trade.goods(trade.shop_of()), 2)
    visitor.add(trade.goods(trade.shop_of(name="Ban Chiang Weavers"), price=3800))
    visitor.check_out()
    give_pictures(tmp_path / "media")
    page = carried(front, open_page(f"{address}/healthz"), visitor, address)
    wallet = BrowserWallet(page.context, KEY, 31337)
    with_tokens(trade, bytes.fromhex(wallet.account.address[2:]), 10_000)
    page.goto(f"{address}/checkout/review")
    page.locator("summary", has_text="Pay from my wallet").click()
    page.locator("form[action='/checkout/wallet'] button").click()
    page.locator("[data-wallet-sign] [data-find]").click()
    page.wait_for_url("**/checkout/review?wallet=1")
    expect(page.locator("form[action='/checkout/wallet'] button.main")).to_be_focused()
    assert axe_violations(page) == []
    page.locator("form[action='/checkout/wallet'] button").click()
    expect(page.locator("main")).to_contain_text("$70.00 go from your wallet into the escrow contract")
    expect(page.locator("main")).to_contain_text("70.00 CTM")
    assert axe_violations(page) == []
    page.locator("[data-wallet-typed] [data-find]").click()
    page.wait_for_url("**/orders/group/**")
    expect(page.locator("header .cart")).to_contain_text("2")
    trade.settle()
    expect(page.locator("main h1")).to_contain_text("Thank you", timeout=15_000)
    expect(page.locator("header .cart [data-cart-count]")).to_have_count(0)
    group = front.group()
    assert (group.state, group.payment_method) == ("paid", "wallet")
    for order in group.orders:
        axes = trade.story(order.id).axes
        assert (axes.payment, axes.settlement) == (PaymentStatus.PAID, SettlementStatus.IN_ESCROW)
    assert wallet.signed[-1]["message"]["value"] in {70_00 * UNIT, str(70_00 * UNIT)}
    assert page.said == []  # type: ignore[attr-defined]
    trade.books_equal_chain()


def test_a_browser_without_a_wallet_is_told_so(
    front: Front, trade: Trade, address: str, open_page: Callable[..., Page]
) -> None:
    visitor = front.visitor()
    visitor.add(trade.goods(trade.shop_of()))
    visitor.check_out()
    page = carried(front, open_page(f"{address}/healthz"), visitor, address)
    page.goto(f"{address}/checkout/wallet")
    page.locator("[data-find]").click()
    expect(page.locator("[data-said]")).to_contain_text("No wallet was found in this browser.")


def test_a_double_click_on_pay_is_one_order(
    front: Front, trade: Trade, address: str, open_page: Callable[..., Page]
) -> None:
    visitor = front.visitor()
    visitor.add(trade.goods(trade.shop_of()))
    visitor.check_out()
    page = carried(front, open_page(f"{address}/healthz"), visitor, address)
    page.goto(f"{address}/checkout/review")
    page.locator("form[action='/checkout/pay'] button").dblclick()
    page.wait_for_url("**/c/pay/**")
    with transaction() as session:
        assert session.query(OrderGroup).count() == 1
