"""What is kept of lists: for how long, how much, and that nothing of one visitor reaches another."""

import re
from dataclasses import replace

import pytest

from app.catalog.models import Listing
from app.config.settings import Settings
from app.db.session import engine, transaction
from app.web.kept import Kept
from app.web.limits import limiter
from app.wiring import create_app
from tests.support.market_pages import OWNER, PASSWORD


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def counting():
    made = iter(range(1000))
    return lambda: next(made)


def test_an_answer_is_given_again_until_it_is_too_old():
    clock = Clock()
    kept, make = Kept(1, clock=clock), counting()
    assert (kept.get("a", make), kept.get("a", make), kept.get("b", make)) == (0, 0, 1)
    clock.now += 0.99
    assert kept.get("a", make) == 0
    clock.now += 0.01
    assert kept.get("a", make) == 2


def test_an_answer_is_as_old_as_the_question_and_not_as_its_end():
    clock = Clock()
    kept = Kept(1, clock=clock)

    def slow():
        clock.now += 0.9
        return "read at the beginning"

    kept.get("a", slow)
    clock.now += 0.2
    assert kept.get("a", lambda: "new") == "new"


def test_with_zero_seconds_nothing_is_kept():
    kept, make = Kept(0), counting()
    assert (kept.get("a", make), kept.get("a", make)) == (0, 1)


def test_of_a_key_only_the_version_made_last_is_kept():
    kept, make = Kept(1), counting()
    assert [kept.get("a", make, version) for version in (1, 1, 2, 2, 1)] == [0, 0, 1, 1, 2]
    assert len(kept) == 1


def test_no_more_is_kept_than_fits_and_nothing_that_is_too_old():
    clock = Clock()
    kept, make = Kept(1, most=3, clock=clock), counting()
    for key in range(10):
        kept.get(key, make)
    assert len(kept) == 3
    clock.now += 2
    kept.get("later", make)
    assert len(kept) == 1


def test_what_failed_is_tried_again():
    kept = Kept(1)

    def fail():
        raise LookupError

    with pytest.raises(LookupError):
        kept.get("a", fail)
    assert kept.get("a", lambda: 7) == 7


@pytest.fixture
def keeping_app(market_pages):
    """The market of the other tests, as it is delivered: lists are kept, here for a minute."""
    settings: Settings = market_pages.app.config["SETTINGS"]
    app = create_app(replace(settings, list_seconds=60))
    limiter.enabled = False
    yield app
    engine().dispose()


def test_a_list_is_kept_and_cart_person_and_language_are_not(keeping_app, market_pages):
    guest, owner = keeping_app.test_client(), keeping_app.test_client()
    page = owner.get("/sign-in").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
    key = re.search(r'name="form_token"[^>]*value="([^"]+)"', page)[1]
    owner.post("/sign-in", data={"email": OWNER, "password": PASSWORD, "csrf_token": token, "form_token": key})

    first = owner.get("/c/pepper-spice").text
    with transaction() as session:
        listing = session.get_one(Listing, market_pages.listing_id)
        listing.status, was = "draft", listing.status
    try:
        again = guest.get("/c/pepper-spice").text
        assert title_of(market_pages) in again, "kept"
        assert "/sign-out" in first
        assert "/sign-out" not in again
        assert "csrf_token" not in again
        assert title_of(market_pages) not in guest.get("/c/pepper-spice?sort=price_up").text, "another list"
        khmer = guest.get("/c/pepper-spice", headers={"Accept-Language": "km"}).text
        assert '<html lang="km">' in khmer
        assert "ម្រេចកំពតខ្មៅ" not in khmer.replace("\u200b", ""), "made anew in the other language"
        assert guest.get(f"/p/{slug_of(market_pages)}").status_code == 404, "the page of the goods is live"
    finally:
        with transaction() as session:
            session.get_one(Listing, market_pages.listing_id).status = was


def title_of(market_pages) -> str:
    with transaction() as session:
        return session.get_one(Listing, market_pages.listing_id).titles["en"]


def slug_of(market_pages) -> str:
    with transaction() as session:
        return session.get_one(Listing, market_pages.listing_id).slug
