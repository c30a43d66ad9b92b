"""Taking a copy of one's data, and erasing it: nothing of the person is left, and the books are as they were."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from app.config.current import settings
from app.db.session import in_transaction, reading, snapshot, transaction
from app.identity.actor import Actor
from app.identity.models import Organization, User
from app.identity.passwords import hash_password
from app.identity.queries import actor_of
from app.onramp.actions.record_webhook import record_webhook
from app.onramp.stripe_values import VerifiedEvent
from app.orders.models import OrderGroup
from app.privacy.actions.erase_person import erase_account
from app.privacy.actions.export_data import expire_exports
from app.privacy.commands import people
from app.privacy.errors import StillGoingOn
from app.privacy.models import DataExport
from app.privacy.parts import PARTS
from app.reconciliation.outside import check_now
from app.reports.queries import scope_for, settlement_lines
from app.reports.rules import Period
from tests.support.front import Front, Visitor
from tests.support.outcome import mails_to
from tests.support.trade import Shop, Trade

EMAIL, PASSWORD = "zebulon@vandermeer.example", "four words make one"
PERSONAL = ("zebulon", "vandermeer", "wobbly lane", "91 777 888", "91777888", "soggy pepper")
"""Words that stand nowhere but in this person's data."""
CONTACT = {"email": EMAIL, "name": "Zebulon Vandermeer", "phone": "091 777 888"}
ADDRESS = {"country": "KH", "street": "Wobbly Lane 7", "city": "Phnom Penh"}


def rows_with(word: str) -> list[str]:
    """Every table that holds the word anywhere, its columns of bytes and JSON included."""
    tables = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    hexed = word.encode().hex()
    with reading() as session:
        return [
            name
            for name in session.scalars(tables).all()
            if session.scalar(
                text(f"SELECT EXISTS (SELECT FROM {name} AS t WHERE t::text ILIKE :word OR t::text ILIKE :hexed)"),
                {"word": f"%{word}%", "hexed": f"%{hexed}%"},
            )
        ]


def left_of_person() -> set[str]:
    return {table for word in PERSONAL for table in rows_with(word)}


def contents(*tables: str) -> list[Any]:
    with reading() as session:
        return [session.execute(text(f"SELECT t::text FROM {name} AS t ORDER BY 1")).all() for name in tables]


def report(trade: Trade) -> list[Any]:
    """The market's settlement report of two months, line by line."""
    today = datetime.now(UTC).date()
    with snapshot() as session:
        scope = scope_for(session, trade.operator, None)
        period = Period(today - timedelta(days=60), today + timedelta(days=60), scope.time_zone)
        return list(settlement_lines(session, scope, period))


BOOKS = ("ledger_accounts", "journals", "postings", "account_balances", "orders", "order_lines", "order_events")


class Person:
    """Somebody with an account who buys as people do, in a browser, with a card at the card service."""

    def __init__(self, front: Front, trade: Trade) -> None:
        self.front, self.trade = front, trade
        with transaction() as session:
            actor = trade.person(EMAIL)
            user = session.get_one(User, actor.user_id)
            user.password, user.name, user.confirmed_at = hash_password(PASSWORD), CONTACT["name"], datetime.now(UTC)
        self.actor = actor
        self.browser = front.visitor()
        assert self.browser.fill("/sign-in", email=EMAIL, password=PASSWORD).status_code == 303

    def buy(self, shop: Shop, browser: Visitor | None = None) -> OrderGroup:
        browser, goods = browser or self.browser, self.trade.goods(shop)
        browser.add(goods)
        assert browser.fill("/checkout", **CONTACT).status_code == 303
        assert browser.fill("/checkout/address", **ADDRESS).status_code == 303
        assert browser.fill("/checkout/shipping").status_code == 303
        card_page = browser.pay(browser.look("/checkout/review")).headers["Location"]
        back = self.front.come_back(browser, self.front.pay_at_card_service(card_page))
        self.front.hear_all()
        self.front.work()
        self.trade.settle()
        return self._group(UUID(back.headers["Location"].rpartition("/")[2]))

    def _group(self, group_id: UUID) -> OrderGroup:
        with reading() as session:
            return session.get_one(OrderGroup, group_id)

    def receive(self, shop: Shop, group: OrderGroup, browser: Visitor | None = None) -> None:
        browser, number = browser or self.browser, group.orders[0].number
        staff = self.front.member(shop.owner)
        page = staff.look(f"/desk/orders/{number}")
        assert (
            staff.send(page, f"/desk/orders/{number}/ship", carrier="VET Express", tracking="KP 1").status_code == 303
        )
        assert browser.fill(f"/orders/{number}/received").status_code == 303
        self.trade.settle()

    def complain(self, group: OrderGroup, shop: Shop) -> None:
        """Reports a problem, and the seller gives all of it back."""
        number, staff = group.orders[0].number, self.front.member(shop.owner)
        page = staff.look(f"/desk/orders/{number}")
        staff.send(page, f"/desk/orders/{number}/ship", carrier="VET Express", tracking="KP 2")
        self.browser.fill(f"/orders/{number}/problem", reason="damaged", text="A soggy pepper, says Zebulon.")
        self.trade.settle()
        total = f"{group.total_cents / 100:.2f}"
        page = staff.look(f"/desk/orders/{number}")
        refund = f"/desk/orders/{number}/refund"
        assert staff.send(page, refund, amount=total, reason="Sorry, Zebulon.").status_code == 303
        self.trade.settle()
        self.front.work()


@pytest.fixture
def person(front: Front, trade: Trade) -> Iterator[Person]:
    with front.listening():
        yield Person(front, trade)


def opened_copy(visitor: Visitor, path: str) -> dict[str, str]:
    """Follow the link on the page to the ZIP; its files as text."""
    page = visitor.look(path)
    link = page.partition(f'href="{path}/')[2].partition('"')[0]
    answer = visitor.browser.get(f"{path}/{link}")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
        return {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}


def test_a_person_takes_a_copy_of_all_that_is_kept(front: Front, trade: Trade, person: Person) -> None:
    shop = trade.shop_of()
    group = person.buy(shop)
    person.complain(group, shop)
    visitor = person.browser
    visitor.add(trade.goods(shop, title="=Formula pepper"))
    assert visitor.fill("/account/data").status_code == 303
    assert "Your copy is being made" in visitor.look("/account/data")
    visitor.fill("/checkout")  # a form of another page changes nothing about it
    front.work()
    files = opened_copy(visitor, "/account/data")
    assert set(files) == {"README.txt", "data.json", *(f"{name}.csv" for name in PARTS)}
    found = json.loads(files["data.json"])
    assert found["profile"][0]["email"] == EMAIL
    assert found["addresses"] == [{**ADDRESS, "name": CONTACT["name"], "phone": "+855 91 777 888"}]
    number = group.orders[0].number
    assert [row["number"] for row in found["orders"]] == [number]
    assert found["order_lines"][0]["title"] == "Kampot black pepper"
    assert found["problems"][0]["text"] == "A soggy pepper, says Zebulon."
    assert f"Your order {number} is paid" in [row["subject"] for row in found["messages"]]
    assert [row["details"] for row in found["sign_ins"]] == [{"via": "password"}]
    assert found["cart"][0]["goods"] == "=Formula pepper"
    rows = list(csv.reader(io.StringIO(files["cart.csv"])))
    assert rows[1][0] == "'=Formula pepper", "no spreadsheet takes it for a formula"
    assert f"A copy of your data at {settings().market_name} is ready" in mails_to(EMAIL)


def test_a_copy_is_nobody_elses_and_goes_after_a_week(front: Front, trade: Trade, person: Person) -> None:
    person.browser.fill("/account/data")
    front.work()
    with reading() as session:
        export_id = session.query(DataExport.id).scalar()
    path = f"/account/data/{export_id}.zip"
    assert front.member(trade.person()).browser.get(path).status_code == 404
    assert front.visitor().browser.get(path).status_code == 303
    assert person.browser.browser.get(path).status_code == 200
    later = datetime.now(UTC) + timedelta(days=7, minutes=1)
    with transaction() as session:
        assert expire_exports(session, later) == 1
    assert person.browser.browser.get(path).status_code == 404
    with reading() as session:
        assert session.execute(text("SELECT state, content FROM data_exports")).one() == ("expired", None)


def test_asking_twice_makes_one_copy(front: Front, person: Person) -> None:
    page = person.browser.look("/account/data")
    for _ in range(2):
        assert person.browser.send(page, "/account/data").status_code == 303
    front.work()
    with reading() as session:
        assert session.query(DataExport).count() == 1


def test_erasing_leaves_nothing_of_the_person_and_the_books_as_they_were(
    front: Front, trade: Trade, person: Person
) -> None:
    shop = trade.shop_of()
    group = person.buy(shop)
    person.receive(shop, group)
    complained = person.buy(shop)
    person.complain(complained, shop)
    as_guest = front.visitor()
    earlier = person.buy(shop, as_guest)
    person.receive(shop, earlier, as_guest)
    person.browser.fill("/account/data")
    front.work()
    assert left_of_person() >= {
        "users",
        "order_groups",
        "outgoing_mails",
        "card_payments",
        "disputes",
    }
    assert check_now().ties  # books what the card service has made known meanwhile, such as late fees
    before = contents(*BOOKS)
    report_before = report(trade)
    assert report_before

    page = person.browser.look("/account/erase")
    assert "10 years" in page
    answer = person.browser.send(page, "/account/erase", password="not the password")
    assert answer.status_code == 422
    answer = person.browser.send(page, "/account/erase", password=PASSWORD)
    assert answer.status_code == 200
    assert "Your data is erased" in answer.get_data(as_text=True)

    assert left_of_person() == set()
    assert contents(*BOOKS) == before
    assert report(trade) == report_before
    assert check_now().ties
    number = group.orders[0].number
    assert person.browser.browser.get("/account").status_code == 303, "signed out"
    assert front.visitor().fill("/sign-in", email=EMAIL, password=PASSWORD).status_code == 422
    assert front.visitor().browser.get(f"/orders/key/{earlier.access_token}").status_code == 404
    assert "erased" in front.member(shop.owner).look(f"/desk/orders/{number}")
    assert "erased" in front.member(shop.owner).look("/desk/orders?tab=done")


def test_the_address_can_be_used_for_a_new_account(person: Person, trade: Trade) -> None:
    with transaction() as session:
        erase_account(session, person.actor.user_id, now=datetime.now(UTC))
    assert trade.person(EMAIL).user_id != person.actor.user_id


@pytest.mark.parametrize("step", ["unpaid", "in escrow", "refund on its way"])
def test_nothing_is_erased_while_something_goes_on_and_the_page_names_it(
    front: Front, trade: Trade, person: Person, step: str
) -> None:
    shop, visitor = trade.shop_of(), person.browser
    if step == "unpaid":
        visitor.add(trade.goods(shop))
        visitor.fill("/checkout", **CONTACT)
        visitor.fill("/checkout/address", **ADDRESS)
        visitor.fill("/checkout/shipping")
        visitor.pay(visitor.look("/checkout/review"))
        group = front.group()
    else:
        group = person.buy(shop)
    if step == "refund on its way":
        visitor.fill(f"/orders/{group.orders[0].number}/cancel")
        trade.settle()  # the escrow has given it back; the card has not got it yet
    before = left_of_person()
    page = visitor.look("/account/erase")
    assert group.orders[0].number in page
    assert 'name="password"' not in page
    with pytest.raises(StillGoingOn):
        in_transaction(partial(_erase, person.actor))
    assert left_of_person() == before
    if step == "refund on its way":
        front.work()
        assert 'name="password"' in visitor.look("/account/erase")


def _erase(actor: Actor, session: Any) -> None:
    assert actor.user_id is not None
    erase_account(session, actor.user_id, now=datetime.now(UTC))


def test_a_guest_takes_a_copy_and_erases_by_the_link_of_the_mail(front: Front, trade: Trade, person: Person) -> None:
    shop, guest = trade.shop_of(), front.visitor()
    with transaction() as session:  # somebody else has the account; the order stays a guest's
        session.get_one(User, person.actor.user_id).email = "other@people.example"
        session.get_one(User, person.actor.user_id).name = "Other"
    group = person.buy(shop, guest)
    path = f"/orders/group/{group.id}"
    assert f"{path}/data" in guest.look(path)
    assert guest.fill(f"{path}/data").status_code == 303
    front.work()
    files = opened_copy(guest, f"{path}/data")
    assert json.loads(files["data.json"])["profile"][0]["name"] == CONTACT["name"]
    assert group.orders[0].number in guest.look(f"{path}/erase"), "the money is in escrow"
    person.receive(shop, group, guest)
    page = guest.look(f"{path}/erase")
    assert guest.send(page, f"{path}/erase", email="somebody@else.example").status_code == 422
    assert guest.send(page, f"{path}/erase", email=EMAIL.upper()).status_code == 200
    assert left_of_person() == set()
    assert check_now().ties
    assert front.visitor().browser.get(f"{path}/erase").status_code == 404


def test_a_link_does_not_erase_what_an_account_bought(front: Front, trade: Trade, person: Person) -> None:
    group = person.buy(trade.shop_of())
    by_link = front.visitor()
    by_link.look(f"/orders/key/{group.access_token}", status=303)
    for page in ("data", "erase"):
        answer = by_link.browser.get(f"/orders/group/{group.id}/{page}")
        assert (answer.status_code, answer.headers["Location"].split("/")[1]) == (303, "account")


def test_a_shop_is_closed_with_its_owner_only_when_it_is_paid_out(front: Front, trade: Trade, person: Person) -> None:
    shop = trade.shop_of()
    group = person.buy(shop)
    with transaction() as session:
        session.get_one(User, shop.owner.user_id).password = hash_password(PASSWORD)
    owner = front.member(shop.owner)
    assert group.orders[0].number in owner.look("/account/erase")
    person.receive(shop, group)
    page = owner.look("/account/erase")
    assert group.orders[0].number not in page
    assert "still has money here" in page
    other = trade.shop_of(name="Mekong Silk")
    with transaction() as session:
        erase_account(session, other.owner.user_id, now=datetime.now(UTC))
        assert session.get_one(Organization, other.id).status == "closed"
        assert not actor_of(session, other.owner.user_id).is_signed_in


def test_who_works_for_the_market_hands_over_first(front: Front, trade: Trade) -> None:
    assert "Ask an operator to end your role first." in front.member(trade.operator).look("/account/erase")


def test_an_account_without_a_password_must_have_signed_in_just_now(front: Front, trade: Trade) -> None:
    visitor = front.member(trade.person())
    answer = visitor.fill("/account/erase")
    assert answer.status_code == 422
    assert "sign in with your wallet once more" in answer.get_data(as_text=True)
    with visitor.browser.session_transaction() as cookie:
        cookie["fs_paa"] = datetime.now(UTC).timestamp()
    assert visitor.fill("/account/erase").status_code == 200


def test_the_books_hold_nothing_of_a_person(trade: Trade, person: Person) -> None:
    """Every column of every table of the books, after a sale, a refund and a dispute of somebody easy to find."""
    shop = trade.shop_of()
    person.receive(shop, person.buy(shop))
    person.complain(person.buy(shop), shop)
    assert contents("journals")[0]
    for table in ("ledger_accounts", "journals", "postings", "account_balances", "order_events", "audit_entries"):
        assert table not in left_of_person()


def test_messages_of_the_card_service_are_kept_without_the_payer(trade: Trade, person: Person) -> None:
    """One may come long after its person was erased, with a fee or a dispute."""
    group = person.buy(trade.shop_of())
    late = {"id": "ch_late", "balance_transaction": "txn_1", "billing_details": {"name": CONTACT["name"]}}
    with transaction() as session:
        message = {"data": {"object": late}}
        assert record_webhook(session, VerifiedEvent("evt_late", "charge.updated", datetime.now(UTC), message))
    assert "webhook_events" not in left_of_person()
    with reading() as session:
        kept = "SELECT count(*) FROM webhook_events WHERE type = 'checkout.session.completed' AND (payload #>> '{data,object,amount_total}')::int = :cents"
        assert session.scalar(text(kept), {"cents": group.total_cents}) == 1


def test_the_operator_erases_who_asks_by_letter_and_is_told_what_stands_in_the_way(
    front: Front, trade: Trade, person: Person
) -> None:
    shop, guest = trade.shop_of(), front.visitor()
    with transaction() as session:  # the order stays a guest's
        session.get_one(User, person.actor.user_id).email = "other@people.example"
    group = person.buy(shop, guest)
    number = group.orders[0].number
    asked = CliRunner().invoke(people, ["erase-order", number.lower(), "--yes"])
    assert (asked.exit_code, f"{number} (held)" in asked.output) == (1, True)
    person.receive(shop, group, guest)
    assert CliRunner().invoke(people, ["erase-order", number, "--yes"]).output == "Erased.\n"
    assert CliRunner().invoke(people, ["erase", "other@people.example", "--yes"]).output == "Erased.\n"
    assert CliRunner().invoke(people, ["erase", "other@people.example", "--yes"]).exit_code == 2, "nobody is there"
    assert left_of_person() == set()
