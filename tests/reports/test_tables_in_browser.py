"""A long table in a real browser: its head and totals stay in sight, the arrows lead from row to row, and a click copies it whole."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from app.db.session import transaction
from app.orders.actions.confirm_receipt import confirm_receipt
from tests.support.front import Front
from tests.support.http import serving
from tests.support.trade import buyer_of

pytestmark = pytest.mark.browser
LEDGER = "/books/reports/general_ledger?first=2026-01-01"
ORDERS = 4


@pytest.fixture
def address(front: Front) -> Iterator[str]:
    """Some orders are paid and released: the ledger is longer than a screen."""
    trade = front.trade
    shop = trade.shop_of()
    for _ in range(ORDERS):
        group = trade.shipped_order(shop)
        with transaction() as session:
            confirm_receipt(session, buyer_of(group), group.orders[0].id, now=trade.now())
    trade.settle()
    with serving(front.app) as url:
        yield url


@pytest.fixture
def come(front: Front, address: str, open_page: Callable[..., Page]) -> Callable[..., Page]:
    """`come(path)`: the page, as the operator sees it, its scripts at work."""

    def opened(path: str, **how: object) -> Page:
        page = open_page(f"{address}/healthz", **how)
        page.context.add_cookies(front.cookies(front.member(front.trade.operator), address))  # type: ignore[arg-type]
        page.goto(address + path)
        page.wait_for_load_state("networkidle")
        return page

    return opened


def middle(element: Locator) -> float:
    box = element.bounding_box()
    assert box is not None
    return box["y"] + box["height"] / 2


def test_head_and_totals_of_a_long_table_stay_where_they_are_while_its_rows_go_by(come: Callable[..., Page]) -> None:
    page = come(LEDGER)
    region = page.locator("[data-rows]", has=page.locator("tfoot"))
    region.scroll_into_view_if_needed()
    head, foot, first = (
        region.locator("thead th").first,
        region.locator("tfoot td").first,
        region.locator("tbody tr").first,
    )
    assert region.evaluate("one => one.scrollHeight > one.clientHeight + 100"), "longer than the screen"
    before = middle(head), middle(foot), middle(first)
    expect(foot).to_be_in_viewport()
    region.evaluate("one => one.scrollBy(0, 100)")
    page.wait_for_function("() => document.querySelector('[data-rows]').scrollTop === 100")
    assert (middle(head), middle(foot)) == pytest.approx(before[:2], abs=1)
    assert middle(first) == pytest.approx(before[2] - 100, abs=1)


def test_the_arrows_lead_to_the_same_link_of_the_row_above_or_below(come: Callable[..., Page]) -> None:
    page = come(LEDGER)
    rows = page.locator("[data-rows] tbody tr")

    def focused_row() -> int:
        return int(
            page.evaluate(
                "[...document.activeElement.closest('tbody').rows].indexOf(document.activeElement.closest('tr'))"
            )
        )

    def place() -> int:
        return int(
            page.evaluate(
                "[...document.activeElement.closest('tr').querySelectorAll('a[href]')].indexOf(document.activeElement)"
            )
        )

    rows.nth(0).locator("a[href^='/books/journals/']").last.focus()
    last = rows.nth(0).locator("a[href]").count() - 1
    for key, row in (("ArrowDown", 1), ("ArrowDown", 2), ("ArrowUp", 1), ("ArrowUp", 0), ("ArrowUp", 0)):
        page.keyboard.press(key)
        assert focused_row() == row, key
    rows.nth(0).locator("a[href]").first.focus()
    page.keyboard.press("ArrowDown")
    assert (focused_row(), place()) == (1, 0)
    page.keyboard.press("Control+ArrowDown")
    assert focused_row() == 1, "what the browser or the system does with it stays theirs"
    assert last >= 0
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url.partition("?")[0] != page.url.partition("?")[0] or "account=" in url)


def test_a_click_puts_the_whole_table_on_the_clipboard_with_tabs_between_its_cells(
    come: Callable[..., Page], address: str
) -> None:
    page = come(LEDGER)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    link = page.locator("[data-copy-from]")
    link.click()
    expect(link).to_have_text("Copied. Paste it into a spreadsheet.")
    expect(page.locator("main > p[role=status]")).to_have_text("Copied. Paste it into a spreadsheet.")
    copied = page.evaluate("navigator.clipboard.readText()")
    lines = copied.replace("\r\n", "\n").rstrip("\n").split("\n")
    shown = page.locator("[data-rows] tbody tr").count()
    assert len(lines) == shown + 1
    assert {line.count("\t") for line in lines} == {lines[0].count("\t")}
    assert lines[0].startswith("booked_at\t")
    assert page.url.endswith(LEDGER), "nobody is led away"
    expect(link).to_have_text("Copy as TSV")
    assert page.said == []  # type: ignore[attr-defined]


def test_where_it_cannot_be_copied_that_is_said_and_what_to_do_instead(come: Callable[..., Page], address: str) -> None:
    page = come(LEDGER)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    page.route("**/*.tsv*", lambda route: route.abort())
    link = page.locator("[data-copy-from]")
    link.click()
    expect(link).to_have_text("It was not copied: fetch it as CSV.")


def test_without_scripts_the_link_is_a_file(come: Callable[..., Page]) -> None:
    page = come(LEDGER, java_script_enabled=False)
    with page.expect_download() as waiting:
        page.locator("[data-copy-from]").click()
    assert waiting.value.suggested_filename.endswith(".tsv")
