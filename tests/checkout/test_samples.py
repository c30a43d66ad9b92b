"""Samples: a price and a stock of their own, so many for one buyer, and then like everything else that is bought."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from app.catalog.actions.edit_listing import edit_listing
from app.catalog.errors import OutOfStock, SampleLimit, TooFewLeft, VariantNotFound
from app.catalog.models import Listing, Variant
from app.catalog.rules.listings import ListingTerms, SampleTerms, VariantTerms
from app.checkout.actions.change_cart import add_to_cart, put_again
from app.checkout.errors import CartHasProblems
from app.checkout.models import Cart
from app.checkout.rules.request import CheckoutRequest
from app.companies.actions.choose_company import choose_company
from app.companies.actions.open_company import CompanyTerms, open_company
from app.db.session import in_transaction, reading, transaction
from app.errors import DomainError
from app.identity.actor import Actor
from app.identity.models import Member
from app.identity.queries import actor_of
from app.orders.actions.cancel_order import cancel_order
from app.orders.actions.expire_group import expire_group
from app.orders.actions.refresh_bought_together import refresh_bought_together
from app.orders.models import OrderGroup
from app.orders.rules.purchase import Contact
from app.purchasing.actions.requisition import make_list, put_on_list
from app.vouchers.errors import VoucherNotForTheseGoods
from tests.support.trade import BUYER_EMAIL, Shop, Trade, buyer_of

OTHER = Contact("mealea@people.example", "Mealea Sok", "", "en")
SAMPLE = SampleTerms(price_minor=200, stock=10, net_grams=50)


def sampled(
    trade: Trade, *, most: int = 2, stock: int = 10, minimum: int = 20, shop: Shop | None = None
) -> tuple[UUID, UUID]:
    """Goods that are sold by the twenty, and their sample."""
    terms = replace(SAMPLE, stock=stock)
    goods = trade.goods(shop or trade.shop_of(), minimum=minimum, step=5, sample=terms, sample_most=most)
    return goods, trade.sample_of(goods)


def pay(trade: Trade, group: OrderGroup) -> None:
    trade.charge(trade.open_card_page(group), group.total_cents)


def expire(trade: Trade, group: OrderGroup) -> None:
    assert in_transaction(lambda session: expire_group(session, group.id, group.hold_until))


def at_once(trade: Trade, requests: dict[UUID, CheckoutRequest]) -> list[OrderGroup | DomainError]:
    """Each cart is ordered by a thread of its own, all at the same moment."""
    now = trade.now()

    def attempt(cart: UUID) -> OrderGroup | DomainError:
        try:
            return trade.place_at(now, cart, requests[cart])
        except DomainError as refused:
            return refused

    with ThreadPoolExecutor(len(requests)) as threads:
        return list(threads.map(attempt, requests))


def refusals(answers: list[OrderGroup | DomainError]) -> list[type]:
    return [type(one) for one in answers if isinstance(one, DomainError)]


def test_a_sample_stands_beside_the_goods_at_its_own_price_whatever_the_smallest_quantity_is(trade: Trade) -> None:
    goods, sample = sampled(trade)
    group = trade.paid_group({goods: 20, sample: 1})
    order = group.orders[0]
    assert [(line.quantity, line.unit, line.line_minor, line.is_sample) for line in order.lines] == [
        (20, "kg", 29_000, False),
        (1, "sample", 200, True),
    ]
    assert (order.goods_cents, trade.stock(goods), trade.stock(sample)) == (29_200, (80, 0), (9, 0))
    trade.books_equal_chain()


def test_a_cart_with_more_samples_than_one_buyer_gets_says_how_many_and_is_not_ordered(trade: Trade) -> None:
    _goods, sample = sampled(trade, most=2)
    cart = trade.cart({sample: 2})
    request = trade.request(cart)
    in_transaction(lambda session: add_to_cart(session, cart, sample, 1, now=trade.now()))
    (problem,) = trade.priced(cart).problems
    assert (problem.code, problem.variant_id, problem.text.values["most"]) == ("sample-limit", sample, 2)
    with pytest.raises(CartHasProblems):
        trade.place(cart, request)
    assert trade.stock(sample) == (10, 0)


def test_samples_that_are_not_there_cannot_be_put_into_a_cart(trade: Trade) -> None:
    _goods, sample = sampled(trade, most=5, stock=3)
    with pytest.raises(TooFewLeft) as refused:
        trade.cart({sample: 4})
    assert refused.value.values["left"] == 3


def test_what_was_paid_before_counts_and_what_was_canceled_or_not_paid_does_not(trade: Trade) -> None:
    _goods, sample = sampled(trade, most=2)
    left = trade.place(trade.cart({sample: 2}))
    with pytest.raises(SampleLimit):
        trade.place(trade.cart({sample: 1}))
    expire(trade, left)
    bought = trade.place(trade.cart({sample: 2}))
    pay(trade, bought)
    trade.settle()
    with pytest.raises(SampleLimit) as refused:
        trade.place(trade.cart({sample: 1}))
    assert refused.value.values == {"listing": "Kampot black pepper", "most": 2, "had": 2}
    in_transaction(lambda s: cancel_order(s, buyer_of(bought), bought.orders[0].id, now=trade.now()))
    trade.settle()
    assert trade.place(trade.cart({sample: 2})).state == "pending_payment"


def test_who_goes_back_to_the_cart_and_orders_again_is_not_counted_twice(trade: Trade) -> None:
    _goods, sample = sampled(trade, most=1)
    cart = trade.cart({sample: 1})
    first = trade.place(cart)
    second = trade.place(cart, trade.request(cart, contact=Contact(BUYER_EMAIL, "Dara C.", "", "en")))
    assert second.id != first.id
    assert trade.stock(sample) == (10, 1)


def test_a_guest_is_known_by_the_address_however_it_is_written_and_another_address_is_another_buyer(
    trade: Trade,
) -> None:
    _goods, sample = sampled(trade, most=1)
    trade.place(trade.cart({sample: 1}))
    loud, other = trade.cart({sample: 1}), trade.cart({sample: 1})
    with pytest.raises(SampleLimit):
        trade.place(loud, trade.request(loud, contact=Contact(BUYER_EMAIL.upper(), "Dara Chan", "", "en")))
    assert trade.place(other, trade.request(other, contact=OTHER)).orders


def test_an_account_gets_no_more_by_writing_other_addresses_nor_by_going_as_a_guest(trade: Trade) -> None:
    _goods, sample = sampled(trade, most=1)
    mealea = trade.person()
    mine = trade.cart({sample: 1}, mealea)
    pay(trade, trade.place(mine, trade.request(mine, contact=OTHER, buyer_id=mealea.user_id)))
    again = trade.cart({sample: 1}, mealea)
    (problem,) = trade.priced(again).problems
    assert problem.text.values == {"most": 1, "had": 1}
    as_guest = trade.cart({sample: 1})
    with pytest.raises(SampleLimit):
        trade.place(as_guest, trade.request(as_guest, contact=OTHER))


def test_a_company_gets_its_samples_once_whoever_of_it_orders_and_its_people_their_own(trade: Trade) -> None:
    _goods, sample = sampled(trade, most=1)
    boss, buyer = trade.person("boss@mekong.example"), trade.person("buyer@mekong.example")
    with transaction() as session:
        company = open_company(session, boss, CompanyTerms("Mekong Foods", "company", "KH"))
        session.add(Member(organization_id=company, user_id=buyer.user_id, role="purchaser"))
        session.flush()
        boss, buyer = (actor_of(session, one.user_id) for one in (boss, buyer))
        choose_company(session, boss, company)
        choose_company(session, buyer, company)

    def ordered(who: Actor, email: str, company_id: UUID | None) -> OrderGroup:
        cart = trade.cart({sample: 1}, who)
        contact = Contact(email, "Somebody", "", "en")
        request = trade.request(cart, contact=contact, buyer_id=who.user_id, company_id=company_id)
        return trade.place(cart, request)

    pay(trade, ordered(boss, "boss@mekong.example", company))
    with pytest.raises(CartHasProblems):
        ordered(buyer, "buyer@mekong.example", company)
    in_transaction(lambda session: choose_company(session, buyer, None))
    own = trade.cart({}, buyer)
    assert not trade.priced(own).problems
    request = trade.request(
        own, contact=Contact("buyer@mekong.example", "Chan", "", "en"), buyer_id=buyer.user_id, company_id=None
    )
    assert trade.place(own, request).company_id is None


def test_of_many_carts_of_one_buyer_ordered_at_the_same_moment_one_gets_the_sample(trade: Trade) -> None:
    _goods, sample = sampled(trade, most=1)
    carts = [trade.cart({sample: 1}) for _ in range(6)]
    answers = at_once(trade, {cart: trade.request(cart) for cart in carts})
    assert refusals(answers) == [SampleLimit] * 5
    assert trade.stock(sample) == (10, 1)


def test_samples_of_two_choices_ordered_at_the_same_moment_count_together(trade: Trade) -> None:
    shop = trade.shop_of()
    goods, sample = sampled(trade, most=1, shop=shop)
    other = second_choice(shop, goods)
    carts = [trade.cart({one: 1}) for one in (sample, other) * 3]
    answers = at_once(trade, {cart: trade.request(cart) for cart in carts})
    assert refusals(answers) == [SampleLimit] * 5
    both = trade.cart({sample: 1, other: 1})
    assert {problem.code for problem in trade.priced(both).problems} == {"sample-limit"}


def second_choice(shop: Shop, goods: UUID) -> UUID:
    """The goods get another choice with a sample; gives that sample."""
    with transaction() as session:
        variant = session.get_one(Variant, goods)
        listing = variant.listing
        terms = ListingTerms(
            category_id=listing.category_id,
            titles=listing.titles,
            unit=listing.unit,
            variants=[
                VariantTerms("A", variant.price_minor, variant.stock, id=goods, sample=SAMPLE),
                VariantTerms("B", 1_500, 40, sample=SAMPLE),
            ],
            min_quantity=listing.min_quantity,
            quantity_step=listing.quantity_step,
            sample_most=listing.sample_most,
            picture_ids=[link.picture_id for link in listing.pictures],
        )
        edit_listing(session, shop.owner, listing.id, terms, version=listing.version)
        second = session.query(Variant).filter_by(listing_id=listing.id, sku="B", sample_of_id=None).one()
        return session.query(Variant.id).filter_by(sample_of_id=second.id).scalar()


def test_the_last_samples_go_to_as_many_buyers_as_there_are(trade: Trade) -> None:
    _goods, sample = sampled(trade, most=1, stock=3)
    carts = [trade.cart({sample: 1}) for _ in range(8)]
    requests = {
        cart: trade.request(cart, contact=Contact(f"buyer{number}@people.example", "Somebody", "", "en"))
        for number, cart in enumerate(carts)
    }
    answers = at_once(trade, requests)
    assert len(refusals(answers)) == 5
    assert set(refusals(answers)) <= {OutOfStock, CartHasProblems}
    assert trade.stock(sample) == (3, 3)


def test_a_card_charged_late_gets_its_sample_only_if_the_buyer_has_had_none_since(trade: Trade) -> None:
    _goods, sample = sampled(trade, most=1)
    late = trade.place(trade.cart({sample: 1}))
    page = trade.open_card_page(late)
    expire(trade, late)
    since = trade.place(trade.cart({sample: 1}))
    pay(trade, since)
    trade.charge(page, late.total_cents)
    with reading() as session:
        assert session.get_one(OrderGroup, late.id).state == "expired"
    assert trade.stock(sample) == (9, 0)
    assert trade.send_card_refunds() == late.total_cents


def test_a_card_charged_late_gets_its_sample_where_nothing_was_ordered_since(trade: Trade) -> None:
    _goods, sample = sampled(trade, most=1)
    late = trade.place(trade.cart({sample: 1}))
    page = trade.open_card_page(late)
    expire(trade, late)
    trade.charge(page, late.total_cents)
    with reading() as session:
        assert session.get_one(OrderGroup, late.id).state == "paid"
    assert trade.stock(sample) == (9, 0)


def test_vouchers_do_not_lower_a_sample(trade: Trade) -> None:
    shop = trade.shop_of()
    goods, sample = sampled(trade, minimum=1, shop=shop)
    voucher, markets = trade.voucher(shop), trade.voucher(None)
    only = trade.cart({sample: 1})
    with pytest.raises(VoucherNotForTheseGoods):
        trade.use_voucher(only, voucher.code)
    both = trade.cart({sample: 1, goods: 10 + 1})
    trade.use_voucher(both, voucher.code)
    trade.use_voucher(both, markets.code)
    lines = {item.line.variant_id: item.line for seller in trade.priced(both).sellers for item in seller.items}
    assert (lines[sample].discount_cents, lines[sample].market_cents) == (0, 0)
    assert lines[goods].discount_cents == 1_595
    assert lines[goods].market_cents > 0


def test_a_sample_the_seller_gives_no_more_is_said_and_cannot_be_added(trade: Trade) -> None:
    shop = trade.shop_of()
    goods, sample = sampled(trade, shop=shop)
    cart = trade.cart({sample: 1})
    withdraw(shop, goods)
    (problem,) = trade.priced(cart).problems
    assert problem.code == "no-sample"
    with pytest.raises(VariantNotFound):
        trade.cart({sample: 1})


def withdraw(shop: Shop, goods: UUID) -> None:
    with transaction() as session:
        variant = session.get_one(Variant, goods)
        listing = variant.listing
        terms = ListingTerms(
            category_id=listing.category_id,
            titles=listing.titles,
            unit=listing.unit,
            variants=[VariantTerms("A", variant.price_minor, variant.stock, id=goods)],
            min_quantity=listing.min_quantity,
            quantity_step=listing.quantity_step,
            picture_ids=[link.picture_id for link in listing.pictures],
        )
        edit_listing(session, shop.owner, listing.id, terms, version=listing.version)


def test_what_was_ordered_as_a_sample_stays_one_after_the_seller_gives_none(trade: Trade) -> None:
    shop = trade.shop_of()
    goods, sample = sampled(trade, shop=shop)
    group = trade.paid_group({sample: 1})
    withdraw(shop, goods)
    (line,) = trade.order(group.orders[0].id).lines
    assert (line.variant_id, line.is_sample, line.unit, line.sku) == (sample, True, "sample", "A")


def test_buying_again_brings_a_sample_back_as_a_sample_and_the_cart_says_when_it_was_the_last(trade: Trade) -> None:
    _goods, sample = sampled(trade, most=1)
    group = trade.paid_group({sample: 1})
    cart = trade.cart({})
    in_transaction(lambda session: put_again(session, cart, {sample: 1}, now=trade.now()))
    with transaction() as session:
        session.get_one(Cart, cart).draft = {"contact": {"email": group.email}}
    (problem,) = trade.priced(cart).problems
    assert (problem.code, problem.text.values) == ("sample-limit", {"most": 1, "had": 1})


def test_a_sample_goes_on_no_list_of_what_is_bought_again_and_again(trade: Trade) -> None:
    _goods, sample = sampled(trade)
    buyer = trade.person()
    made = in_transaction(lambda session: make_list(session, buyer, "Kitchen"))
    with pytest.raises(VariantNotFound):
        in_transaction(lambda session: put_on_list(session, buyer, made, {sample: 1}, now=trade.now()))


def test_samples_are_not_counted_among_what_is_bought_together(trade: Trade) -> None:
    shop = trade.shop_of()
    _goods, sample = sampled(trade, most=9, shop=shop)
    other = trade.goods(shop, title="Sea salt")
    for _ in range(2):
        trade.paid_group({sample: 1, other: 1})
    in_transaction(lambda session: refresh_bought_together(session, trade.now()))
    with reading() as session:
        assert session.execute(text("SELECT count(*) FROM bought_together")).scalar_one() == 0


def test_the_price_of_a_sample_is_nowhere_the_price_of_the_goods(trade: Trade) -> None:
    goods, _sample = sampled(trade)
    with reading() as session:
        listing = session.query(Listing).one()
        assert (listing.price_minor, listing.price_usd_cents, listing.lowest_minor) == (1450, 1450, None)
        assert listing.id == session.get_one(Variant, goods).listing_id


def test_the_same_form_sent_twice_is_one_order_with_one_sample(trade: Trade) -> None:
    _goods, sample = sampled(trade, most=1)
    cart = trade.cart({sample: 1})
    request = trade.request(cart, form_token=uuid4())
    assert trade.place(cart, request).id == trade.place(cart, request).id
    assert trade.stock(sample) == (10, 1)
