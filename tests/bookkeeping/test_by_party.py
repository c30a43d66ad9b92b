"""Balances from before the market began, by party: previewed, booked once, paid by bank, taken back, tied out."""

import io
from datetime import UTC, datetime
from threading import Thread
from uuid import UUID

import openpyxl
import pytest

from app.bookkeeping.actions.book_opening import book_opening
from app.bookkeeping.actions.settle_carried import settle_carried
from app.bookkeeping.actions.take_back import take_back
from app.bookkeeping.errors import (
    BookkeeperNeeded,
    CarriedLess,
    CarriedNotFound,
    EntryKnownDifferently,
    OpeningSettled,
    OpeningUncovered,
)
from app.bookkeeping.queries.entries import hand_entries, openings
from app.bookkeeping.queries.parties import carried
from app.bookkeeping.rules import Opening, PartyBalance
from app.db.session import in_transaction, reading, transaction
from app.errors import DomainError
from app.identity.models import Organization, User
from app.ledger.queries import reserve_cents
from app.privacy.queries import matters_of, subject_of_account
from app.privacy.rules import Reason
from app.reports.open_items import open_accounts
from tests.support.front import Front, Visitor
from tests.support.outcome import requires_tie_out
from tests.support.trade import Shop, Trade

BEFORE = datetime(2020, 1, 1, tzinfo=UTC)
LATER = datetime(2026, 11, 2, tzinfo=UTC)


def slug(shop: Shop) -> str:
    with reading() as session:
        return session.get_one(Organization, shop.id).slug


def email(user_id: UUID | None) -> str:
    assert user_id is not None
    with reading() as session:
        return session.get_one(User, user_id).email or ""


def opened(trade: Trade, *parties: PartyBalance, bank: int = 100_000) -> UUID:
    opening = Opening({"1010": bank}, parties)
    return in_transaction(lambda session: book_opening(session, trade.operator, opening, at=BEFORE))


def settle(trade: Trade, number: str, owner: UUID, cents: int, reference: str = "ABA-1") -> UUID:
    return in_transaction(
        lambda session: settle_carried(
            session, trade.operator, number, owner, cents=cents, reference=reference, at=LATER
        )
    )


def still_open() -> dict[tuple[str, str], int]:
    with reading() as session:
        return {(one.number, one.name): one.cents for one in carried(session)}


def sent(operator: Visitor, **fields: object) -> tuple[int, str]:
    page = operator.look("/books/opening")
    answer = operator.send(page, "/books/opening", day="2020-01-01", **fields)
    return answer.status_code, answer.get_data(as_text=True).replace("\u00a0", " ").replace("\u200b", "")


def test_a_file_by_party_is_shown_with_names_booked_once_and_ties_out(front: Front, trade: Trade) -> None:
    shop, firm, buyer = trade.shop_of(name="Sothy's Farm"), trade.shop_of(name="Mekong, Silk & Co"), trade.person()
    operator = front.member(trade.operator)
    template = operator.look("/books/opening.csv").removeprefix("\ufeff").splitlines()
    assert [line.split(",")[0] for line in template] == [
        "account", "1010", "1300", "2300", "2400", "2410", "4100", "5100", "5110", "5120",
    ]  # fmt: skip
    said = [
        template[0], '1010,Bank,"2,500.00",', f'2400,Owed,"1,200.00",{slug(shop)}',
        '1300,Owed,75.50,"Mekong, Silk & Co"', f"2410,Owed,20,{email(buyer.user_id).upper()}",
    ]  # fmt: skip
    file = (io.BytesIO("\r\n".join(said).encode("utf-8-sig")), "opening.csv")
    status, shown = sent(operator, file=file)
    assert status == 200
    for words in ("Sothy&#39;s Farm", "Mekong, Silk &amp; Co", email(buyer.user_id), "1,355.50"):
        assert words in shown, words
    assert still_open() == {}
    parties = f"2400; {slug(shop)}; 1,200.00\n1300; Mekong, Silk & Co; 75.50\n2410; {email(buyer.user_id)}; 20"
    for _ in range(2):
        answer = operator.send(shown, "/books/opening", day="2020-01-01", a1010="2,500.00", parties=parties, seen="1")
    assert answer.status_code in (303, 422)  # the second time nothing is booked
    with reading() as session:
        assert len(openings(session)) == 1
    assert still_open() == {
        ("1300", "Mekong, Silk & Co"): 7_550,
        ("2400", "Sothy's Farm"): 120_000,
        ("2410", email(buyer.user_id)): 2_000,
    }
    assert trade.books("2400", "USD", shop.id) == 120_000
    assert trade.books("1300", "USD", firm.id) == 7_550
    trade.settle()
    requires_tie_out()
    with reading() as session:
        accounts = open_accounts(session, trade.operator, before=datetime.now(UTC))
    items = {one.number: ([item.about for item in one.items], one.difference) for one in accounts}
    assert items["2400"] == (["Sothy's Farm"], 0)
    assert items["1300"] == (["Mekong, Silk & Co"], 0)
    assert items["2410"] == ([email(buyer.user_id)], 0)


def test_an_excel_file_is_read_as_well(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    book = openpyxl.Workbook()
    for row in (("account", "name", "amount_usd", "party"), ("1010", "Bank", 300, None), (2400, "", 120.5, slug(shop))):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    content.seek(0)
    status, shown = sent(front.member(trade.operator), file=(content, "opening.xlsx"))
    assert (status, "120.50" in shown, "179.50" in shown) == (200, True, True)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2400; nobody-here; 5", "Line 1: nobody here is “nobody-here”."),
        ("2410; sothys-farm; 5", "nobody here is"),
        ("2400; Sothy's Farm; 5", "several are called"),
        ("2400; ; 5", "Say whose it is."),
        ("2400; sothys-farm; 0", "enter an amount above zero"),
        ("2400; sothys-farm; -5", "“-5” is less than zero"),
        ("2400; sothys-farm; much", "much"),
        ("2400; sothys-farm; 5\n2400; SOTHYS-FARM; 6", "Line 2: this is in the file already."),
        ("1200; sothys-farm; 5", "account 1200 takes no opening balance"),
        ("2400 sothys-farm 5", "Line 1 cannot be read."),
        ("2400; <script>alert(1)</script>; 5", "nobody here is “&lt;script&gt;alert(1)&lt;/script&gt;”"),
    ],
)
def test_a_line_with_a_mistake_is_named_and_nothing_is_booked(front: Front, trade: Trade, line: str, said: str) -> None:
    for _ in range(2):
        trade.shop_of(name="Sothy's Farm")
    status, shown = sent(front.member(trade.operator), a1010="100", parties=line)
    assert (status, said in shown) == (422, True), shown[shown.find("error-summary") :][:800]
    with reading() as session:
        assert openings(session) == []


def test_what_is_owed_is_no_reserve_and_has_to_be_covered_by_the_bank(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    with reading() as session:
        spare = reserve_cents(session)
    with pytest.raises(OpeningUncovered):
        opened(trade, PartyBalance("2400", shop.id, spare + 10_001), bank=10_000)
    opened(trade, PartyBalance("2400", shop.id, spare + 10_000), bank=10_000)
    with reading() as session:
        assert reserve_cents(session) == 0
    trade.settle()
    requires_tie_out()


def test_it_is_paid_in_parts_once_per_bank_reference_and_never_more_than_is_open(front: Front, trade: Trade) -> None:
    shop, buyer = trade.shop_of(), trade.person()
    assert buyer.user_id is not None
    opened(
        trade,
        PartyBalance("2400", shop.id, 5_000),
        PartyBalance("1300", shop.id, 900),
        PartyBalance("2410", buyer.user_id, 700),
    )
    bank = trade.books("1010", "USD")
    with reading() as session:
        reserve = reserve_cents(session)
    for reference in ("ABA 7-1", "aba71"):
        settle(trade, "2400", shop.id, 3_000, reference)
    with pytest.raises(EntryKnownDifferently):
        settle(trade, "2400", shop.id, 1_000, "ABA-71")
    with pytest.raises(CarriedLess):
        settle(trade, "2400", shop.id, 2_001, "ABA-2")
    settle(trade, "2400", shop.id, 2_000, "ABA-2")
    settle(trade, "1300", shop.id, 900, "ABA-3")
    assert trade.books("1010", "USD") == bank - 5_000 + 900
    assert list(still_open().values()) == [700]
    with reading() as session:
        assert reserve_cents(session) == reserve + 900
        assert [one.event for one in hand_entries(session).rows][:2] == ["carried_received", "carried_paid"]
    for number, owner in (("2400", shop.id), ("1010", shop.id), ("2410", shop.id)):
        with pytest.raises(CarriedNotFound):
            settle(trade, number, owner, 1, "ABA-4")
    with pytest.raises(BookkeeperNeeded), transaction() as session:
        settle_carried(session, shop.owner, "2410", buyer.user_id, cents=1, reference="ABA-5", at=LATER)
    trade.settle()
    requires_tie_out()


def test_two_transfers_at_the_same_moment_pay_no_more_than_is_open(trade: Trade) -> None:
    shop = trade.shop_of()
    opened(trade, PartyBalance("2400", shop.id, 1_000))
    refused: list[DomainError] = []

    def pay(reference: str) -> None:
        try:
            settle(trade, "2400", shop.id, 600, reference)
        except DomainError as error:
            refused.append(error)

    threads = [Thread(target=pay, args=(f"ABA-{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(error) for error in refused] == [CarriedLess] * 3
    assert list(still_open().values()) == [400]


def test_it_is_reversed_by_a_journal_only_after_what_was_paid_of_it(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    opening = opened(trade, PartyBalance("2400", shop.id, 1_000))
    paid = settle(trade, "2400", shop.id, 400)
    with pytest.raises(OpeningSettled), transaction() as session:
        take_back(session, trade.operator, opening, reason="Typed wrong.")
    for journal, left in ((paid, [1_000]), (opening, [])):
        with transaction() as session:
            take_back(session, trade.operator, journal, reason="Typed wrong.")
        assert list(still_open().values()) == left
    opened(trade, PartyBalance("2400", shop.id, 2_000))
    settle(trade, "2400", shop.id, 400)  # the same reference can be booked anew
    assert list(still_open().values()) == [1_600]
    trade.settle()
    requires_tie_out()


def test_the_page_lists_what_is_open_and_books_a_payment(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    opened(trade, PartyBalance("2400", shop.id, 1_000))
    operator = front.member(trade.operator)
    page = operator.look("/books/opening")
    assert "Still open from before the market began" in page
    path = f"/books/opening/2400/{shop.id}"
    assert f'href="{path}"' in page
    wrong = operator.fill(path, amount="10.01", reference="ABA 9", day="2026-11-02")
    assert (wrong.status_code, "Only $10.00 of this is still open." in wrong.get_data(as_text=True)) == (422, True)
    assert operator.fill(path, amount="10.00", reference="ABA 9", day="2026-11-02").status_code == 303
    assert "Still open" not in operator.look("/books/opening")
    assert "Paid from before" in operator.look("/books/by-hand")
    assert operator.browser.get(path).status_code == 404
    assert front.member(shop.owner).browser.get("/books/opening").status_code == 403


def test_who_is_still_owed_from_before_is_not_erased_until_it_is_paid(trade: Trade) -> None:
    buyer = trade.person()
    assert buyer.user_id is not None
    opened(trade, PartyBalance("2410", buyer.user_id, 700))

    def reasons() -> list[Reason]:
        assert buyer.user_id is not None
        with reading() as session:
            return [one.reason for one in matters_of(session, subject_of_account(session, buyer.user_id))]

    assert reasons() == [Reason.OWED]
    settle(trade, "2410", buyer.user_id, 700)
    assert reasons() == []
