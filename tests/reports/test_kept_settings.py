"""Settings of reports that a person keeps under a name."""

import re
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from app.db.session import reading
from app.saved.models import SavedReport
from app.saved.rules import CHOSEN, LAST_MONTH, LAST_YEAR, SEVEN_DAYS, THIS_MONTH, THIS_YEAR, days_of
from tests.support.front import Front, Visitor
from tests.support.trade import Shop


@pytest.fixture
def shop(front: Front) -> Shop:
    return front.trade.shop_of()


@pytest.fixture
def seller(front: Front, shop: Shop) -> Visitor:
    return front.member(shop.owner)


def keep(visitor: Visitor, page: str, **fields: str):
    return visitor.send(visitor.look(page), "/books/saved", **fields)


def kept() -> list[SavedReport]:
    with reading() as session:
        return session.query(SavedReport).all()


@pytest.mark.parametrize(
    ("days", "first", "last"),
    [
        (THIS_MONTH, date(2028, 3, 1), date(2028, 3, 1)),
        (LAST_MONTH, date(2028, 2, 1), date(2028, 2, 29)),
        (SEVEN_DAYS, date(2028, 2, 24), date(2028, 3, 1)),
        (THIS_YEAR, date(2028, 1, 1), date(2028, 3, 1)),
        (LAST_YEAR, date(2027, 1, 1), date(2027, 12, 31)),
        (CHOSEN, date(2026, 5, 1), date(2026, 5, 2)),
    ],
)
def test_days_are_meant_from_the_day_they_are_opened(days: str, first: date, last: date) -> None:
    assert days_of(days, (date(2026, 5, 1), date(2026, 5, 2)), date(2028, 3, 1)) == (first, last)


def test_what_a_page_shows_is_kept_opened_and_deleted(seller: Visitor) -> None:
    sent = keep(seller, "/books/reports/fees?first=2026-01-01&last=2026-01-31", name="Fees of January", days=CHOSEN)
    assert sent.status_code == 303
    (one,) = kept()
    for page in ("/books/saved", "/books"):
        assert "Fees of January" in seller.look(page)
    opened = seller.browser.get(f"/books/saved/{one.id}")
    to = urlsplit(opened.headers["Location"])
    asked = parse_qs(to.query)
    assert (to.path, asked["first"], asked["last"]) == ("/books/reports/fees", ["2026-01-01"], ["2026-01-31"])
    seller.look(opened.headers["Location"])
    assert seller.send(seller.look("/books/saved"), f"/books/saved/{one.id}/delete").status_code == 303
    assert kept() == []
    assert "You keep no settings yet." in seller.look("/books/saved")


def test_the_same_form_twice_is_kept_once_and_a_name_is_taken_once(seller: Visitor) -> None:
    page = seller.look("/books/settlement")
    for _time in range(2):
        assert seller.send(page, "/books/saved", name="My money", days=LAST_MONTH).status_code == 303
    assert len(kept()) == 1
    again = keep(seller, "/books/settlement", name="My money", days=THIS_YEAR)
    assert again.status_code == 422
    said = again.get_data(as_text=True)
    assert "You keep settings of this name already." in said
    mended = seller.send(said, "/books/saved", name="My year", days=THIS_YEAR)
    assert mended.status_code == 303
    assert {one.name for one in kept()} == {"My money", "My year"}


def test_a_name_is_needed_and_may_be_anything(seller: Visitor) -> None:
    assert keep(seller, "/books/settlement", name="  ", days=LAST_MONTH).status_code == 422
    assert keep(seller, "/books/settlement", name="x" * 81, days=LAST_MONTH).status_code == 422
    assert keep(seller, "/books/settlement", name="A", days="whenever").status_code == 422
    assert keep(seller, "/books/settlement", name="<b>=1+1</b>", days=LAST_MONTH).status_code == 303
    shown = seller.look("/books/saved")
    assert "<b>=1+1</b>" not in shown
    assert "&lt;b&gt;" in shown


def test_nobody_finds_somebody_elses_and_nobody_keeps_what_is_not_theirs_to_read(
    front: Front, shop: Shop, seller: Visitor
) -> None:
    keep(seller, "/books/settlement", name="My money", days=LAST_MONTH)
    (one,) = kept()
    other = front.member(front.trade.shop_of(name="Mekong Silk").owner)
    assert "My money" not in other.look("/books/saved")
    other.look(f"/books/saved/{one.id}", status=404)
    page = other.look("/books/settlement")
    assert other.browser.post(f"/books/saved/{one.id}/delete", data=tokens(page)).status_code == 404
    assert kept() != []
    for wrong in ({"report": "general_ledger"}, {"report": "nothing"}, {"shop": "sothys-farm"}):
        assert other.send(page, "/books/saved", name="Theirs", days=CHOSEN, **wrong).status_code == 404
    front.member(front.trade.person()).look("/books/saved", status=404)


def tokens(page: str) -> dict[str, str]:
    return {name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("csrf_token", "form_token")}
