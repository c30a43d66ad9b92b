"""A company orders on terms that a seller has granted: within the limit, for a time, and not in escrow until it pays."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest

from app.checkout.errors import MarketVoucherNeedsCard, OverLimit
from app.config.days import market_day
from app.credit.actions.change_debt import cancel_owed, extend_due, settle_outside
from app.credit.actions.grant_terms import change_terms, grant_terms
from app.credit.errors import (
    CompanyUnknownToShop,
    GrantedAlready,
    GrantNotFound,
    NoTerms,
    OverCreditLimit,
    ReasonMissing,
    TermsForOneShop,
    TermsOverdue,
    UnusableCreditLimit,
    UnusableDays,
    UnusableDueDay,
)
from app.credit.jobs import remind_at
from app.db.session import reading, transaction
from app.identity.actions.approve_shop import suspend_shop
from app.identity.errors import ShopNotFound
from app.notify.models import OutgoingMail
from app.onramp.models import CardRefund
from app.orders.actions.cancel_order import cancel_order
from app.orders.actions.confirm_receipt import confirm_receipt
from app.orders.actions.ship_order import ship_order
from app.orders.errors import AlreadyShipped, NothingInEscrow, NothingOwed, OrderNotFound, OrderNotShipped
from app.orders.models import Order, OrderGroup
from app.orders.rules.purchase import CARD
from app.orders.rules.status import FactKind
from tests.support.on_terms import BOSS, BUYER, OnTerms
from tests.support.trade import BUYER_EMAIL, Trade, buyer_of

NOT_IN_ESCROW = "Not paid yet: nothing is held in escrow."


@pytest.fixture
def terms(trade: Trade) -> OnTerms:
    return OnTerms(trade)


def ship(terms: OnTerms, order: Order) -> None:
    with transaction() as session:
        ship_order(session, terms.shop.owner, order.id, carrier="VET", tracking="KP 1", now=terms.trade.now())


def accept(terms: OnTerms, group: OrderGroup) -> None:
    with transaction() as session:
        confirm_receipt(session, buyer_of(group), group.orders[0].id, now=terms.trade.now())


def pay(terms: OnTerms, group: OrderGroup) -> None:
    """By card, and let the chain follow."""
    terms.trade.charge(terms.trade.open_card_page(group), group.total_cents)
    terms.trade.settle()


def axes(terms: OnTerms, order: Order) -> tuple[str, str, str]:
    found = terms.trade.order(order.id)
    return found.payment_status, found.fulfillment_status, found.settlement_status


def mails(part: str = "") -> list[tuple[str, str]]:
    """(to whom, subject) of the mails that say this, oldest first."""
    with reading() as session:
        found = session.query(OutgoingMail).order_by(OutgoingMail.id).all()
        return [(mail.recipient, mail.subject) for mail in found if part in mail.body]


def test_an_order_on_terms_is_sold_owed_and_not_in_escrow_and_the_mails_say_so(terms: OnTerms) -> None:
    (order,) = terms.order().orders
    assert axes(terms, order) == ("on_terms", "unfulfilled", "none")
    assert terms.trade.stock(terms.goods) == (49, 0)
    debt = terms.debt(order)
    assert (debt.state, debt.cents) == ("unpaid", 5_000)
    assert debt.due_on - debt.placed_on == timedelta(days=30)
    told = [to for to, _subject in mails(NOT_IN_ESCROW)]
    with reading() as session:
        assert session.query(OutgoingMail).filter(OutgoingMail.subject.contains("is paid")).count() == 0
    assert BUYER_EMAIL in told
    assert len(told) == 2  # the buyer, and who sells for the shop
    terms.trade.settle()
    terms.trade.books_equal_chain()


def test_shipped_taken_and_then_paid_it_comes_into_escrow_and_the_seller_is_paid_at_once(terms: OnTerms) -> None:
    group = terms.order()
    (order,) = group.orders
    with pytest.raises(OrderNotShipped):
        accept(terms, group)
    ship(terms, order)
    assert NOT_IN_ESCROW in _body("is on its way")
    accept(terms, group)
    accept(terms, group)
    assert axes(terms, order) == ("on_terms", "delivered", "none")
    pay(terms, group)
    assert axes(terms, order) == ("paid", "delivered", "in_escrow") or axes(terms, order)[2] == "released"
    terms.trade.settle()
    assert axes(terms, order) == ("paid", "delivered", "released")
    assert terms.debt(order).state == "paid"
    assert terms.used() == 0
    terms.trade.books_equal_chain()
    terms.trade.books_equal_chain()


def _body(subject: str) -> str:
    with reading() as session:
        return "\n".join(mail.body for mail in session.query(OutgoingMail) if subject in mail.subject)


def test_paid_before_it_left_it_goes_on_like_any_other_with_days_that_begin_anew(terms: OnTerms) -> None:
    trade, group = terms.trade, terms.order()
    (order,) = group.orders
    trade.wait_until(order.ship_by + timedelta(days=3))
    pay(terms, group)
    assert axes(terms, order) == ("paid", "unfulfilled", "in_escrow")
    later = trade.order(order.id)
    assert later.ship_by - order.ship_by > timedelta(days=3)
    assert later.auto_release_at - later.ship_by == order.auto_release_at - order.ship_by
    ship(terms, order)
    with transaction() as session:
        confirm_receipt(session, buyer_of(group), order.id, now=trade.now())
    trade.settle()
    assert axes(terms, order) == ("paid", "delivered", "released")
    terms.trade.books_equal_chain()


def test_what_left_unpaid_and_is_not_confirmed_waits_in_escrow_after_the_payment(terms: OnTerms) -> None:
    group = terms.order()
    (order,) = group.orders
    ship(terms, order)
    pay(terms, group)
    assert axes(terms, order) == ("paid", "fulfilled", "in_escrow")
    terms.trade.wait_until(terms.trade.order(order.id).auto_release_at)  # silence pays the seller, nothing goes back
    assert axes(terms, order) == ("paid", "fulfilled", "released")
    terms.trade.books_equal_chain()


@pytest.mark.parametrize("who", ["boss", "buyer"])
def test_of_two_members_who_order_at_once_up_to_the_limit_exactly_one_succeeds(terms: OnTerms, who: str) -> None:
    terms.change(limit=9_000)  # one order is $50
    first, second = ("boss", "buyer") if who == "boss" else ("buyer", "boss")
    wanted = [terms.request(getattr(terms, name)) for name in (first, second)]
    now, start = terms.trade.now(), Barrier(2)

    def order(one: tuple) -> object:  # type: ignore[type-arg]
        start.wait()
        try:
            return terms.trade.place_at(now, *one)
        except OverCreditLimit as refusal:
            return refusal

    with ThreadPoolExecutor(2) as threads:
        outcome = list(threads.map(order, wanted))
    assert sorted(type(one).__name__ for one in outcome) == ["OrderGroup", "OverCreditLimit"]
    assert terms.used() == 5_000
    assert terms.trade.stock(terms.goods) == (49, 0)


def test_the_same_form_twice_is_one_order_and_one_debt(terms: OnTerms) -> None:
    cart, sent = terms.request(terms.buyer)
    assert terms.trade.place(cart, sent).id == terms.trade.place(cart, sent).id
    assert terms.used() == 5_000


def test_what_was_paid_or_ended_makes_room_again(terms: OnTerms) -> None:
    terms.change(limit=5_000)
    group, wanted = terms.order(), terms.request(terms.boss)
    with pytest.raises(OverCreditLimit):
        terms.trade.place(*wanted)
    pay(terms, group)
    assert terms.trade.place(*wanted).state == "on_terms"


def test_a_limit_lowered_or_terms_paused_touch_new_orders_only(terms: OnTerms) -> None:
    group = terms.order()
    terms.change(limit=100)
    with pytest.raises(OverCreditLimit):
        terms.order(terms.boss)
    terms.change(is_paused=True)
    with pytest.raises(NoTerms):
        terms.order(terms.boss)
    assert terms.debt(group.orders[0]).state == "unpaid"
    pay(terms, group)
    assert axes(terms, group.orders[0])[2] == "in_escrow"


def test_an_overdue_order_blocks_the_next_one_until_it_is_paid_or_given_more_time(terms: OnTerms) -> None:
    (order,) = terms.order().orders
    terms.overdue(order)
    wanted = terms.request(terms.boss)
    with pytest.raises(TermsOverdue):
        terms.trade.place(*wanted)
    with transaction() as session:
        day = market_day(terms.trade.now()) + timedelta(days=40)
        extend_due(session, terms.shop.owner, order.id, due_on=day, now=terms.trade.now())
    assert terms.debt(order).due_on == day
    assert terms.trade.place(*wanted).state == "on_terms"


def test_the_spending_limit_of_a_member_holds_for_what_is_paid_later_too(terms: OnTerms) -> None:
    terms.spending_limit(4_999)
    with pytest.raises(OverLimit):
        terms.order()
    assert terms.used() == 0


def test_a_person_another_company_and_the_goods_of_two_shops_cannot_be_paid_later(terms: OnTerms) -> None:
    trade = terms.trade
    cart, sent = terms.request(trade.person(), company_id=None)
    with pytest.raises(NoTerms):
        trade.place(cart, sent)
    other = trade.goods(trade.shop_of(name="Mekong Silk"))
    cart, _sent = terms.request(terms.boss)
    with transaction() as session:
        from app.checkout.actions.change_cart import add_to_cart

        add_to_cart(session, cart, other, 1, now=trade.now())
    both = trade.request(cart, paid_by="terms", buyer_id=terms.boss.user_id, company_id=terms.company)
    with pytest.raises(TermsForOneShop):
        trade.place(cart, both)
    assert terms.used() == 0


def test_the_buyer_cancels_before_it_leaves_and_the_goods_are_on_the_stall_again(terms: OnTerms) -> None:
    group = terms.order()
    (order,) = group.orders
    for _twice in range(2):
        with transaction() as session:
            cancel_order(session, buyer_of(group), order.id, now=terms.trade.now())
    assert axes(terms, order) == ("none", "canceled", "none")
    assert terms.trade.stock(terms.goods) == (50, 0)
    assert (terms.used(), terms.debt(order).state) == (0, "canceled")
    assert len(mails("The buyer canceled it before it left.")) == 1
    with pytest.raises(Exception) as refusal, transaction() as session:  # noqa: PT011 - which one is asserted below
        ship_order(session, terms.shop.owner, order.id, carrier="VET", tracking="", now=terms.trade.now())
    assert refusal.value.code == "order-not-shippable"  # type: ignore[attr-defined]
    terms.trade.books_equal_chain()


def test_the_seller_cancels_what_has_not_left_and_never_what_has(terms: OnTerms) -> None:
    group, kept = terms.order(), terms.order(terms.boss)
    with transaction() as session:
        cancel_owed(session, terms.shop.owner, group.orders[0].id, now=terms.trade.now())
    assert terms.trade.stock(terms.goods) == (49, 0)
    assert [to for to, _ in mails("The seller canceled it before it left.")] == [BUYER_EMAIL]
    ship(terms, kept.orders[0])
    with pytest.raises(AlreadyShipped), transaction() as session:
        cancel_owed(session, terms.shop.owner, kept.orders[0].id, now=terms.trade.now())
    with pytest.raises(AlreadyShipped), transaction() as session:
        cancel_order(session, buyer_of(kept), kept.orders[0].id, now=terms.trade.now())
    assert terms.debt(kept.orders[0]).state == "unpaid"


def test_settled_outside_ends_the_debt_with_a_reason_and_no_commission(terms: OnTerms) -> None:
    group = terms.order()
    (order,) = group.orders
    ship(terms, order)
    with pytest.raises(ReasonMissing), transaction() as session:
        settle_outside(session, terms.shop.owner, order.id, reason=" ", now=terms.trade.now())
    for _twice in range(2):
        with transaction() as session:
            settle_outside(session, terms.shop.owner, order.id, reason="Paid in cash.", now=terms.trade.now())
    assert axes(terms, order) == ("settled_outside", "fulfilled", "none")
    assert (terms.used(), terms.debt(order).state) == (0, "settled_outside")
    assert [to for to, _ in mails("Reason: Paid in cash.")] == [BUYER_EMAIL]
    assert terms.trade.books("4100") == 0
    with pytest.raises(NothingOwed), transaction() as session:
        cancel_owed(session, terms.shop.owner, order.id, now=terms.trade.now())
    terms.trade.books_equal_chain()


@pytest.mark.parametrize("end", ["cancel", "outside"])
def test_a_card_charged_for_an_order_that_ended_meanwhile_gets_all_of_it_back(terms: OnTerms, end: str) -> None:
    trade, group = terms.trade, terms.order()
    (order,) = group.orders
    payment = trade.open_card_page(group)
    with transaction() as session:
        if end == "cancel":
            cancel_owed(session, terms.shop.owner, order.id, now=trade.now())
        else:
            settle_outside(session, terms.shop.owner, order.id, reason="Paid in cash.", now=trade.now())
    trade.charge(payment, 5_000)
    trade.settle()
    assert trade.send_card_refunds() == 5_000
    assert trade.stock(terms.goods) == ((50, 0) if end == "cancel" else (49, 0))
    assert trade.order(order.id).settlement_status == "none"
    assert mails("canceled or settled meanwhile")
    terms.trade.books_equal_chain()


def test_a_payment_and_a_cancellation_at_once_end_in_one_of_both(terms: OnTerms) -> None:
    trade, group = terms.trade, terms.order()
    (order,) = group.orders
    payment, start, now = trade.open_card_page(group), Barrier(2), trade.now()

    def cancel() -> None:
        with transaction() as session:
            cancel_owed(session, terms.shop.owner, order.id, now=now)

    def tried(act: Callable[[], None]) -> str:
        start.wait()
        try:
            act()
        except NothingOwed as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(2) as threads:
        paid = threads.submit(tried, lambda: trade.charge(payment, 5_000))
        canceled = threads.submit(tried, cancel)
    assert paid.result() == "done"
    trade.settle()
    if canceled.result() == "done":
        assert trade.send_card_refunds() == 5_000
        assert trade.stock(terms.goods) == (50, 0)
    else:
        assert axes(terms, order) == ("paid", "unfulfilled", "in_escrow")
    terms.trade.books_equal_chain()


def test_reminders_come_once_each_to_buyer_and_approver_and_begin_anew_with_more_time(terms: OnTerms) -> None:
    (order,) = terms.order().orders
    before = len(mails())
    for days in (-4, -3, -3, -1, 0, 0, 5, 7, 8, 30, 31):
        remind_at(terms.age(order, days))
    told = mails()[before:]
    subjects = [subject for to, subject in told if to == BUYER_EMAIL]
    assert [subject.split(order.number)[1].split(" ")[1:4] for subject in subjects] == [
        ["is", "to", "be"], ["is", "to", "be"], ["is", "overdue", "since"], ["is", "long", "overdue,"],
    ]  # fmt: skip
    assert [to for to, _ in told].count(BOSS) == 4
    assert all(NOT_IN_ESCROW in _body(subject) for subject in subjects)
    with transaction() as session:
        day = terms.debt(order).due_on + timedelta(days=10)
        extend_due(session, terms.shop.owner, order.id, due_on=day, now=terms.trade.now())
    sent = len(mails())
    remind_at(day)
    assert len(mails()) == sent + 2


def test_nobody_is_reminded_of_what_was_paid(terms: OnTerms) -> None:
    group = terms.order()
    pay(terms, group)
    sent = len(mails("Your company owes"))
    remind_at(terms.age(group.orders[0], 30))
    assert len(mails("Your company owes")) == sent


def test_a_suspended_shop_sells_nothing_more_on_terms_and_what_it_sent_can_still_be_paid(terms: OnTerms) -> None:
    group = terms.order()
    (order,) = group.orders
    ship(terms, order)
    wanted = terms.request(terms.boss)
    with transaction() as session:
        suspend_shop(session, terms.trade.operator, terms.shop.id, reason="Fakes.")
    with pytest.raises(Exception) as refusal:  # noqa: PT011 - which one is asserted below
        terms.trade.place(*wanted)
    assert refusal.value.status == 409  # type: ignore[attr-defined]
    pay(terms, group)
    assert axes(terms, order) == ("paid", "fulfilled", "in_escrow")


def test_nothing_can_be_reported_refunded_or_disputed_while_nothing_is_held(terms: OnTerms) -> None:
    from app.orders.actions.open_dispute import open_dispute
    from app.orders.actions.refund_order import refund_order

    group = terms.order()
    (order,) = group.orders
    ship(terms, order)
    terms.trade.settle()
    now = terms.trade.now()
    with pytest.raises(NothingInEscrow), transaction() as session:
        open_dispute(session, buyer_of(group), order.id, reason="damaged", text="Broken.", now=now)
    with pytest.raises(Exception) as refusal, transaction() as session:  # noqa: PT011 - which one is asserted below
        refund_order(session, terms.shop.owner, order.id, cents=100, reason="x", form_token=uuid4(), now=now)
    assert refusal.value.status == 409  # type: ignore[attr-defined]
    with reading() as session:
        assert session.query(CardRefund).count() == 0


def test_terms_are_granted_once_to_companies_the_shop_knows_by_who_sells_for_it(terms: OnTerms) -> None:
    trade = terms.trade
    stranger = trade.shop_of(name="Mekong Silk")
    words = {"limit_cents": 1_000, "days": 7, "note": ""}
    with pytest.raises(GrantedAlready), transaction() as session:
        grant_terms(session, terms.shop.owner, terms.shop.id, terms.company, **words)  # type: ignore[arg-type]
    with pytest.raises(CompanyUnknownToShop), transaction() as session:
        grant_terms(session, stranger.owner, stranger.id, terms.company, **words)  # type: ignore[arg-type]
    with pytest.raises(ShopNotFound), transaction() as session:
        grant_terms(session, stranger.owner, terms.shop.id, terms.company, **words)  # type: ignore[arg-type]
    with pytest.raises(GrantNotFound), transaction() as session:
        change_terms(session, stranger.owner, terms.grant, limit_cents=100, days=7, is_paused=False, note="")
    for limit, days, wrong in (
        (99, 7, UnusableCreditLimit),
        (1_000_000_000, 7, UnusableCreditLimit),
        (100, 8, UnusableDays),
    ):
        with pytest.raises(wrong), transaction() as session:
            change_terms(session, terms.shop.owner, terms.grant, limit_cents=limit, days=days, is_paused=False, note="")
    (order,) = terms.order().orders
    for act in (
        lambda session: cancel_owed(session, stranger.owner, order.id, now=trade.now()),
        lambda session: settle_outside(session, stranger.owner, order.id, reason="x", now=trade.now()),
        lambda session: extend_due(session, stranger.owner, order.id, due_on=market_day(trade.now()), now=trade.now()),
    ):
        with pytest.raises(OrderNotFound), transaction() as session:
            act(session)
    assert [to for to, _ in mails("pay within 30 days")] == [BOSS]
    assert BUYER not in [to for to, _ in mails()]


def test_more_time_is_given_and_never_taken(terms: OnTerms) -> None:
    (order,) = terms.order().orders
    due = terms.debt(order).due_on
    for day in (due - timedelta(days=1), market_day(terms.trade.now()) + timedelta(days=366)):
        with pytest.raises(UnusableDueDay), transaction() as session:
            extend_due(session, terms.shop.owner, order.id, due_on=day, now=terms.trade.now())
    assert terms.debt(order).due_on == due


def test_a_voucher_of_the_market_needs_a_card(terms: OnTerms) -> None:
    trade = terms.trade
    code = trade.voucher(None).code
    cart, _sent = terms.request(terms.boss)
    trade.use_voucher(cart, code)
    sent = trade.request(cart, paid_by="terms", buyer_id=terms.boss.user_id, company_id=terms.company)
    with pytest.raises(MarketVoucherNeedsCard):
        trade.place(cart, sent)


def test_a_card_checkout_of_the_same_cart_gives_way_and_its_late_charge_goes_back(terms: OnTerms) -> None:
    trade = terms.trade
    cart, sent = terms.request(terms.buyer)
    by_card = trade.place(
        cart, trade.request(cart, paid_by=CARD, buyer_id=terms.buyer.user_id, company_id=terms.company)
    )
    payment = trade.open_card_page(by_card)
    later = trade.place(cart, sent)
    trade.charge(payment, by_card.total_cents)
    trade.settle()
    assert trade.send_card_refunds() == by_card.total_cents
    assert trade.story(later.orders[0].id).is_owed
    assert trade.stock(terms.goods) == (49, 0)
    terms.trade.books_equal_chain()


def test_the_facts_tell_what_was_agreed(terms: OnTerms) -> None:
    (order,) = terms.order().orders
    fact = terms.trade.story(order.id).last(FactKind.ON_TERMS)
    assert fact is not None
    assert fact.details == {"days": 30, "due_on": terms.debt(order).due_on.isoformat()}


def test_what_has_left_is_owed_again_when_the_chain_was_away_for_too_long_and_can_be_paid_once_more(
    terms: OnTerms,
) -> None:
    trade, group = terms.trade, terms.order()
    (order,) = group.orders
    ship(terms, order)
    trade.charge(trade.open_card_page(group), 5_000)
    trade.chain.pass_time(2 * 86_400)
    trade.worker.round()
    assert trade.send_card_refunds() == 5_000
    trade.settle()
    assert axes(terms, order) == ("on_terms", "fulfilled", "none")
    assert terms.debt(order).state == "unpaid"
    assert trade.stock(terms.goods) == (49, 0)
    pay(terms, group)
    assert axes(terms, order) == ("paid", "fulfilled", "in_escrow")
    assert terms.debt(order).state == "paid"
    trade.books_equal_chain()
