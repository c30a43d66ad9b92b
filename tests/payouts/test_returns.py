"""Payments that did not reach the seller: sent back by the bank, or never taken; and paid again."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.audit.models import AuditEntry
from app.banking.actions.keep_statement import StatementFile, keep_statement
from app.banking.models import BankLine
from app.banking.rules import read_statement
from app.config.days import market_day
from app.db.session import in_transaction, reading, transaction
from app.errors import DomainError
from app.identity.actions.grant_role import grant_role
from app.identity.queries import actor_of
from app.ledger.models import Journal
from app.notify.models import OutgoingMail
from app.payouts.actions.make_bank_file import make_bank_file
from app.payouts.actions.mark_paid import mark_paid
from app.payouts.actions.pay_again import pay_again
from app.payouts.actions.record_return import CameBack, record_came_back, record_not_taken
from app.payouts.actions.set_bank_account import set_bank_account
from app.payouts.bank_file import bank_file_csv
from app.payouts.errors import (
    BankFileEmpty,
    BankLineUsed,
    BankReferenceNeeded,
    RedemptionMovedOn,
    RedemptionNotFound,
    ReturnReferenceUsed,
    ReturnTooMuch,
)
from app.payouts.models import PayoutReturn, Redemption
from app.payouts.queries import lines_that_may_be, payments_in, seller_money
from app.payouts.rules import bank_account
from app.reconciliation.outside import check_now
from tests.payouts.test_pages import a_paid_shop
from tests.payouts.test_redemption import burned, state
from tests.support.front import Front
from tests.support.programs import Program, a_token
from tests.support.trade import Trade

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
RIGHT = bank_account(holder="Sothy's Farm", bank="Wing Bank", number="999888777", bic="")
WRONG = "The account number does not exist."
STATEMENT = (
    "Date,Transaction Details,Money In,Ccy,Money Out,Ccy,Balance,Ccy\r\n"
    '25 Nov 2026,RETURN OF PHSAR,48.00,USD,,,"1,048.00",USD\r\n'
    '25 Nov 2026,SOMETHING ELSE,480.00,USD,,,"1,528.00",USD\r\n'
)


class Bank:
    """A shop with 95.00 released, and what the market's bank does with its payouts."""

    def __init__(self, front: Front, trade: Trade) -> None:
        self.front, self.trade = front, trade
        self.shop = a_paid_shop(trade)

    def file_of(self, redemption: UUID | None = None, cents: int = 5_000) -> tuple[UUID, UUID]:
        """(redemption, bank file)"""
        redemption = redemption or burned(self.trade, self.shop, cents)
        return redemption, in_transaction(lambda s: make_bank_file(s, self.trade.operator).id)

    def pay(self, file: UUID, reference: str = "ABA-1", at: datetime = NOW) -> None:
        in_transaction(lambda s: mark_paid(s, self.trade.operator, file, bank_reference=reference, paid_at=at).id)

    def paid(self, cents: int = 5_000, reference: str = "ABA-1") -> tuple[UUID, UUID]:
        redemption, file = self.file_of(cents=cents)
        self.pay(file, reference)
        return redemption, file

    def comes_back(self, redemption: UUID, came: CameBack | None = None, attempt: int = 1) -> None:
        came = came or CameBack(reference="RET-1", cents=5_000, on=date(2026, 11, 26))
        operator = self.trade.operator
        in_transaction(lambda s: record_came_back(s, operator, redemption, attempt=attempt, came=came, reason=WRONG).id)

    def is_not_taken(self, redemption: UUID, attempt: int = 1) -> None:
        operator = self.trade.operator
        in_transaction(lambda s: record_not_taken(s, operator, redemption, attempt=attempt, reason=WRONG, now=NOW).id)

    def again(self, redemption: UUID, failed: int = 1) -> None:
        in_transaction(lambda s: pay_again(s, self.shop.owner, redemption, failed=failed).id)

    def correct(self) -> None:
        in_transaction(lambda s: set_bank_account(s, self.shop.owner, self.shop.id, RIGHT).id)

    def csv_of(self, file: UUID) -> list[dict[str, str]]:
        with reading() as session:
            return list(csv.DictReader(io.StringIO(bank_file_csv(payments_in(session, file)))))

    def take_in(self, content: str = STATEMENT) -> list[BankLine]:
        file = StatementFile("november.csv", content.encode(), "aba", "000123456")
        in_transaction(
            lambda s: keep_statement(s, self.trade.operator, file, read_statement(file.content, "aba", "USD"))
        )
        with reading() as session:
            return list(session.query(BankLine).order_by(BankLine.amount_minor))

    def money(self):
        with reading() as session:
            return seller_money(session, self.shop.id)

    def balances(self) -> tuple[int, int, int]:
        """Bank, owed by bank, charges of banks."""
        return tuple(self.trade.books(number, "USD") for number in ("1010", "2210", "5140"))  # type: ignore[return-value]

    def ties(self) -> None:
        found = check_now()
        wrong = [row for row in found.rows if not row.ties and row.key in ("bank", "redemptions")]
        mine = [one for one in found.findings if one.row in ("bank", "redemptions")]
        assert (wrong, mine) == ([], [])


@pytest.fixture
def bank(front: Front, trade: Trade) -> Bank:
    return Bank(front, trade)


def test_what_the_bank_sends_back_is_owed_again_and_paid_to_the_corrected_account(bank: Bank) -> None:
    redemption, first = bank.paid()
    before = bank.balances()
    bank.comes_back(redemption)
    assert state(redemption) == "returned"
    assert bank.balances() == (before[0] + 5_000, 5_000, 0)
    assert (bank.money().in_redemption_cents, bank.money().paid_out_cents) == (5_000, 0)
    bank.ties()
    bank.correct()
    bank.again(redemption)
    _, second = bank.file_of(redemption)
    (line,) = bank.csv_of(second)
    assert (line["payment_id"], line["account"], line["amount"]) == (f"{redemption}-2", "999888777", "50.00")
    assert line["reference"].endswith(" 2")
    (old,) = bank.csv_of(first)
    assert (old["payment_id"], old["account"]) == (str(redemption), "000123456")
    bank.pay(second, "ABA-2")
    assert state(redemption) == "paid"
    assert bank.balances() == before
    assert (bank.money().in_redemption_cents, bank.money().paid_out_cents) == (0, 5_000)
    bank.ties()
    with reading() as session:
        keys = [j.key for j in session.query(Journal).filter(Journal.key.startswith(f"redemption:{redemption}"))]
    name = f"redemption:{redemption}"
    assert sorted(keys) == sorted([f"{name}:paid", f"{name}:returned:1", f"{name}:paid:2"])


def test_a_payment_may_come_back_twice(bank: Bank) -> None:
    redemption, _ = bank.paid()
    bank.comes_back(redemption)
    bank.again(redemption)
    _, second = bank.file_of(redemption)
    bank.pay(second, "ABA-2")
    bank.comes_back(redemption, CameBack(reference="RET-2", cents=5_000, on=date(2026, 11, 28)), attempt=2)
    assert bank.balances()[1] == 5_000
    bank.ties()


def test_what_the_banks_keep_of_it_the_market_bears(bank: Bank) -> None:
    redemption, _ = bank.paid()
    before = bank.balances()
    bank.comes_back(redemption, CameBack(reference="RET-1", cents=4_800, on=date(2026, 11, 26)))
    assert bank.balances() == (before[0] + 4_800, 5_000, 200)
    bank.ties()


def test_a_payment_the_bank_did_not_take_leaves_its_file_and_books_nothing(bank: Bank) -> None:
    redemption, file = bank.file_of()
    other = burned(bank.trade, bank.shop, 1_000)
    before = bank.balances()
    bank.is_not_taken(redemption)
    assert (state(redemption), bank.balances()) == ("returned", before)
    with pytest.raises(BankFileEmpty):
        bank.pay(file)
    bank.again(redemption)
    _, second = bank.file_of(redemption)
    assert {line["payment_id"] for line in bank.csv_of(second)} == {f"{redemption}-2", str(other)}
    bank.pay(second, "ABA-2")
    assert bank.balances()[1] == 0
    bank.ties()


def test_the_rest_of_a_file_is_paid_when_the_bank_did_not_take_one_of_it(bank: Bank) -> None:
    bad, good = burned(bank.trade, bank.shop, 2_000), burned(bank.trade, bank.shop, 3_000)
    _, file = bank.file_of(good)
    bank.is_not_taken(bad)
    bank.pay(file)
    assert (state(bad), state(good)) == ("returned", "paid")
    assert bank.balances()[1] == 2_000
    bank.ties()


def test_recorded_twice_and_pressed_twice_each_happens_once(bank: Bank) -> None:
    redemption, _ = bank.paid()
    for _time in range(2):
        bank.comes_back(redemption)
    bank.again(redemption)
    bank.again(redemption)
    bank.file_of(redemption)
    bank.comes_back(redemption)  # the page of the first payment, sent again
    bank.is_not_taken(redemption)
    assert (state(redemption), bank.balances()[1]) == ("burned", 5_000)
    bank.is_not_taken(redemption, attempt=2)
    with pytest.raises(RedemptionMovedOn):
        bank.again(redemption, failed=1)
    assert state(redemption) == "returned"


def test_two_operators_at_once_book_one_line_of_the_bank_for_one_payment(bank: Bank) -> None:
    payments = [bank.paid(cents=cents, reference=f"ABA-{cents}")[0] for cents in (4_800, 4_700)]
    (line, _) = bank.take_in(STATEMENT.replace("48.00", "47.00", 1))
    start = Barrier(2)

    def record(redemption: UUID) -> str:
        start.wait()
        try:
            bank.comes_back(redemption, CameBack(line_id=line.id))
        except BankLineUsed:
            return "used"
        return "booked"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(record, payments)) == ["booked", "used"]
    bank.ties()


def test_amount_day_and_reference_are_those_of_the_banks_line(bank: Bank) -> None:
    redemption, _ = bank.paid()
    line, too_much = bank.take_in()
    with reading() as session:
        found = session.scalars(lines_that_may_be(session.get_one(Redemption, redemption), NOW.date())).all()
    assert [one.id for one in found] == [line.id]
    with pytest.raises(BankLineUsed):
        bank.comes_back(redemption, CameBack(line_id=too_much.id))
    bank.comes_back(redemption, CameBack(line_id=line.id, cents=1, on=date(2026, 11, 1), reference="typed"))
    assert bank.balances()[2] == 200
    with reading() as session:
        failed = session.query(PayoutReturn).one()
        assert (failed.back_cents, market_day(failed.at), failed.bank_line_id) == (4_800, date(2026, 11, 25), line.id)
        assert "RETURN OF PHSAR" in failed.bank_reference


@pytest.mark.parametrize(
    ("came", "refused"),
    [
        (CameBack(reference="RET-1", cents=0), ReturnTooMuch),
        (CameBack(reference="RET-1", cents=5_001), ReturnTooMuch),
        (CameBack(reference=" - ", cents=5_000), BankReferenceNeeded),
        (CameBack(reference="x" * 71, cents=5_000), BankReferenceNeeded),
        (CameBack(line_id=uuid4()), BankLineUsed),
    ],
)
def test_what_cannot_have_come_back_is_refused(bank: Bank, came: CameBack, refused: type[DomainError]) -> None:
    redemption, _ = bank.paid()
    with pytest.raises(refused):
        bank.comes_back(redemption, came)
    assert (state(redemption), bank.balances()[1]) == ("paid", 0)


def test_one_reference_is_one_payment_that_came_back(bank: Bank) -> None:
    first, second = bank.paid(1_000, "ABA-1")[0], bank.paid(1_000, "ABA-2")[0]
    bank.comes_back(first, CameBack(reference="RET-7", cents=1_000))
    with pytest.raises(ReturnReferenceUsed):
        bank.comes_back(second, CameBack(reference="ret 7", cents=1_000))
    assert state(second) == "paid"


def test_it_is_not_booked_before_the_payment_itself(bank: Bank) -> None:
    redemption, _ = bank.paid()
    bank.comes_back(redemption, CameBack(reference="RET-1", cents=5_000, on=date(2026, 11, 20)))
    with reading() as session:
        booked = session.query(Journal).filter_by(event="redemption_returned").one()
        assert booked.effective_at == NOW


def test_strangers_record_nothing_and_send_nothing(bank: Bank) -> None:
    redemption, _ = bank.paid()
    stranger = bank.trade.shop_of(name="Others").owner
    came = CameBack(reference="RET-1", cents=5_000)
    for person in (stranger, bank.shop.owner):
        with pytest.raises(RedemptionNotFound), transaction() as session:
            record_came_back(session, person, redemption, attempt=1, came=came, reason=WRONG)
        with pytest.raises(RedemptionNotFound), transaction() as session:
            record_not_taken(session, person, redemption, attempt=1, reason=WRONG, now=NOW)
    bank.comes_back(redemption)
    with pytest.raises(RedemptionNotFound), transaction() as session:
        pay_again(session, stranger, redemption, failed=1)
    assert state(redemption) == "returned"


def test_what_is_asked_for_or_not_in_a_file_cannot_have_failed(bank: Bank) -> None:
    redemption = burned(bank.trade, bank.shop, 5_000)
    with pytest.raises(RedemptionMovedOn):
        bank.is_not_taken(redemption)
    with pytest.raises(RedemptionMovedOn):
        bank.comes_back(redemption)
    with pytest.raises(RedemptionMovedOn):
        bank.again(redemption, failed=0)


def test_the_seller_reads_why_in_a_mail_and_has_it_paid_again_by_pages_alone(bank: Bank) -> None:
    redemption, file = bank.paid()
    boss, owner = bank.front.member(bank.trade.operator), bank.front.member(bank.shop.owner)
    path = f"/console/redemptions/{redemption}/failed"
    assert path in boss.look(f"/console/bank-files/{file}")
    page = boss.look(path)
    assert "No line of a bank statement" in page
    bank.take_in()
    page = boss.look(path)
    assert "RETURN OF PHSAR" in page
    assert "SOMETHING ELSE" not in page
    refused = boss.send(page, path, reason=WRONG, bank_reference="", amount="50.00")
    assert refused.status_code == 422
    with reading() as session:
        line = session.query(BankLine).filter_by(amount_minor=4_800).one().id
    assert boss.send(page, path, line="nonsense", reason=WRONG).status_code == 422
    for _time in range(2):
        assert boss.send(page, path, line=str(line), reason=WRONG).status_code == 303
    assert WRONG in boss.look(path)
    assert "sent back" in boss.look(f"/console/bank-files/{file}")
    assert WRONG in boss.look("/console/redemptions?state=returned")
    with reading() as session:
        mail = session.query(OutgoingMail).filter(OutgoingMail.key.startswith("redemption:")).one()
    assert "$50.00 did not reach your bank" in mail.subject
    assert WRONG in mail.body
    bank.correct()
    page = owner.look("/desk/money")
    assert WRONG in page
    assert "$50.00 did not reach your bank" in page
    again = f"/desk/money/redemptions/{redemption}/again"
    assert owner.send(page, again).status_code == 303
    assert state(redemption) == "burned"
    assert "999888777" in boss.look("/console/redemptions?state=burned")
    with reading() as session:
        acts = {entry.action for entry in session.query(AuditEntry).filter_by(subject_id=redemption)}
    assert {"redemption.came_back", "redemption.pay_again"} <= acts


def test_an_accountant_of_the_shop_has_it_paid_again(bank: Bank) -> None:
    redemption, _ = bank.paid()
    bank.comes_back(redemption)
    person, shop = bank.trade.person().user_id, bank.shop.id
    with transaction() as session:
        grant_role(session, granted_by=None, organization_id=shop, user_id=person, role="accountant")
        pay_again(session, actor_of(session, person), redemption, failed=1)
    assert state(redemption) == "burned"


def test_the_market_pays_again_from_the_console(bank: Bank) -> None:
    redemption, _ = bank.paid()
    bank.comes_back(redemption)
    boss, path = bank.front.member(bank.trade.operator), f"/console/redemptions/{redemption}/failed"
    page = boss.look(path)
    assert "The shop is owed it again." in page
    assert boss.send(page, f"/console/redemptions/{redemption}/again").status_code == 303
    assert state(redemption) == "burned"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE payout_returns SET cents = 1",
        "DELETE FROM payout_returns",
        "TRUNCATE payout_returns",
    ],
)
def test_what_came_back_is_never_changed(bank: Bank, change: str) -> None:
    redemption, _ = bank.paid()
    bank.comes_back(redemption)
    with pytest.raises(DBAPIError), transaction() as session:
        session.execute(text(change))


def test_the_database_refuses_a_payment_that_waits_and_is_in_a_file(bank: Bank) -> None:
    redemption, file = bank.paid()
    bank.comes_back(redemption)
    with pytest.raises(IntegrityError, match="returned_is_in_no_file"), transaction() as session:
        session.get_one(Redemption, redemption).bank_file_id = file


def test_a_file_the_bank_took_nothing_of_still_stands_in_the_list(bank: Bank) -> None:
    redemption, _ = bank.file_of()
    bank.is_not_taken(redemption)
    page = bank.front.member(bank.trade.operator).look("/console/redemptions")
    assert "$50.00" in page


def test_a_program_has_a_payment_that_came_back_paid_again(front: Front, trade: Trade) -> None:
    bank = Bank(front, trade)
    redemption, _file = bank.paid()
    bank.comes_back(redemption)
    program = Program(front.app, a_token(bank.shop.owner, "payouts", shop=bank.shop.id))
    path = f"/shop/payouts/{redemption}"
    told = program.ask("GET", path)
    assert (told["state"], told["times_failed"]) == ("returned", 1)
    late = program.ask("POST", f"{path}/again", {"times_failed": 2}, status=409)
    assert late["code"] == RedemptionMovedOn.code
    bank.correct()
    sent = program.twice("POST", f"{path}/again", {"times_failed": 1})
    assert (sent["state"], sent["account_ending"]) == ("burned", RIGHT.number[-4:])
    stranger = Program(front.app, a_token(trade.shop_of().owner, "payouts"))
    stranger.ask("POST", f"{path}/again", {"times_failed": 1}, status=404)
