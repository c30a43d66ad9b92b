"""A month closes on screen from beginning to end as an accountant would, in a real browser, in English and in Khmer."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.db.session import transaction
from app.identity.actor import Actor
from app.identity.models import User
from app.ledger.months import CLOSED, OPEN
from tests.closing.kept_books import Books
from tests.support.front import Front
from tests.support.http import serving
from tests.support.pages import axe_violations, is_wider_than_screen

pytestmark = pytest.mark.browser
WORDS = {
    "en": {
        "red": "Not everything is in order.", "compare": "Compare now", "green": "Everything is in order.",
        "soft": "Close it for entries", "hard": "Close it for good", "closed": "It takes nothing more.",
        "late": "Came late for this month", "ask": "Ask to open it", "asks": "asks to open this month again",
        "agree": "Agree: open it again", "open": "Opened again",
    },
    "km": {
        "red": "អ្វីៗមិនទាន់ត្រឹមត្រូវទាំងអស់ទេ។", "compare": "ប្រៀបធៀបឥឡូវនេះ", "green": "អ្វីៗត្រឹមត្រូវទាំងអស់។",
        "soft": "បិទមិនទទួលការកត់", "hard": "បិទជាស្ថាពរ", "closed": "ខែនេះមិនទទួលអ្វីទៀតទេ។",
        "late": "មកយឺតសម្រាប់ខែនេះ", "ask": "សុំបើក", "asks": "សុំបើកខែនេះឡើងវិញ",
        "agree": "យល់ព្រម៖ បើកឡើងវិញ", "open": "បានបើកឡើងវិញ",
    },
}  # fmt: skip


@pytest.fixture
def address(front: Front) -> Iterator[str]:
    with serving(front.app) as url:
        yield url


def looked_at(page: Page, name: str) -> None:
    """Nothing is wrong for anybody, on a phone too, and the console is silent."""
    if folder := os.environ.get("PHSAR_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
    assert axe_violations(page) == []
    assert not is_wider_than_screen(page)
    assert page.said == []  # type: ignore[attr-defined]


def said(page: Page, words: str) -> None:
    """Without the places where a Khmer line may break."""
    expect(page.locator("main")).to_be_visible()
    text = page.locator("main").inner_text().replace("\u200b", "")
    assert words in text, text


def press(page: Page, words: str) -> None:
    for button in page.locator("main button").all():
        if button.inner_text().replace("\u200b", "").strip() == words:
            button.click()
            page.wait_for_load_state()
            return
    raise AssertionError(words)


@pytest.mark.parametrize(("locale", "width"), [("en", 1280), ("km", 360)])
def test_a_month_closes_on_screen_from_beginning_to_end(
    books: Books, address: str, open_page: Callable[..., Page], locale: str, width: int
) -> None:
    words, name = WORDS[locale], f"{locale}-{width}"
    month = f"{address}/books/months/{books.before}"
    with transaction() as session:
        for actor, called in ((books.accountant, "Sokha Chan"), (books.operator, "Bopha Keo")):
            person = session.get_one(User, actor.user_id)
            person.name, person.locale = called, locale

    def come(actor: Actor) -> Page:
        page = open_page(f"{address}/healthz", locale=locale, width=width)
        page.context.add_cookies(books.front.cookies(books.front.member(actor), address))  # type: ignore[arg-type]
        return page

    sokha, bopha = come(books.accountant), come(books.operator)
    sokha.goto(f"{address}/books/months?year={books.before[:4]}")
    looked_at(sokha, f"months-{name}")
    sokha.locator("main a", has_text=books.before).click()
    said(sokha, words["red"])
    looked_at(sokha, f"red-{name}")
    books.trade.settle()
    sokha.locator("main td a[href='/books']").click()
    press(sokha, words["compare"])
    sokha.goto(month)
    said(sokha, words["green"])
    looked_at(sokha, f"green-{name}")
    press(sokha, words["soft"])
    looked_at(sokha, f"soft-{name}")
    press(sokha, words["hard"])
    said(sokha, words["closed"])
    assert books.state(books.before) == CLOSED

    books.capital(books.before, 444, day=3)
    sokha.goto(month)
    said(sokha, words["late"])
    said(sokha, "4.44 USD")
    looked_at(sokha, f"late-{name}")
    sokha.locator("#late a", has_text=books.last).click()
    assert sokha.locator("#late-here a", has_text=books.before).count() == 1
    sokha.goto(f"{address}/books/trial-balance?month={books.before}")
    said(sokha, "50.00")
    looked_at(sokha, f"trial-{name}")

    sokha.goto(month)
    sokha.locator("#reopen [name=reason]").fill("The bank paid it twice.")
    press(sokha, words["ask"])
    said(sokha, words["asks"])
    looked_at(sokha, f"asked-{name}")
    assert books.state(books.before) == CLOSED
    bopha.goto(month)
    said(bopha, "The bank paid it twice.")
    looked_at(bopha, f"answer-{name}")
    press(bopha, words["agree"])
    said(bopha, words["open"])
    looked_at(bopha, f"opened-{name}")
    assert books.state(books.before) == OPEN
