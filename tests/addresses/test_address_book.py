"""Addresses of an account: kept with an order, picked at checkout, changed, deleted; and what countries ask for."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest

from app.addresses.actions import keep_address as keeping
from app.addresses.actions.keep_address import change_address, delete_address, keep_address, make_default
from app.addresses.errors import AddressBookIsFull, AddressKnown, AddressNotFound
from app.addresses.models import SavedAddress
from app.addresses.queries import addresses_of
from app.addresses.rules import address_key
from app.db.session import in_transaction, reading, transaction
from app.orders.models import OrderGroup
from app.web.addresses import address_problems
from app.web.provinces import KH, VN, became
from tests.support.front import ADDRESS_KH, CONTACT, Front
from tests.support.trade import ADDRESS, Trade

HANOI = {"country": "VN", "name": "Lan", "street": "12 Hàng Bông", "area": "Hoàn Kiếm", "city": "Hà Nội"}


def book(user_id: UUID) -> list[SavedAddress]:
    with reading() as session:
        return list(addresses_of(session, user_id))


def test_one_place_is_one_address_however_it_is_spelled() -> None:
    assert address_key(HANOI) == address_key({**HANOI, "city": "  hà  nội", "district": ""})
    assert address_key(HANOI) != address_key({**HANOI, "name": "Minh"})


def test_the_first_is_the_default_and_another_takes_over_where_it_goes(trade: Trade) -> None:
    user = trade.person().user_id
    assert user
    with transaction() as session:
        first = keep_address(session, user, ADDRESS, now=trade.now())
        second = keep_address(session, user, HANOI, now=trade.now())
        assert keep_address(session, user, {**HANOI, "city": "HÀ NỘI"}, now=trade.now()) == second
    assert [(one.id, one.is_default) for one in book(user)] == [(first, True), (second, False)]
    with transaction() as session:
        make_default(session, user, second)
    with pytest.raises(AddressKnown), transaction() as session:
        change_address(session, user, first, HANOI)
    for _ in range(2):
        with transaction() as session:
            delete_address(session, user, second)
    assert [(one.id, one.is_default) for one in book(user)] == [(first, True)]


def test_a_stranger_finds_no_address_and_changes_none(trade: Trade) -> None:
    user, stranger = trade.person().user_id, trade.person().user_id
    assert user
    assert stranger
    with transaction() as session:
        saved = keep_address(session, user, ADDRESS, now=trade.now())
    for act in (make_default, lambda *args: change_address(*args, HANOI)):
        with pytest.raises(AddressNotFound), transaction() as session:
            act(session, stranger, saved)
    with transaction() as session:
        delete_address(session, stranger, saved)
    assert len(book(user)) == 1


def test_eight_tabs_keep_one_default_and_the_end_of_the_book(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    user = trade.person().user_id
    assert user
    monkeypatch.setattr(keeping, "MOST", 5)
    now = trade.now()

    def keep(number: int) -> bool:
        try:
            in_transaction(lambda session: keep_address(session, user, {**ADDRESS, "street": f"No {number}"}, now=now))
        except AddressBookIsFull:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(keep, range(8))) == 5
    assert [one.is_default for one in book(user)] == [True, *[False] * 4]


def test_an_order_keeps_its_address_and_the_next_one_is_sent_there_with_one_press(front: Front, trade: Trade) -> None:
    person, goods = trade.person(), trade.goods(trade.shop_of())
    assert person.user_id
    visitor = front.member(person)
    visitor.add(goods)
    card_page = visitor.pay(visitor.check_out()).headers["Location"]
    front.come_back(visitor, front.pay_at_card_service(card_page))
    (saved,) = book(person.user_id)
    assert saved.address["street"] == ADDRESS_KH["street"]
    visitor.add(goods)
    visitor.fill("/checkout", **CONTACT)
    page = visitor.look("/checkout/address")
    assert "St 178, no 12" in page
    answer = visitor.send(page, f"/checkout/address/saved/{saved.id}")
    assert answer.headers["Location"].endswith("/checkout/shipping")
    assert "St 178, no 12" in visitor.look("/checkout/review" if visitor.fill("/checkout/shipping") else "")


def test_a_person_adds_changes_and_deletes_an_address_and_nothing_typed_is_lost(front: Front, trade: Trade) -> None:
    visitor = front.member(trade.person())
    path = "/account/addresses/new"
    refused = visitor.fill(path, **{**HANOI, "area": "", "street": "12 Hàng Bông"})
    assert refused.status_code == 422
    assert "12 Hàng Bông" in refused.get_data(as_text=True)
    assert visitor.fill(path, **HANOI).status_code == 303
    page = visitor.look("/account/addresses")
    assert "12 Hàng Bông" in page
    with reading() as session:
        saved = session.query(SavedAddress).one()
    assert visitor.fill(f"/account/addresses/{saved.id}", **{**HANOI, "street": "15 Hàng Gai"}).status_code == 303
    page = visitor.look("/account/addresses")
    assert "15 Hàng Gai" in page
    visitor.send(page, f"/account/addresses/{saved.id}/delete")
    assert "You have no address here yet" in visitor.look("/account/addresses")
    visitor.look(f"/account/addresses/{uuid4()}", status=404)


def test_who_bought_as_a_guest_is_offered_the_address_in_the_new_account(front: Front, trade: Trade) -> None:
    person, goods = trade.person(), trade.goods(trade.shop_of())

    def bought() -> OrderGroup:
        group = trade.place(trade.cart({goods: 1}))
        trade.charge(trade.open_card_page(group), group.total_cents)
        with transaction() as session:
            session.get_one(OrderGroup, group.id).buyer_id = person.user_id  # as `claim_by_email` does
        return group

    group = bought()
    visitor = front.member(person)
    page = visitor.look("/account/addresses")
    assert "Keep this address" in page
    bought()  # to the same place, while the page is open
    visitor.send(page, f"/account/addresses/from-order/{group.id}")
    page = visitor.look("/account/addresses")
    assert "St 178, no 12" in page
    assert "Keep this address" not in page


def test_viet_nam_is_of_two_levels_and_the_old_provinces_are_named_what_they_became() -> None:
    assert (len(VN), len(KH)) == (34, 25)
    for old, now in (
        ("Bình Dương", "Thành phố Hồ Chí Minh"),
        ("tinh ben tre", "Vĩnh Long"),
        ("Ha Giang", "Tuyên Quang"),
    ):
        assert became("VN", old) == now
        (problem,) = address_problems({**HANOI, "city": old})
        assert (problem.part, problem.values["now"]) == ("city", now)
    assert [became("VN", name) for name in VN] == [None] * 34
    assert became("KH", "Bình Dương") is None
    assert address_problems(HANOI) == []
