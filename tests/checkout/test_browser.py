"""Cart, checkout and orders in a real browser: a wallet that really signs, axe, narrow screens, no word on the console."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from app.db.session import transaction
from app.ledger.actions.post_journal import post_journal
from app.ledger.recipes import bank_receipt_recorded
from app.media.models import Picture
from app.media.rules import WIDTHS, file_name
from app.orders.models import OrderGroup
from app.orders.rules.status import PaymentStatus, SettlementStatus
from app.settlement.actions.move_tokens import credit_wallet
from tests.support.browser_wallet import BrowserWallet
from tests.support.front import Front, Visitor
from tests.support.http import serving
from tests.support.pages import axe_violations, is_wider_than_screen
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
    _give_pictures(tmp_path / "media")
    page = carried(front, open_page(f"{address}/healthz"), visitor, address)
    wallet = BrowserWallet(page.context, KEY, 31337)
    with_tokens(trade, bytes.fromhex(wallet.account.address[2:]), 10_000)
    page.goto(f"{address}/checkout/review")
    for _ in range(2):  # the first time the wallet is connected, the second time it pays
        page.locator("summary", has_text="tokens").click()
        page.locator("form[action='/checkout/wallet'] button").click()
        if page.locator("[data-wallet-sign]").count():
            page.locator("[data-wallet-sign] [data-find]").click()
            page.wait_for_url("**/checkout/review")
    expect(page.locator("main")).to_contain_text("$70.00 go from your wallet into the escrow contract")
    assert axe_violations(page) == []
    page.locator("[data-wallet-typed] [data-find]").click()
    page.wait_for_url("**/orders/group/**")
    trade.settle()
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


def paths_of(front: Front, trade: Trade, visitor: Visitor) -> list[str]:
    """Every page of the buyer, each with something on it: an order under way, and a new cart."""
    shop = trade.shop_of()
    group = trade.shipped_order(shop)
    visitor.look(f"/orders/key/{group.access_token}", status=303)
    visitor.add(trade.goods(shop), 3)
    visitor.check_out()
    number = group.orders[0].number
    steps = ["/cart", "/checkout", "/checkout/address", "/checkout/shipping", "/checkout/review", "/checkout/wallet"]
    orders = [f"/orders/{number}", f"/orders/{number}/details", f"/orders/{number}/problem", f"/orders/{number}/cancel"]
    return [*steps, "/orders", f"/orders/group/{group.id}", *orders]


@pytest.mark.parametrize(("locale", "width", "dark"), [("en", 1280, False), ("km", 360, False), ("en", 360, True)])
def test_no_page_of_the_buyer_shuts_anybody_out(
    front: Front,
    trade: Trade,
    address: str,
    open_page: Callable[..., Page],
    tmp_path: Path,
    locale: str,
    width: int,
    dark: bool,
) -> None:
    visitor = front.visitor()
    paths = paths_of(front, trade, visitor)
    _give_pictures(tmp_path / "media")
    page = carried(front, open_page(f"{address}/healthz", locale=locale, width=width, dark=dark), visitor, address)
    page.context.add_cookies([{"name": "language", "value": locale, "url": address}])
    found = {}
    for path in paths:
        page.goto(address + path)
        problems = axe_violations(page) + (["wider than the screen"] if is_wider_than_screen(page) else [])
        found |= {path: problems} if problems else {}
    assert found == {}
    assert page.said == []  # type: ignore[attr-defined]


def test_no_page_of_the_orders_desk_shuts_anybody_out(
    front: Front, trade: Trade, address: str, open_page: Callable[..., Page]
) -> None:
    shop = trade.shop_of()
    shipped, waiting = trade.shipped_order(shop), trade.paid_group({trade.goods(shop): 1})
    page = carried(front, open_page(f"{address}/healthz", width=360), front.member(shop.owner), address)
    for group in (shipped, waiting):
        page.goto(f"{address}/desk/orders/{group.orders[0].number}")
        assert axe_violations(page) == []
        assert not is_wider_than_screen(page)
    for tab in ("to_ship", "on_the_way", "done", "problems"):
        page.goto(f"{address}/desk/orders?tab={tab}")
        assert axe_violations(page) == []
    assert page.said == []  # type: ignore[attr-defined]


def _give_pictures(media: Path) -> None:
    """Files for the pictures that goods were made with."""
    media.mkdir(exist_ok=True)
    with transaction() as session:
        names = [file_name(picture.sha256, width) for picture in session.query(Picture) for width in WIDTHS]
    for name in names:
        Image.new("RGB", (8, 8)).save(media / name, "WEBP")
