"""Capital and opening balances: each is one journal, covers what it should, and can be taken back."""

import io
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from bs4 import BeautifulSoup

from app.bookkeeping.actions.book_capital import book_capital
from app.bookkeeping.actions.book_opening import book_opening
from app.bookkeeping.actions.take_back import take_back
from app.bookkeeping.errors import (
    AlreadyTakenBack,
    BookkeeperNeeded,
    EntryKnownDifferently,
    EntryNotFound,
    OpeningEmpty,
    OpeningStands,
    OpeningTooLate,
    ReserveNeeded,
)
from app.bookkeeping.queries.entries import first_own_entry, hand_entries
from app.bookkeeping.rules import Opening
from app.config.days import market_day, market_day_begins
from app.db.session import in_transaction, reading, transaction
from app.identity.actor import Actor
from app.ledger.models import Journal
from app.onramp import jobs
from app.orders.models import Order
from app.settlement.actions.wake_mints import wake_mints
from tests.support.front import Front, Visitor
from tests.support.outcome import requires_tie_out
from tests.support.queries import queries_of
from tests.support.trade import Trade

DAY = datetime(2026, 11, 2, tzinfo=UTC)
BEFORE = datetime(2020, 1, 1, tzinfo=UTC)


def capital(trade: Trade, cents: int, reference: str, actor: Actor | None = None) -> None:
    with transaction() as session:
        book_capital(session, actor or trade.operator, cents=cents, reference=reference, at=DAY)


def bank(trade: Trade) -> int:
    return trade.books("1010", "USD")


def journals(event: str) -> int:
    with reading() as session:
        return session.query(Journal).filter_by(event=event).count()


def buy(front: Front, goods: UUID) -> UUID:
    """Paid at the card service, whose fee is booked; gives the order's id."""
    buyer = front.visitor()
    buyer.add(goods)
    front.come_back(buyer, front.pay_at_card_service(buyer.pay(buyer.check_out()).headers["Location"]))
    front.work()
    front.trade.settle()
    with reading() as session:
        newest: UUID = session.query(Order.id).order_by(Order.sequence.desc()).limit(1).scalar()
    return newest


def test_a_mint_that_waits_for_the_reserve_goes_once_capital_is_booked(front: Front, trade: Trade) -> None:
    capital(trade, -bank(trade), "ABA-OUT")
    goods = trade.goods(trade.shop_of())
    buy(front, goods)
    front.stripe.advance_clock(30)
    jobs.sync_balance()  # the card's fee is eaten out of the reserve now
    assert trade.books("5100", "USD") > 0
    waiting = buy(front, goods)
    with transaction() as session:
        wake_mints(session)  # looked at once more, it still has to wait
    trade.settle()
    assert trade.order(waiting).settlement_status == "funding"
    answer = front.member(trade.operator).fill(
        "/books/by-hand", direction="in", amount="10.00", reference="ABA 7-1", day=DAY.date().isoformat()
    )
    assert answer.status_code == 303
    trade.settle()
    assert trade.order(waiting).settlement_status == "in_escrow"
    front.stripe.advance_clock(30)
    jobs.sync_balance()
    requires_tie_out()


def test_after_it_was_taken_back_the_same_reference_is_booked_with_another_amount(trade: Trade) -> None:
    before = bank(trade)
    for cents in (5_000, 4_000, 4_000):
        capital(trade, cents, "ABA-6")
        with reading() as session:
            entry = hand_entries(session).rows[0]
        if cents == 5_000:
            with transaction() as session:
                take_back(session, trade.operator, entry.journal_id, reason="Typed wrong.")
    assert bank(trade) - before == 4_000


def test_one_bank_reference_is_one_entry_however_it_is_written(front: Front, trade: Trade) -> None:
    before = bank(trade)
    capital(trade, 5_000, "ABA 7-1")
    capital(trade, 5_000, "aba7 1")
    assert bank(trade) - before == 5_000
    with pytest.raises(EntryKnownDifferently):
        capital(trade, 5_001, "ABA-71")
    with pytest.raises(EntryKnownDifferently):
        capital(trade, -5_000, "ABA-71")
    trade.settle()
    requires_tie_out()


def test_what_covers_tokens_is_not_taken_out(trade: Trade) -> None:
    spare = bank(trade)
    trade.paid_group({trade.goods(trade.shop_of()): 1})
    with pytest.raises(ReserveNeeded):
        capital(trade, -(spare + 1), "ABA-2")
    capital(trade, -spare, "ABA-2")
    assert bank(trade) == 0


def test_taking_back_books_the_opposite_once_and_keeps_the_reserve(trade: Trade) -> None:
    before = bank(trade)
    capital(trade, 5_000, "ABA-3")
    with reading() as session:
        entry = hand_entries(session).rows[0]
    with transaction() as session:
        take_back(session, trade.operator, entry.journal_id, reason="Another market's money.")
    assert bank(trade) == before
    with pytest.raises(AlreadyTakenBack), transaction() as session:
        take_back(session, trade.operator, entry.journal_id, reason="Again.")
    assert journals("capital_paid_in_taken_back") == 1


def test_nothing_else_can_be_taken_back(trade: Trade) -> None:
    trade.paid_group({trade.goods(trade.shop_of()): 1})
    with reading() as session:
        foreign = session.query(Journal.id).filter_by(event="card_payment_succeeded").scalar()
    with pytest.raises(EntryNotFound), transaction() as session:
        take_back(session, trade.operator, foreign, reason="Not mine.")


def test_strangers_and_sellers_book_nothing(trade: Trade) -> None:
    shop = trade.shop_of()
    with pytest.raises(BookkeeperNeeded):
        capital(trade, 100, "ABA-4", shop.owner)
    with pytest.raises(BookkeeperNeeded), transaction() as session:
        book_opening(session, shop.owner, Opening({"1010": 1}), at=BEFORE)


def test_opening_balances_are_one_balanced_journal_and_the_rest_is_capital(trade: Trade) -> None:
    was_bank, was_capital = bank(trade), trade.books("3000", "USD")
    opening = Opening({"1010": 250_000, "2300": 4_000, "5100": 1_500, "4100": 9_000})
    for _ in range(2):
        in_transaction(lambda session: book_opening(session, trade.operator, opening, at=BEFORE))
    assert journals("opening_balances") == 1
    assert bank(trade) - was_bank == 250_000
    assert trade.books("3000", "USD") - was_capital == 250_000 + 1_500 - 4_000 - 9_000
    assert trade.books("2300", "USD") == 4_000


def test_others_can_be_entered_only_after_the_first_were_taken_back(front: Front, trade: Trade) -> None:
    was_bank = bank(trade)
    first = in_transaction(lambda session: book_opening(session, trade.operator, Opening({"1010": 5_000}), at=BEFORE))
    with pytest.raises(OpeningStands), transaction() as session:
        book_opening(session, trade.operator, Opening({"1010": 6_000}), at=BEFORE)
    with transaction() as session:
        take_back(session, trade.operator, first, reason="Typed wrong.")
    in_transaction(lambda session: book_opening(session, trade.operator, Opening({"1010": 6_000}), at=BEFORE))
    assert bank(trade) - was_bank == 6_000
    trade.settle()
    requires_tie_out()


def test_opening_balances_are_of_a_day_before_the_first_entry_of_trade(trade: Trade) -> None:
    trade.paid_group({trade.goods(trade.shop_of()): 1})
    with pytest.raises(OpeningTooLate), transaction() as session:
        book_opening(session, trade.operator, Opening({"1010": 1}), at=trade.now() + timedelta(days=1))
    with pytest.raises(OpeningEmpty), transaction() as session:
        book_opening(session, trade.operator, Opening({"1010": 0}), at=BEFORE)


def test_the_form_offers_a_day_that_is_taken_and_says_why(front: Front, trade: Trade) -> None:
    trade.paid_group({trade.goods(trade.shop_of()): 1})
    page = front.member(trade.operator).look("/books/opening")
    field = BeautifulSoup(page, "html.parser").select_one("[name=day]")
    assert field is not None
    offered = date.fromisoformat(str(field["value"]))
    assert "own books begin on" in page
    with reading() as session:
        first = first_own_entry(session)
    assert first is not None
    assert offered == market_day(first) - timedelta(days=1)
    with transaction() as session:
        book_opening(session, trade.operator, Opening({"1010": 1}), at=market_day_begins(offered))


def upload(operator: Visitor, content: str) -> tuple[int, str]:
    page = operator.look("/books/opening")
    file = (io.BytesIO(content.encode("utf-8-sig")), "opening.csv")
    answer = operator.send(page, "/books/opening", day="2020-01-01", file=file)
    return answer.status_code, answer.get_data(as_text=True)


def test_a_filled_in_template_is_shown_as_the_entry_and_booked_from_there(front: Front, trade: Trade) -> None:
    operator, was_bank = front.member(trade.operator), bank(trade)
    template = operator.look("/books/opening.csv").removeprefix("\ufeff")
    filled = template.replace("1010,Bank,", '1010,Bank,"2,500.00"').replace("2300,VAT on commission,", "2300,VAT,40")
    status, shown = upload(operator, filled)
    assert status == 200
    assert bank(trade) == was_bank
    assert "2,460.00" in shown.replace("\u00a0", " ")
    answer = operator.send(shown, "/books/opening", day="2020-01-01", a1010="2,500.00", a2300="40.00", seen="1")
    assert answer.status_code == 303
    assert bank(trade) - was_bank == 250_000
    assert "2,460.00" in operator.look("/books/opening").replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("1200,Treasury,5", "Line 2: account 1200 takes no opening balance."),
        ("1010", "Line 2 cannot be read."),
        ("1010,Bank,much", "much"),
        ("3000,Capital,7", "The capital in the file is"),
    ],
)
def test_a_file_with_a_mistake_is_refused_with_its_line_and_books_nothing(
    front: Front, trade: Trade, line: str, said: str
) -> None:
    status, shown = upload(front.member(trade.operator), f"account,name,amount_usd\r\n{line}\r\n")
    assert status == 422
    assert said in shown
    assert journals("opening_balances") == 0


def test_the_list_asks_as_often_for_many_as_for_one(trade: Trade) -> None:
    def listed() -> int:
        with reading() as session:
            return queries_of(session, lambda: hand_entries(session))

    capital(trade, 1, "ABA-10")
    few = listed()
    for number in range(5):
        capital(trade, 1, f"ABA-11-{number}")
    assert listed() == few
