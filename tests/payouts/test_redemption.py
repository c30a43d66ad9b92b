"""From released money to the seller's bank, on a real chain."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from uuid import UUID, uuid4

import pytest

from app.audit.models import AuditEntry
from app.db.session import in_transaction, reading, transaction
from app.errors import DomainError
from app.identity.actor import Actor
from app.identity.errors import OperatorNeeded, ShopNotFound
from app.orders.actions.confirm_receipt import confirm_receipt
from app.payouts.actions.decide_redemption import approve_redemption, refuse_redemption
from app.payouts.actions.make_bank_file import make_bank_file
from app.payouts.actions.mark_paid import mark_paid
from app.payouts.actions.request_redemption import request_redemption
from app.payouts.actions.set_bank_account import set_bank_account
from app.payouts.bank_file import COLUMNS, bank_file_csv
from app.payouts.errors import (
    BankAccountNeeded,
    BankFilePaid,
    BankReferenceNeeded,
    BankReferenceUsed,
    NotEnoughReleased,
    NothingAsked,
    NothingToPay,
    RedemptionMovedOn,
    RedemptionNotFound,
    RequestChanged,
)
from app.payouts.models import Redemption
from app.payouts.queries import redemption_page, seller_money
from app.payouts.rules import bank_account
from app.shipping.rules import RateTerms
from tests.support.trade import Shop, Trade, buyer_of

ABA = bank_account(holder="Sothy's Farm", bank="ABA Bank", number="000 123 456", bic="ABAAKHPP")
UNIT = 10_000
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture
def paid_seller(trade: Trade) -> Shop:
    """A shop with 95.00 released: an order of 100.00 less 5 percent."""
    shop = trade.shop_of(rates=[RateTerms("domestic", "Parcel", "VET Express", 1, 3, 0)])
    with transaction() as session:
        set_bank_account(session, shop.owner, shop.id, ABA)
    release(trade, shop, 10_000)
    return shop


def release(trade: Trade, shop: Shop, cents: int) -> None:
    group = trade.shipped_order(shop, price=cents)
    with transaction() as session:
        confirm_receipt(session, buyer_of(group), group.orders[0].id, now=trade.now())
    trade.settle()


def ask(shop: Shop, cents: int, *, actor: Actor | None = None, token: UUID | None = None) -> UUID:
    with transaction() as session:
        asked = request_redemption(session, actor or shop.owner, shop.id, cents=cents, form_token=token or uuid4())
        return asked.id


def state(redemption_id: UUID) -> str:
    with reading() as session:
        return session.get_one(Redemption, redemption_id).state


def money(shop: Shop):
    with reading() as session:
        return seller_money(session, shop.id)


def burned(trade: Trade, shop: Shop, cents: int) -> UUID:
    asked = ask(shop, cents)
    with transaction() as session:
        approve_redemption(session, trade.operator, asked, now=NOW)
    trade.settle()
    return asked


def test_released_money_goes_through_burning_to_the_bank_and_every_step_is_booked(
    trade: Trade, paid_seller: Shop
) -> None:
    assert money(paid_seller).redeemable_cents == 9_500
    asked = ask(paid_seller, 9_000)
    assert (money(paid_seller).redeemable_cents, money(paid_seller).in_redemption_cents) == (500, 9_000)
    assert money(paid_seller).released == 500 * UNIT
    with transaction() as session:
        approve_redemption(session, trade.operator, asked, now=NOW)
    assert state(asked) == "burning"
    trade.settle()
    assert state(asked) == "burned"
    assert trade.books("2200", owner=paid_seller.id) == 500 * UNIT
    assert trade.books("2210", "USD") == 9_000
    trade.books_equal_chain()
    with transaction() as session:
        file = make_bank_file(session, trade.operator)
        mark_paid(session, trade.operator, file.id, bank_reference="ABA-1", paid_at=NOW)
    assert state(asked) == "paid"
    assert trade.books("2210", "USD") == 0
    assert money(paid_seller).paid_out_cents == 9_000
    with reading() as session:
        acts = {entry.action for entry in session.query(AuditEntry)}
    assert {"redemption.approve", "bank_file.make", "bank_file.mark_paid", "shop.set_bank_account"} <= acts


def test_a_request_sent_twice_is_one_and_with_another_amount_refused(paid_seller: Shop) -> None:
    token = uuid4()
    assert ask(paid_seller, 100, token=token) == ask(paid_seller, 100, token=token)
    with pytest.raises(RequestChanged):
        ask(paid_seller, 200, token=token)
    assert money(paid_seller).in_redemption_cents == 100


@pytest.mark.parametrize(("cents", "error"), [(0, NothingAsked), (-1, NothingAsked), (9_501, NotEnoughReleased)])
def test_only_what_is_released_can_be_asked_for(paid_seller: Shop, cents: int, error: type[DomainError]) -> None:
    with pytest.raises(error):
        ask(paid_seller, cents)
    assert money(paid_seller).in_redemption_cents == 0


def test_eight_requests_at_once_share_what_is_there(paid_seller: Shop) -> None:
    start = Barrier(8)

    def want(_number: int) -> bool:
        start.wait()
        try:
            in_transaction(
                lambda session: request_redemption(
                    session, paid_seller.owner, paid_seller.id, cents=3_000, form_token=uuid4()
                )
            )
        except NotEnoughReleased:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(want, range(8))) == 3
    assert money(paid_seller).redeemable_cents == 500


def test_without_a_bank_account_nothing_can_be_asked_for(trade: Trade) -> None:
    shop = trade.shop_of()
    with pytest.raises(BankAccountNeeded):
        ask(shop, 100)


def test_strangers_neither_ask_nor_approve_nor_see(trade: Trade, paid_seller: Shop) -> None:
    stranger = trade.shop_of(name="Others").owner
    with pytest.raises(ShopNotFound):
        ask(paid_seller, 100, actor=stranger)
    with pytest.raises(ShopNotFound), transaction() as session:
        set_bank_account(session, stranger, paid_seller.id, ABA)
    asked = ask(paid_seller, 100)
    for person in (stranger, paid_seller.owner):
        with pytest.raises(RedemptionNotFound), transaction() as session:
            approve_redemption(session, person, asked, now=NOW)
        with pytest.raises(OperatorNeeded), transaction() as session:
            make_bank_file(session, person)
    with reading() as session:
        assert redemption_page(session, stranger).rows == []
        assert len(redemption_page(session, paid_seller.owner).rows) == 1
        assert len(redemption_page(session, trade.operator).rows) == 1


def test_refused_money_can_be_asked_for_again(trade: Trade, paid_seller: Shop) -> None:
    asked = ask(paid_seller, 9_500)
    with transaction() as session:
        refuse_redemption(session, trade.operator, asked, reason="The account belongs to somebody else.")
    assert money(paid_seller).redeemable_cents == 9_500
    with pytest.raises(RedemptionMovedOn), transaction() as session:
        approve_redemption(session, trade.operator, asked, now=NOW)


def test_approving_twice_burns_once(trade: Trade, paid_seller: Shop) -> None:
    asked = ask(paid_seller, 5_000)
    for _ in range(2):
        with transaction() as session:
            approve_redemption(session, trade.operator, asked, now=NOW)
        trade.settle()
    assert trade.books("2200", owner=paid_seller.id) == 4_500 * UNIT
    with pytest.raises(RedemptionMovedOn), transaction() as session:
        refuse_redemption(session, trade.operator, asked, reason="Too late.")


def test_the_bank_file_holds_each_redemption_once(trade: Trade, paid_seller: Shop) -> None:
    asked = burned(trade, paid_seller, 1_234)
    with transaction() as session:
        file = make_bank_file(session, trade.operator)
        in_it = session.query(Redemption).filter_by(bank_file_id=file.id).all()
        text = bank_file_csv(in_it)
    (line,) = csv.DictReader(io.StringIO(text))
    assert tuple(line) == COLUMNS
    assert (line["payment_id"], line["amount"], line["currency"]) == (str(asked), "12.34", "USD")
    assert (line["beneficiary"], line["account"], line["bic"]) == ("Sothy's Farm", "000123456", "ABAAKHPP")
    with pytest.raises(NothingToPay), transaction() as session:
        make_bank_file(session, trade.operator)


def test_a_bank_reference_pays_one_file_once(trade: Trade, paid_seller: Shop) -> None:
    files = []
    for _ in range(2):
        burned(trade, paid_seller, 1_000)
        with transaction() as session:
            files.append(make_bank_file(session, trade.operator).id)

    def pay(file_id: UUID, reference: str) -> None:
        with transaction() as session:
            mark_paid(session, trade.operator, file_id, bank_reference=reference, paid_at=NOW)

    with pytest.raises(BankReferenceNeeded):
        pay(files[0], "  ")
    with pytest.raises(BankReferenceNeeded):
        pay(files[0], "-")
    pay(files[0], "ABA-7")
    pay(files[0], "ABA-7")
    pay(files[0], "aba 7")
    assert trade.books("2210", "USD") == 1_000
    for alike in ("ABA-7", "aba7", "\uff21\uff22\uff21-\uff17"):
        with pytest.raises(BankReferenceUsed):
            pay(files[1], alike)
    with pytest.raises(BankFilePaid):
        pay(files[0], "ABA-8")


@pytest.mark.parametrize("name", ["=cmd|x", "@+cmd|x", "\n=cmd|x", "\uff1dcmd|x", "===", "+-+-"])
def test_names_that_look_like_formulas_are_made_harmless(name: str) -> None:
    """The bank gets the name without, and no letter that is not in it."""
    account = {"holder": name, "bank": "@bank", "number": "1234", "bic": ""}
    redemption = Redemption(id=uuid4(), amount_cents=5, bank_account=account)
    (line,) = csv.DictReader(io.StringIO(bank_file_csv([redemption])))
    assert (line["beneficiary"], line["bank"], line["amount"]) == ("cmd|x" if "cmd" in name else "", "bank", "0.05")


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("holder", {"holder": ""}),
        ("bank", {"bank": "x" * 71}),
        ("number", {"number": "12"}),
        ("number", {"number": "12-abc"}),
        ("number", {"number": "DE89 3704 0044 0532 0130 01"}),
        ("number", {"number": "TL38 0080 0123 4567 8910 158"}),
        ("number", {"number": "=1+1"}),
        ("bic", {"bic": "ABA"}),
        ("holder", {"holder": "a\x00b"}),
    ],
)
def test_an_unusable_bank_account_is_refused_at_its_field(field: str, values: dict[str, str]) -> None:
    with pytest.raises(DomainError) as refused:
        bank_account(**{"holder": "Sothy", "bank": "ABA", "number": "00123456", "bic": "", **values})
    assert refused.value.field == field


@pytest.mark.parametrize("number", ["000 123 456", "12345", "0012-345-67-8", "TL38 0080 0123 4567 8910 157", "១២៣៤៥៦"])
def test_account_numbers_as_banks_of_the_region_write_them_are_taken(number: str) -> None:
    assert bank_account(holder="Sothy", bank="ABA", number=number).number.isascii()
