"""Every component in every state, as a person meets it in a browser."""

import itertools
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.pages import axe_violations, is_wider_than_screen

pytestmark = pytest.mark.browser
Opener = Callable[..., Page]
LOOKS = list(itertools.product(["/styleguide"], ["en", "km"], [1280, 360], [False, True]))
LOOKS += [(path, *look) for path in ("/styleguide/desk", "/styleguide/market", "/styleguide/confirm")
          for look in (("en", 1280, False), ("km", 360, True))]  # fmt: skip
KB = 1000


@pytest.mark.parametrize(("path", "locale", "width", "dark"), LOOKS)
def test_everybody_can_use_it(
    open_page: Opener, plain_address: str, path: str, locale: str, width: int, dark: bool
) -> None:
    page = open_page(plain_address + path, locale=locale, width=width, dark=dark)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert axe_violations(page) == []
    assert not is_wider_than_screen(page)
    assert page.said == []


def test_an_error_page_can_be_used_by_everybody_too(open_page: Opener, plain_address: str) -> None:
    page = open_page(f"{plain_address}/styleguide/errors/conflict", locale="km", width=360)
    assert axe_violations(page) == []
    assert not is_wider_than_screen(page)


@pytest.mark.parametrize("locale", ["en", "km"])
def test_errors_are_read_first_and_lead_into_their_fields(open_page: Opener, plain_address: str, locale: str) -> None:
    page = open_page(f"{plain_address}/styleguide", locale=locale, width=360)
    page.get_by_label("Story of the goods").fill("kept as it was")
    page.get_by_role("button", name="Put on the shelf").click()
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    assert axe_violations(page) == []
    summary.get_by_role("link", name="Title").click()
    expect(page.get_by_label("Title")).to_be_focused()
    expect(page.get_by_label("Title")).to_have_attribute("aria-invalid", "true")
    assert page.get_by_label("Story of the goods").input_value() == "kept as it was"


def test_an_empty_required_field_is_told_on_leaving_it(open_page: Opener, plain_address: str) -> None:
    page = open_page(f"{plain_address}/styleguide")
    title = page.get_by_label("Title")
    title.press_sequentially("x")
    title.press("Backspace")
    title.press("Tab")
    expect(page.locator(".msg")).to_have_text("Fill this in.")
    title.fill("Pepper")
    title.press("Tab")
    expect(page.locator(".msg")).to_have_count(0)


def test_changing_the_country_asks_its_parts_and_loses_nothing(open_page: Opener, plain_address: str) -> None:
    page = open_page(f"{plain_address}/styleguide")
    page.get_by_label("House number and street").fill("12 Street 240")
    page.get_by_label("Country", exact=True).select_option("TH")
    expect(page.get_by_label("Subdistrict (tambon, khwaeng)")).to_be_visible()
    assert page.get_by_label("House number and street").input_value() == "12 Street 240"
    expect(page.locator("[data-error-summary]")).to_have_count(0)


def test_a_form_clicked_twice_is_sent_once(open_page: Opener, plain_address: str) -> None:
    page = open_page(f"{plain_address}/styleguide/confirm")
    page.wait_for_function("document.querySelector('form[data-busy]').dataset.ready")
    was_stopped = page.evaluate("""() => {
        const form = document.querySelector("[data-confirm-page] form"), seen = [];
        form.addEventListener("submit", (event) => { seen.push(event.defaultPrevented); event.preventDefault(); });
        for (let click = 0; click < 3; click++) form.querySelector("button").click();
        return seen;
    }""")
    assert was_stopped == [False, True, True]
    expect(page.locator("[data-confirm-page] button")).to_have_attribute("aria-busy", "true")


def test_a_dangerous_act_asks_once_and_can_be_taken_back(open_page: Opener, plain_address: str) -> None:
    page = open_page(f"{plain_address}/styleguide")
    page.get_by_role("link", name="Take down").click()
    dialog = page.get_by_role("dialog", name="Take this listing down?")
    expect(dialog.get_by_role("link", name="Cancel")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("link", name="Take down")).to_be_focused()
    page.get_by_role("link", name="Take down").click()
    dialog.get_by_role("button", name="Take it down").click()
    expect(page.get_by_role("status").first).to_contain_text("It is taken down.")


def test_the_quantity_stays_within_its_limits(open_page: Opener, plain_address: str) -> None:
    page = open_page(f"{plain_address}/styleguide")
    quantity = page.get_by_label("Quantity")
    page.get_by_role("button", name="Less").click()
    expect(quantity).to_have_value("3")
    page.get_by_role("button", name="More").click()
    expect(quantity).to_have_value("4")


def test_keys_reach_search_and_menu(open_page: Opener, plain_address: str) -> None:
    page = open_page(f"{plain_address}/styleguide/market")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.locator("summary[aria-label=Menu]").click()
    expect(page.get_by_role("link", name="Create an account")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Create an account")).to_be_hidden()


def test_an_id_is_copied_whole(open_page: Opener, plain_address: str) -> None:
    page = open_page(f"{plain_address}/styleguide", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").first.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "0x" + bytes(range(32)).hex()


def test_everything_works_without_javascript(open_page: Opener, plain_address: str) -> None:
    page = open_page(f"{plain_address}/styleguide", java_script_enabled=False, width=360)
    page.get_by_role("button", name="Put on the shelf").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("Title")
    page.goto(f"{plain_address}/styleguide")
    page.get_by_role("link", name="Take down").click()
    page.get_by_role("button", name="Take it down").click()
    expect(page.get_by_role("status").first).to_contain_text("It is taken down.")
    page.locator("summary[aria-label=Menu]").click()
    page.get_by_role("button", name="ខ្មែរ").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "km")
    assert page.url == f"{plain_address}/styleguide"


def _weigh(page: Page, address: str) -> list[tuple[str, int]]:
    weights: list[tuple[str, int]] = []

    def note(request: object) -> None:
        sizes = request.sizes()
        weights.append((request.url.rsplit("/", 1)[-1], sizes["responseBodySize"] + sizes["responseHeadersSize"]))

    page.on("requestfinished", note)
    page.goto(address, wait_until="networkidle")
    return weights


@pytest.mark.parametrize("locale", ["en", "km"])
def test_the_first_view_is_light(open_page: Opener, plain_address: str, locale: str) -> None:
    page = open_page("about:blank", locale=locale, width=360)
    weights = _weigh(page, f"{plain_address}/styleguide/market")
    fonts = sum(size for name, size in weights if name.endswith(".woff2"))
    assert fonts <= 120 * KB, weights
    assert sum(size for _name, size in weights) <= 200 * KB, weights
    assert len(weights) <= 15, weights


def test_text_does_not_move_when_its_font_arrives(open_page: Opener, plain_address: str) -> None:
    page = open_page("about:blank", width=360)
    page.route("**/*.woff2", lambda route: (page.wait_for_timeout(300), route.continue_()))
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(e => window.shift += e.value))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    page.goto(f"{plain_address}/styleguide/market", wait_until="networkidle")
    page.wait_for_function("document.fonts.status === 'loaded'")
    assert page.evaluate("window.shift") < 0.1


@pytest.mark.parametrize(("width", "shown"), [(1280, True), (360, False)])
def test_a_printed_page_is_clean(open_page: Opener, plain_address: str, width: int, shown: bool) -> None:
    page = open_page(f"{plain_address}/styleguide/desk", width=width)
    expect(page.get_by_role("link", name="Sell", exact=True).first).to_be_visible(visible=shown)
    page.emulate_media(media="print")
    for gone in (".top", ".foot", ".side", ".btn >> nth=0"):
        expect(page.locator(gone)).to_be_hidden()
    expect(page.locator("table").first).to_be_visible()


def test_paper_is_white_whatever_the_screen(open_page: Opener, plain_address: str) -> None:
    page = open_page(f"{plain_address}/styleguide", dark=True)
    pill = page.locator(".pill.ok").first
    on_screen = pill.evaluate("pill => getComputedStyle(pill).color")
    page.emulate_media(media="print", color_scheme="dark")
    printed = pill.evaluate("pill => getComputedStyle(pill).color")
    page.emulate_media(media="screen", color_scheme="light")
    assert on_screen != printed == pill.evaluate("pill => getComputedStyle(pill).color")


def test_whatever_is_pressed_is_as_large_as_a_thumb_on_a_phone(open_page: Opener, plain_address: str) -> None:
    page = open_page(f"{plain_address}/styleguide", width=360)
    small = page.locator(".btn, .copy, .crumbs a, thead a, .chip, .check label, .radio").evaluate_all(
        "all => all.filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 44).map(one => one.outerHTML)"
    )
    assert small == []
