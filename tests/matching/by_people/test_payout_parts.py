"""What a payout is made of stands on its exception's page, each part beside its journal."""

from uuid import UUID

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select, text

from app.db.session import reading, transaction
from app.matching.models import MatchException
from app.onramp import jobs
from tests.closing.kept_books import Books
from tests.matching.resolving import match

DAY = 86_400


@pytest.fixture
def on_its_way(books: Books) -> tuple[UUID, int]:
    """The item of a payout of two charges that is on its way to the bank, and what it pays out."""
    front, trade = books.front, books.trade
    for price in (10_000, 4_000):
        visitor = front.visitor()
        visitor.add(trade.goods(trade.shop_of(), price=price))
        front.pay_at_card_service(visitor.pay(visitor.check_out()).headers["Location"])
    now = front.stripe.now()
    front.stripe.advance_clock((now // DAY + 2) * DAY - now + 120)
    (payout,) = front.stripe.client().v1.payouts.list().data
    jobs.sync_balance()
    jobs.sync_balance()
    match(whole=True)
    with reading() as session:
        found = session.scalars(select(MatchException).where(MatchException.reference == payout.id)).one()
        return found.id, payout.amount


def parts_on(page: str) -> list[list[str]]:
    """The cells of each row, the last one being the sum."""
    rows = BeautifulSoup(page, "html.parser").select("#parts tbody tr, #parts tfoot tr")
    return [[cell.get_text(" ", strip=True) for cell in row.select("td")] for row in rows]


def test_each_part_of_a_payout_leads_to_its_journal_and_the_parts_are_summed(
    books: Books, on_its_way: tuple[UUID, int]
) -> None:
    item, amount = on_its_way
    page = books.front.member(books.accountant).look(f"/books/exceptions/{item}")
    *parts, total = parts_on(page)
    assert sorted(part[3] for part in parts) == sorted(part[4] for part in parts)
    assert {part[1] for part in parts} == {"Card payment in the Stripe balance"}
    assert total[0] == "Sum of 2 parts"
    assert total[3] == f"{amount / 100:.2f} USD"
    journal = BeautifulSoup(page, "html.parser").select_one("#parts a[href^='/books/journals/']")
    assert journal is not None
    assert "Stripe balance" in books.front.member(books.auditor).look(str(journal["href"]))


def test_a_part_that_was_told_otherwise_elsewhere_comes_first_and_is_marked(
    books: Books, on_its_way: tuple[UUID, int]
) -> None:
    item, _amount = on_its_way
    with transaction() as session:
        session.execute(text("ALTER TABLE stripe_payout_parts DISABLE TRIGGER USER"))
        session.execute(
            text("UPDATE stripe_payout_parts SET net = net - 1 WHERE net = (SELECT max(net) FROM stripe_payout_parts)")
        )
    first, second, _total = parts_on(books.front.member(books.auditor).look(f"/books/exceptions/{item}"))
    assert "look" in first[0]
    assert first[3] != first[4]
    assert "look" not in second[0]


def test_another_item_has_no_parts(books: Books) -> None:
    books.capital(books.last, 123)
    match()
    with reading() as session:
        item = session.scalars(select(MatchException.id).where(MatchException.family == "bank")).first()
    assert parts_on(books.front.member(books.auditor).look(f"/books/exceptions/{item}")) == []
