"""Handing over in person: the buyer's code, once, for one order, by somebody of the shop, is "I have the goods"."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from eth_account import Account

from app.db.session import in_transaction, reading, transaction
from app.identity.actor import Actor
from app.orders.actions.confirm_handover import confirm_handover
from app.orders.actions.confirm_receipt import confirm_receipt
from app.orders.actions.open_dispute import open_dispute
from app.orders.actions.refund_order import refund_order
from app.orders.actions.show_handover import show_handover
from app.orders.errors import NothingInEscrow, OrderNotFound
from app.orders.models import HandoverCode, OrderGroup
from app.orders.rules.handover import (
    MOST_TRIES,
    VALID,
    HandoverCodeExpired,
    HandoverCodeMissing,
    HandoverCodeUsed,
    HandoverTriesOver,
    NotInPerson,
    Words,
    words_of,
)
from app.orders.rules.purchase import WALLET
from app.orders.rules.status import SettlementStatus
from app.shipping.rules import RateTerms
from tests.support.deals import HELD, UNIT, Deal, _pay
from tests.support.front import Front
from tests.support.trade import Shop, Trade, buyer_of
from tests.support.wallet import book_receipt

MEET = RateTerms("domestic", "Meet up", "", 0, 2, 0, kind="in_person", place="Central Market, by the clock")
KEY = b"k" * 40


def sold_in_person(trade: Trade) -> tuple[Shop, OrderGroup]:
    shop = trade.shop_of(rates=[MEET])
    return shop, trade.paid_group({trade.goods(shop, title="Bicycle", price=4000): 1})


def shown(trade: Trade, group: OrderGroup, *, now: datetime | None = None) -> Words:
    order_id = group.orders[0].id
    in_transaction(lambda session: show_handover(session, buyer_of(group), order_id, now=now or trade.now()))
    with reading() as session:
        return words_of(KEY, order_id, session.get_one(HandoverCode, order_id).nonce)


def confirm(trade: Trade, who: Actor, group: OrderGroup, typed: str, *, now: datetime | None = None) -> bool:
    order_id, at = group.orders[0].id, now or trade.now()
    return in_transaction(lambda session: confirm_handover(session, who, order_id, typed, key=KEY, now=at))


def settlement(trade: Trade, group: OrderGroup) -> SettlementStatus:
    return trade.story(group.orders[0].id).axes.settlement


def steps(page: str) -> str:
    """The line of money and goods on the page of an order."""
    return page.split('class="steps')[1].split("</ol>", maxsplit=1)[0]


def test_the_desk_says_hand_over_where_nothing_is_shipped(front: Front, trade: Trade) -> None:
    shop, _group = sold_in_person(trade)
    parcel = trade.shop_of(name="Rival")
    trade.paid_group({trade.goods(parcel): 1})
    for seller, verb, other in ((shop, "Hand over", "Ship<"), (parcel, "Ship<", "Hand over")):
        desk = front.member(seller.owner).look("/desk/orders").replace("</span>", "<")
        assert verb in desk
        assert other not in desk


@pytest.mark.parametrize("which", ["secret", "code"])
def test_the_scanned_or_typed_code_pays_the_seller(trade: Trade, which: str) -> None:
    shop, group = sold_in_person(trade)
    word = getattr(shown(trade, group), which)
    assert confirm(trade, shop.owner, group, f" {word[:3]} {word[3:]} ")
    trade.settle()
    assert settlement(trade, group) is SettlementStatus.RELEASED
    assert trade.books("2200", owner=shop.id) == 3800 * UNIT
    trade.books_equal_chain()


def test_a_code_is_used_once(trade: Trade) -> None:
    shop, group = sold_in_person(trade)
    words = shown(trade, group)
    confirm(trade, shop.owner, group, words.secret)
    with pytest.raises(HandoverCodeUsed):
        confirm(trade, shop.owner, group, words.secret)
    with pytest.raises(NothingInEscrow):
        shown(trade, group)


def test_the_code_of_another_order_is_wrong_and_of_another_shop_hidden(trade: Trade) -> None:
    shop, group = sold_in_person(trade)
    _, same_shop = shop, trade.paid_group({trade.goods(shop, title="Chair"): 1})
    other_shop, _ = sold_in_person(trade)
    shown(trade, group)
    foreign = shown(trade, same_shop)
    assert not confirm(trade, shop.owner, group, foreign.secret)
    own = shown(trade, group)
    for stranger in (other_shop.owner, trade.person(), trade.operator):
        with pytest.raises(OrderNotFound):
            confirm(trade, stranger, group, own.secret)
    assert settlement(trade, group) is SettlementStatus.IN_ESCROW


def test_an_old_code_and_one_that_was_replaced_do_nothing(trade: Trade) -> None:
    shop, group = sold_in_person(trade)
    first = shown(trade, group)
    with pytest.raises(HandoverCodeExpired):
        confirm(trade, shop.owner, group, first.secret, now=trade.now() + VALID + timedelta(minutes=5))
    second = shown(trade, group)
    assert not confirm(trade, shop.owner, group, first.secret)
    assert confirm(trade, shop.owner, group, second.secret)


def test_guessing_ends_after_a_few_tries_and_a_new_code_helps(trade: Trade) -> None:
    shop, group = sold_in_person(trade)
    words = shown(trade, group)
    for _ in range(MOST_TRIES):
        assert not confirm(trade, shop.owner, group, "not it")
    with pytest.raises(HandoverTriesOver):
        confirm(trade, shop.owner, group, words.code)
    assert confirm(trade, shop.owner, group, shown(trade, group).code)


def test_nothing_is_confirmed_before_a_code_was_shown_nor_for_a_parcel(trade: Trade) -> None:
    shop, group = sold_in_person(trade)
    with pytest.raises(HandoverCodeMissing):
        confirm(trade, shop.owner, group, "000000")
    sender = trade.shop_of()
    parcel = trade.paid_group({trade.goods(sender): 1})
    with pytest.raises(NotInPerson):
        shown(trade, parcel)
    with pytest.raises(NotInPerson):
        confirm(trade, sender.owner, parcel, "000000")


def test_after_a_refund_or_with_a_problem_reported_the_code_does_nothing(trade: Trade) -> None:
    shop, group = sold_in_person(trade)
    words = shown(trade, group)
    order = group.orders[0]
    with transaction() as session:
        refund_order(
            session, shop.owner, order.id, cents=order.total_cents, reason="broken", form_token=uuid4(), now=trade.now()
        )
    with pytest.raises(NothingInEscrow):
        confirm(trade, shop.owner, group, words.secret)
    trade.settle()
    with pytest.raises(NothingInEscrow):
        confirm(trade, shop.owner, group, words.secret)
    shop, group = sold_in_person(trade)
    words, order = shown(trade, group), group.orders[0]
    trade.wait_until(order.ship_by)
    with transaction() as session:
        open_dispute(session, buyer_of(group), order.id, reason="not_arrived", text="Nobody came.", now=trade.now())
    with pytest.raises(NothingInEscrow):
        confirm(trade, shop.owner, group, words.secret, now=trade.now() - timedelta(days=9))


def test_whose_wallet_paid_signs_after_the_seller_has_noted_the_hand_over(trade: Trade) -> None:
    wallet = Account.create()
    shop = trade.shop_of(rates=[MEET])
    deal = Deal(
        trade, WALLET, HELD, shop, trade.goods(shop, price=10_000), sellers_wallet=Account.create(), wallet=wallet
    )
    book_receipt(trade, wallet, 10_000)
    trade.settle()
    _pay(deal)
    trade.settle()
    words = shown(trade, deal.group)
    assert confirm(trade, shop.owner, deal.group, words.code)
    trade.settle()
    assert settlement(trade, deal.group) is SettlementStatus.IN_ESCROW, "only the buyer's wallet releases it"
    signed = deal.signed_by_buyer("release")
    with transaction() as session:
        confirm_receipt(session, buyer_of(deal.group), deal.id, now=trade.now(), signed=signed)
    trade.settle()
    assert settlement(trade, deal.group) is SettlementStatus.RELEASED


def test_both_sides_read_that_no_try_is_left_and_a_new_code_has_all_of_them(front: Front, trade: Trade) -> None:
    shop, group = sold_in_person(trade)
    number = group.orders[0].number
    buyer, seller = front.visitor(), front.member(shop.owner)
    buyer.look(f"/orders/key/{group.access_token}", status=303)
    way, desk = f"/orders/{number}/handover", f"/desk/orders/{number}"
    assert "Tries left" not in seller.look(desk), "no code is shown yet"
    buyer.send(buyer.look(way), way)
    assert "Tries left with the code that the buyer shows now: 5." in seller.look(desk)
    for left in (4, 3, 2, 1):
        seller.send(seller.look(desk), f"{desk}/handover", code="12")
        assert f"Tries left: {left}." in seller.look(desk)
    assert "good no more" not in buyer.look(way)
    seller.send(seller.look(desk), f"{desk}/handover", code="12")
    assert seller.look(desk).count("A wrong code was typed too often. Ask the buyer to show a new one.") == 2
    assert "A wrong code was typed too often, so this one is good no more." in buyer.look(way)
    buyer.send(buyer.look(way), way)
    assert "good no more" not in buyer.look(way)
    assert "Tries left with the code that the buyer shows now: 5." in seller.look(desk)


def test_on_the_pages_a_stranger_finds_nothing_and_wrong_codes_are_said_in_words(front: Front, trade: Trade) -> None:
    shop, group = sold_in_person(trade)
    number = group.orders[0].number
    buyer, seller = front.visitor(), front.member(shop.owner)
    buyer.look(f"/orders/key/{group.access_token}", status=303)
    page = buyer.look(f"/orders/{number}/handover")
    assert "Central Market, by the clock" in page
    assert "<svg" not in page.split("<main")[1].split("qr")[0] or "QR code" not in page
    assert buyer.send(page, f"/orders/{number}/handover").status_code == 303
    page = buyer.look(f"/orders/{number}/handover")
    assert f"QR code for handing over order {number}" in page
    code = re.search(r"handover-code\">(\d{3}) (\d{3})<", page)
    assert code is not None
    for nobody in (front.visitor(), front.member(trade.person())):
        nobody.look(f"/orders/{number}/handover", status=404)
    front.member(trade.person()).look(f"/handover/{number}/{'0' * 36}", status=404)
    front.visitor().look(f"/handover/{number}/{'0' * 36}", status=303)
    desk = seller.look(f"/desk/orders/{number}")
    assert "You meet" in steps(desk)
    assert "On its way" not in steps(desk)
    seller.send(desk, f"/desk/orders/{number}/handover", code="12")
    wrong = seller.look(f"/desk/orders/{number}")
    assert "This is not the code of order" in wrong
    assert "Tries left: 4." in wrong
    assert "Tries left with the code that the buyer shows now: 4." in wrong
    seller.send(desk, f"/desk/orders/{number}/handover", code=f"{code[1]} {code[2]}")
    assert "Handed over." in seller.look(f"/desk/orders/{number}")
    for page in (seller.look(f"/desk/orders/{number}"), buyer.look(f"/orders/{number}")):
        assert "Handed over" in steps(page)
        assert "The parcel" not in page, "nothing was sent"
    trade.settle()
    assert settlement(trade, group) is SettlementStatus.RELEASED
    buyer.look(f"/orders/{number}/handover", status=303)
    assert datetime.now(UTC)
