"""`?` opens the help of a desk and closes it; nothing happens while one writes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_the_question_mark_opens_and_closes_the_help(open_page: Callable[..., Page], plain_address: str) -> None:
    page = open_page(f"{plain_address}/styleguide/desk")
    page.wait_for_load_state("networkidle")  # the module that hears the key has come
    help_text = page.get_by_text("Open and close this help")
    expect(help_text).to_be_hidden()
    page.keyboard.press("?")
    expect(help_text).to_be_visible()
    page.keyboard.press("?")
    expect(help_text).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.press("?")
    expect(help_text).to_be_hidden()
    assert page.locator("[data-hotkey='/']").input_value() == "?", "one is writing"
