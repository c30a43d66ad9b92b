"""Pages in a real browser: one Chromium for the run, a fresh context per test, and nobody may write to the console."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.browser import chromium_path

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
AXE = Axe()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser on a busy machine may miss its time: what failed is tried once more, and the summary names it."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """`open_page(address, locale="km", width=360, dark=True)`: a page in a browser of its own.

    `page.said` lists what it wrote to the console and the errors its scripts raised.
    """
    contexts = []

    def open_one(address: str, *, locale: str = "en", width: int = 1280, dark: bool = False, **more: Any) -> Page:
        size = {**(PHONE if width < 600 else DESK), "width": width}
        context = chromium.new_context(
            viewport=size, locale=locale, color_scheme="dark" if dark else "light", reduced_motion="reduce", **more
        )
        contexts.append(context)
        page = context.new_page()
        page.said = []  # type: ignore[attr-defined]
        page.on("console", lambda message: page.said.append(message.text))  # type: ignore[attr-defined]
        page.on("pageerror", lambda error: page.said.append(str(error)))  # type: ignore[attr-defined]
        page.goto(address)
        page.evaluate("document.fonts.ready")
        return page

    yield open_one
    for context in contexts:
        context.close()


def axe_violations(page: Page) -> list[str]:
    """What axe finds wrong on the page, one line per element. Without selectors, which cost it a third of its time."""
    page.evaluate(f"{AXE.axe_script};0")
    wanted = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"], "selectors": False}
    found = page.evaluate("wanted => axe.run(document, wanted).then(found => found.violations)", wanted)
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


def is_wider_than_screen(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
