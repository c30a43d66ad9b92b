"""An order on terms is paid from an own wallet, in parts that leave escrow, or handed over before it is paid."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from bs4 import BeautifulSoup
from eth_account import Account
from eth_account.messages import encode_defunct
from eth_account.signers.local import LocalAccount
from sqlalchemy import select

from app.chain.typed_data import sign
from app.checkout.actions.pay_later_order import pay_from_wallet
from app.checkout.actions.start_card_payment import Links, card_call
from app.credit.actions.change_debt import cancel_owed, settle_outside
from app.db.session import in_transaction, reading, transaction
from app.errors import DomainError
from app.identity.actions.approve_shop import suspend_shop
from app.identity.models import User
from app.notify.models import OutgoingMail
from app.orders.actions.cancel_order import cancel_order
from app.orders.actions.confirm_handover import confirm_handover
from app.orders.actions.confirm_receipt import confirm_receipt
from app.orders.actions.pay_group import sign_by_wallet
from app.orders.actions.pay_owed_by_wallet import MOST_BEGUN, SIGN_WITHIN
from app.orders.actions.show_handover import show_handover
from app.orders.errors import (
    AlreadyShipped,
    BegunTooOften,
    CardPageIsOpen,
    NothingInEscrow,
    NothingOwed,
    OrderNotFound,
    PaymentUnderWay,
    SigningTimeOver,
)
from app.orders.models import HandoverCode, Order, OrderGroup
from app.orders.queries import Viewer, parts_of, stories_of
from app.orders.rules.handover import HandoverCodeUsed, words_of
from app.orders.rules.milestones import PartState, part_states
from app.orders.rules.signed_exit import SignedExit
from app.quotes.rules.parts import PaymentParts
from app.settlement.actions.exit_leg import exit_message
from app.settlement.errors import SignatureNeeded, SignatureRejected
from app.shipping.rules import RateTerms
from tests.credit.test_paying_later import accept, axes, mails, pay, ship
from tests.support.front import Front, Visitor
from tests.support.on_terms import OnTerms
from tests.support.outcome import requires_tie_out
from tests.support.signing_in import sign_in
from tests.support.trade import Trade, buyer_of
from tests.support.wallet import address_of, wallet_with

MEET = RateTerms("domestic", "Meet up", "", 0, 2, 0, kind="in_person", place="Central Market, by the clock")
KEY, UNIT = b"k" * 40, 10_000
LINKS = Links("http://localhost/ok", "http://localhost/no")


@pytest.fixture
def terms(trade: Trade) -> OnTerms:
    return OnTerms(trade, limit=100_000)


@pytest.fixture
def wallet(trade: Trade) -> LocalAccount:
    return wallet_with(trade, 20_000)


def release_from(terms: OnTerms, group: OrderGroup, wallet: LocalAccount) -> None:
    """The wallet signs that the seller is paid."""
    order, deadline = group.orders[0], terms.trade.chain.now() + 3_600
    with reading() as session:
        document = exit_message(session, order.id, "release", deadline=deadline, units=None)
    signed = SignedExit(sign(wallet, document), deadline)
    with transaction() as session:
        confirm_receipt(session, buyer_of(group), order.id, now=terms.trade.now(), signed=signed)
    terms.trade.settle()


def open_card(terms: OnTerms, group: OrderGroup) -> object:
    with transaction() as session:
        return card_call(session, session.get_one(OrderGroup, group.id), LINKS, terms.trade.now())


def test_a_wallet_pays_what_is_owed_and_the_order_goes_on_like_any_other_with_days_that_begin_anew(
    terms: OnTerms, wallet: LocalAccount, front: Front
) -> None:
    group, trade = terms.order(), terms.trade
    (order,) = group.orders
    trade.wait_until(order.ship_by + timedelta(days=3))
    terms.pay_from(group, wallet)
    assert axes(terms, order) == ("paid", "unfulfilled", "in_escrow")
    paid = trade.order(order.id)
    assert paid.ship_by - order.ship_by > timedelta(days=3)
    assert paid.auto_release_at - paid.ship_by == order.auto_release_at - order.ship_by
    assert (paid.group.payment_method, paid.group.buyer_address) == ("wallet", address_of(wallet))
    assert (terms.debt(order).state, terms.used()) == ("paid", 0)
    assert trade.on_chain(address_of(wallet)) == 15_000 * UNIT
    ship(terms, order)
    with pytest.raises(SignatureNeeded):
        accept(terms, group)
    release_from(terms, group, wallet)
    assert axes(terms, order) == ("paid", "delivered", "released")
    assert trade.books("2200", owner=terms.shop.id) == 5_000 * UNIT * 95 // 100
    trade.books_equal_chain()
    requires_tie_out()


def test_who_had_the_goods_before_paying_from_a_wallet_signs_for_the_seller_too(
    terms: OnTerms, wallet: LocalAccount, front: Front
) -> None:
    group = terms.order()
    (order,) = group.orders
    ship(terms, order)
    accept(terms, group)
    terms.pay_from(group, wallet)
    assert axes(terms, order) == ("paid", "delivered", "in_escrow")
    assert len(mails("sign on the page of the order that the seller is paid")) == 1
    buyer = front.member(terms.buyer)
    assert "data-wallet-form" in buyer.look(f"/orders/{order.number}/received")
    release_from(terms, group, wallet)
    assert axes(terms, order) == ("paid", "delivered", "released")
    requires_tie_out()


def test_what_left_and_is_paid_from_a_wallet_is_not_given_back_by_the_clock(
    terms: OnTerms, wallet: LocalAccount
) -> None:
    group = terms.order()
    ship(terms, group.orders[0])
    terms.pay_from(group, wallet)
    terms.trade.wait_until(terms.trade.order(group.orders[0].id).auto_release_at)
    assert axes(terms, group.orders[0]) == ("paid", "fulfilled", "released")
    terms.trade.books_equal_chain()


def test_begun_twice_is_begun_once_and_another_wallet_or_a_card_waits_for_it(
    terms: OnTerms, wallet: LocalAccount
) -> None:
    group = terms.order()
    first, again = terms.begin(group, wallet), terms.begin(group, wallet)
    assert first.document == again.document
    with pytest.raises(PaymentUnderWay):
        terms.begin(group, Account.create())
    with pytest.raises(PaymentUnderWay):
        open_card(terms, group)
    for end in (
        lambda session: cancel_owed(session, terms.shop.owner, group.orders[0].id, now=terms.trade.now()),
        lambda session: settle_outside(
            session, terms.shop.owner, group.orders[0].id, reason="Cash.", now=terms.trade.now()
        ),
        lambda session: cancel_order(session, buyer_of(group), group.orders[0].id, now=terms.trade.now()),
    ):
        with pytest.raises(PaymentUnderWay), transaction() as session:
            end(session)
    assert axes(terms, group.orders[0]) == ("on_terms", "unfulfilled", "none")
    assert first.document is not None
    for _twice in range(2):
        terms.sign(group, wallet, first.document)
    assert terms.begin(group, wallet).document is None
    terms.trade.settle()
    assert axes(terms, group.orders[0])[2] == "in_escrow"
    assert terms.trade.on_chain(address_of(wallet)) == 15_000 * UNIT
    with pytest.raises(NothingOwed):
        terms.begin(group, wallet)


def test_terms_that_nobody_signed_lapse_and_it_is_owed_as_before_and_paid_in_any_way(
    terms: OnTerms, wallet: LocalAccount
) -> None:
    trade, group = terms.trade, terms.order()
    (order,) = group.orders
    begun = terms.begin(group, wallet)
    assert begun.document is not None
    trade.wait_until(begun.until)
    with pytest.raises(SigningTimeOver):
        terms.sign(group, wallet, begun.document)
    assert axes(terms, order) == ("on_terms", "unfulfilled", "none")
    assert trade.order(order.id).ship_by == order.ship_by
    second = terms.begin(group, wallet)
    assert second.document is not None
    assert second.document["message"]["nonce"] != begun.document["message"]["nonce"]
    trade.wait_until(second.until)
    pay(terms, group)
    assert axes(terms, order) == ("paid", "unfulfilled", "in_escrow")
    assert trade.order(order.id).ship_by - order.ship_by < timedelta(hours=2)  # moved once, not once for each attempt
    assert trade.on_chain(address_of(wallet)) == 20_000 * UNIT
    trade.books_equal_chain()


def test_a_buyer_who_begins_and_never_signs_keeps_the_seller_from_canceling_an_hour_a_day_and_no_longer(
    terms: OnTerms, wallet: LocalAccount, front: Front
) -> None:
    trade, group = terms.trade, terms.order()
    (order,) = group.orders
    for _time in range(MOST_BEGUN):
        terms.begin(group, wallet)
        terms.begin(group, wallet)  # the same again
        with pytest.raises(PaymentUnderWay), transaction() as session:
            cancel_owed(session, terms.shop.owner, order.id, now=trade.now())
        trade.wait_until(trade.now() + SIGN_WITHIN + timedelta(seconds=2))
    with pytest.raises(BegunTooOften) as refused:
        terms.begin(group, wallet)
    assert refused.value.values["most"] == MOST_BEGUN
    with pytest.raises(BegunTooOften):
        terms.begin(group, Account.create())
    buyer = front.member(terms.buyer)
    with transaction() as session:
        session.get_one(User, terms.buyer.user_id).wallet_address = address_of(wallet)
    page = buyer.look(f"/checkout/owed/{group.id}")
    answer = buyer.send(page, f"/checkout/owed/{group.id}")
    assert "begun 3 times within a day" in buyer.look(answer.headers["Location"])
    open_card(terms, group)  # a card pays it at any time
    with transaction() as session:
        cancel_owed(session, terms.shop.owner, order.id, now=trade.now())
    assert axes(terms, order)[:2] == ("none", "canceled")


def test_a_day_later_a_wallet_payment_can_be_begun_again(terms: OnTerms, wallet: LocalAccount) -> None:
    trade, group = terms.trade, terms.order()
    for _time in range(MOST_BEGUN):
        terms.begin(group, wallet)
        trade.wait_until(trade.now() + SIGN_WITHIN + timedelta(seconds=2))
    with pytest.raises(BegunTooOften) as refused:
        terms.begin(group, wallet)
    trade.wait_until(refused.value.values["until"] + timedelta(seconds=2))
    terms.pay_from(group, wallet)
    assert axes(terms, group.orders[0])[2] == "in_escrow"


def test_a_signature_by_somebody_else_or_one_the_wallet_cannot_pay_changes_nothing(
    terms: OnTerms, wallet: LocalAccount
) -> None:
    trade, group = terms.trade, terms.order()
    begun = terms.begin(group, wallet)
    assert begun.document is not None
    with pytest.raises(SignatureRejected):
        terms.sign(group, Account.create(), begun.document)
    trade.wait_until(begun.until)
    poor = wallet_with(trade, 4_999)
    begun = terms.begin(group, poor)
    assert begun.document is not None
    terms.sign(group, poor, begun.document)
    trade.settle()
    assert axes(terms, group.orders[0]) == ("on_terms", "unfulfilled", "none")
    trade.wait_until(begun.until)
    assert trade.story(group.orders[0].id).is_arriving(trade.now()) is False
    terms.pay_from(group, wallet)
    assert axes(terms, group.orders[0])[2] == "in_escrow"
    trade.books_equal_chain()


def test_an_open_card_page_is_closed_before_a_wallet_pays(terms: OnTerms, wallet: LocalAccount) -> None:
    group = terms.order()
    payment = terms.trade.open_card_page(group)
    with pytest.raises(CardPageIsOpen):
        terms.begin(group, wallet)
    terms.trade.charge(payment, group.total_cents)
    with pytest.raises(NothingOwed):
        terms.begin(group, wallet)


def test_a_stranger_begins_nothing_and_a_shop_off_the_market_that_sent_nothing_is_not_paid(
    terms: OnTerms, wallet: LocalAccount
) -> None:
    group, trade = terms.order(), terms.trade
    with pytest.raises(OrderNotFound), transaction() as session:
        pay_from_wallet(session, Viewer(trade.person().user_id), group.id, address_of(wallet), now=trade.now())
    with transaction() as session:
        suspend_shop(session, trade.operator, terms.shop.id, reason="Fakes.")
    with pytest.raises(DomainError) as refusal:
        terms.begin(group, wallet)
    assert refusal.value.code == "shop-does-not-sell"


def test_signing_and_canceling_at_once_end_in_one_of_both(terms: OnTerms, wallet: LocalAccount) -> None:
    trade, group = terms.trade, terms.order()
    order_id, now, start = group.orders[0].id, trade.now(), Barrier(2)

    def tried(act: Callable[[], object]) -> str:
        start.wait()
        try:
            act()
        except (NothingOwed, PaymentUnderWay) as refusal:
            return refusal.code
        return "done"

    def begin() -> None:
        in_transaction(lambda s: pay_from_wallet(s, buyer_of(group), group.id, address_of(wallet), now=now))

    with ThreadPoolExecutor(2) as threads:
        begun = threads.submit(tried, begin)
        ended = threads.submit(
            tried, lambda: in_transaction(lambda s: cancel_owed(s, terms.shop.owner, order_id, now=now))
        )
    assert {begun.result(), ended.result()} in ({"done", "nothing-owed"}, {"done", "payment-under-way"})


def test_nothing_is_signed_that_was_not_begun(terms: OnTerms) -> None:
    group = terms.order()
    with pytest.raises(SigningTimeOver), transaction() as session:
        sign_by_wallet(session, group.id, valid_after=0, valid_before=1, signature=b"", now=terms.trade.now())


THIRDS = PaymentParts(deposit_bps=3_000, shipment_bps=4_000)


def in_parts(terms: OnTerms, monkeypatch: pytest.MonkeyPatch) -> OrderGroup:
    """As a deal makes it; `test_from_quote_to_report` comes there from a request."""
    from app.checkout.rules.priced_cart import PricedCart

    orders = PricedCart.orders
    monkeypatch.setattr(PricedCart, "orders", lambda cart: [replace(one, parts=THIRDS) for one in orders(cart)])
    return terms.order()


def states(trade: Trade, order: Order) -> list[PartState]:
    with reading() as session:
        story = stories_of(session, [session.get_one(Order, order.id)])[order.id]
        return part_states(parts_of(session, order.id), story.facts, story.leg)


@pytest.mark.parametrize("is_sent", [False, True])
def test_an_order_in_parts_is_paid_later_whole_and_leaves_escrow_in_its_parts(
    terms: OnTerms, monkeypatch: pytest.MonkeyPatch, front: Front, is_sent: bool
) -> None:
    group = in_parts(terms, monkeypatch)
    (order,) = group.orders
    if is_sent:
        ship(terms, order)
    assert states(terms.trade, order) == [PartState.WAITING] * 3
    pay(terms, group)
    for _round in range(3):
        terms.trade.settle()
    released = [PartState.RELEASED, PartState.RELEASED if is_sent else PartState.WAITING, PartState.WAITING]
    assert states(terms.trade, order) == released
    if not is_sent:
        ship(terms, order)
    accept(terms, group)
    for _round in range(3):
        terms.trade.settle()
    assert states(terms.trade, order) == [PartState.RELEASED] * 3
    assert terms.trade.books("2200", owner=terms.shop.id) == 5_000 * UNIT * 95 // 100
    requires_tie_out()


def test_taken_before_it_is_paid_all_parts_are_the_sellers_at_once(
    terms: OnTerms, monkeypatch: pytest.MonkeyPatch, front: Front
) -> None:
    group = in_parts(terms, monkeypatch)
    ship(terms, group.orders[0])
    accept(terms, group)
    pay(terms, group)
    for _round in range(4):
        terms.trade.settle()
    assert axes(terms, group.orders[0]) == ("paid", "delivered", "released")
    assert states(terms.trade, group.orders[0]) == [PartState.RELEASED] * 3
    requires_tie_out()


@pytest.fixture
def meeting(trade: Trade) -> OnTerms:
    return OnTerms(trade, limit=100_000, rates=[MEET])


def code_of(terms: OnTerms, group: OrderGroup) -> str:
    order_id = group.orders[0].id
    in_transaction(lambda session: show_handover(session, buyer_of(group), order_id, now=terms.trade.now()))
    with reading() as session:
        return words_of(KEY, order_id, session.get_one(HandoverCode, order_id).nonce).code


def hand_over(terms: OnTerms, group: OrderGroup, code: str) -> bool:
    order_id, now = group.orders[0].id, terms.trade.now()
    return in_transaction(lambda session: confirm_handover(session, terms.shop.owner, order_id, code, key=KEY, now=now))


def test_what_is_met_for_is_handed_over_by_its_code_before_it_is_paid_and_the_seller_is_paid_with_the_payment(
    meeting: OnTerms, front: Front
) -> None:
    group = meeting.order()
    (order,) = group.orders
    buyer, seller = front.member(meeting.buyer), front.member(meeting.shop.owner)
    assert "You may meet before you pay" in buyer.look(f"/orders/{order.number}")
    assert "hand over at your own risk" in seller.look(f"/desk/orders/{order.number}")
    assert "the market can give nothing back" in buyer.look(f"/orders/{order.number}/handover")
    code = code_of(meeting, group)
    assert "You still owe" in buyer.look(f"/orders/{order.number}/handover")
    assert hand_over(meeting, group, code)
    with pytest.raises(HandoverCodeUsed):
        hand_over(meeting, group, code)
    assert axes(meeting, order) == ("on_terms", "delivered", "none")
    with pytest.raises(AlreadyShipped), transaction() as session:
        cancel_owed(session, meeting.shop.owner, order.id, now=meeting.trade.now())
    pay(meeting, group)
    meeting.trade.settle()
    meeting.trade.settle()
    assert axes(meeting, order) == ("paid", "delivered", "released")
    requires_tie_out()


def test_paid_before_the_meeting_the_code_pays_the_seller_and_settled_in_cash_it_pays_nobody(
    meeting: OnTerms, front: Front
) -> None:
    paid, settled = meeting.order(), meeting.order(meeting.boss)
    pay(meeting, paid)
    assert hand_over(meeting, paid, code_of(meeting, paid))
    meeting.trade.settle()
    assert axes(meeting, paid.orders[0]) == ("paid", "delivered", "released")
    with transaction() as session:
        settle_outside(session, meeting.shop.owner, settled.orders[0].id, reason="Cash.", now=meeting.trade.now())
    assert hand_over(meeting, settled, code_of(meeting, settled))
    assert axes(meeting, settled.orders[0]) == ("settled_outside", "delivered", "none")
    requires_tie_out()


def test_no_code_is_shown_for_what_was_canceled_unpaid(meeting: OnTerms) -> None:
    group = meeting.order()
    with transaction() as session:
        cancel_order(session, buyer_of(group), group.orders[0].id, now=meeting.trade.now())
    with pytest.raises(NothingInEscrow):
        code_of(meeting, group)
    with reading() as session:
        assert session.query(OutgoingMail).filter(OutgoingMail.subject.contains("is paid")).count() == 0


def connect(visitor: Visitor, wallet: LocalAccount, path: str) -> None:
    """As the page that connects a wallet does it."""
    frame = BeautifulSoup(visitor.look(path), "html.parser").select_one("[data-wallet-sign]")
    assert frame is not None
    headers = {"X-CSRFToken": str(frame["data-csrf"]), "Accept": "application/json"}
    to = str(frame["data-wallet-sign"])
    asked = visitor.browser.post(f"{to}/message", json={"address": wallet.address}, headers=headers).get_json()
    signature = wallet.sign_message(encode_defunct(text=asked["message"])).signature.hex()
    sent = {"message": asked["message"], "signature": signature}
    answer = visitor.browser.post(f"{to}?next={path}", json=sent, headers=headers)
    assert (answer.status_code, answer.get_json()) == (200, {"next": path})


def test_who_connects_a_wallet_to_pay_stays_who_they_are_with_their_company(
    terms: OnTerms, wallet: LocalAccount, front: Front
) -> None:
    group = terms.order()
    here = f"/checkout/owed/{group.id}"
    buyer, stranger = front.member(terms.buyer), front.visitor()
    connect(buyer, wallet, here)
    answer = buyer.send(buyer.look(here), here)
    assert answer.headers["Location"] == f"/checkout/wallet/{group.id}"
    assert wallet.address.lower()[2:] in buyer.look(answer.headers["Location"]).lower()
    assert "Mekong Foods" in buyer.look("/companies")
    with reading() as session:
        assert session.get_one(User, terms.buyer.user_id).wallet_address is None  # no way into the account
        assert session.scalar(select(User).where(User.wallet_address == address_of(wallet))) is None
    sign_in(buyer.browser, terms.boss.user_id)  # the next person at the same browser
    assert "data-wallet-sign" in buyer.look(here)
    assert stranger.browser.get(here).status_code == 404
