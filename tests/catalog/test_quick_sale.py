"""One used thing on sale in a minute: suggestions from the market, a stall opened on the way, limits of newcomers."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest

from app.audit.models import AuditEntry
from app.catalog.actions.publish_listing import publish_listing
from app.catalog.actions.set_variant import set_price
from app.catalog.errors import BecomeTrader, TooDearUnseen, TooManyUnseen
from app.catalog.models import Listing
from app.catalog.queries.desk import low_stock
from app.catalog.queries.similar import similar_goods
from app.catalog.rules.private import MOST_UNSEEN
from app.db.session import reading, transaction
from app.identity.actions.create_shop import ShopTerms
from app.identity.actions.open_private_stall import open_private_stall
from app.identity.actions.see_shop import see_shop
from app.identity.errors import OperatorNeeded
from app.identity.models import Organization
from app.identity.queries import actor_of
from app.money.amounts import Money, usd
from tests.support.goods import NOW, a_category, a_listing, a_shop, an_actor, an_operator, picture_bytes, some_rates
from tests.support.market_pages import MarketPages

STALL = ShopTerms(name="Dara", kind="private_person", country="KH", place="Phnom Penh")


def a_stall(session):
    person = an_actor(session)
    shop = open_private_stall(session, person, STALL, now=NOW)
    from app.shipping.actions.set_rates import set_rates
    from app.shipping.rules import RateTerms

    owner = actor_of(session, person.user_id)
    set_rates(session, owner, shop.id, [RateTerms("domestic", "Meet", "", 0, 7, 0, kind="in_person", place="Market")])
    return shop, owner


def some_bicycles(session):
    some_rates(session)
    shop, owner = a_shop(session)
    bikes, toys = a_category(session, "bikes", en="Bicycles"), a_category(session, "toys", en="Toys")
    for price, condition in ((4000, "good"), (5000, "good"), (6000, "good"), (7000, "good"), (19900, "new")):
        a_listing(
            session,
            shop,
            owner,
            titles={"en": "Mountain bicycle", "km": "កង់ភ្នំ"},
            price=price,
            category=bikes,
            condition=condition,
        )
    a_listing(session, shop, owner, titles={"en": "Toy bicycle"}, price=300, category=toys, condition="good")
    return bikes


@pytest.mark.parametrize("title", ["red bicycle", "កង់ក្រហម"])
def test_category_and_price_come_from_similar_things_in_the_same_condition(session, title):
    bikes = some_bicycles(session)
    found = similar_goods(session, title=title, condition="good", currency="USD")
    assert found is not None
    assert (found.category_id, found.low, found.middle, found.high) == (bikes.id, usd(4000), usd(5000), usd(6000))
    in_riel = similar_goods(session, title=title, condition="good", currency="KHR")
    assert in_riel is not None
    assert in_riel.middle == Money(200_500_00, "KHR")


def test_without_anything_alike_nothing_is_suggested_and_without_the_condition_only_the_category(session):
    bikes = some_bicycles(session)
    assert similar_goods(session, title="submarine", condition="good", currency="USD") is None
    assert similar_goods(session, title="&|!():*'", condition="good", currency="USD") is None
    found = similar_goods(session, title="bicycle", condition="fair", currency="USD")
    assert found is not None
    assert (found.category_id, found.middle) == (bikes.id, None)


def test_a_private_person_sells_at_once_and_it_is_written_down(session):
    some_rates(session)
    shop, owner = a_stall(session)
    assert (shop.kind, shop.status, shop.opened_unseen_at) == ("private_person", "approved", NOW)
    listing = a_listing(session, shop, owner, condition="good")
    assert (listing.status, listing.allows_offers) == ("active", True)
    assert session.query(AuditEntry).filter_by(action="shop.open_private", subject_id=shop.id).count() == 1


def test_until_somebody_has_looked_only_a_few_and_none_dear(session):
    some_rates(session)
    shop, owner = a_stall(session)
    with pytest.raises(TooDearUnseen):
        a_listing(session, shop, owner, price=50_001)
    for _ in range(MOST_UNSEEN):
        last = a_listing(session, shop, owner)
    with pytest.raises(TooDearUnseen):
        set_price(session, owner, last.variants[0].id, price_minor=60_000)
    with pytest.raises(TooManyUnseen):
        a_listing(session, shop, owner)
    with pytest.raises(OperatorNeeded):
        see_shop(session, owner, shop.id)
    see_shop(session, an_operator(session), shop.id)
    a_listing(session, shop, owner, price=90_000)


def test_who_sold_a_years_worth_is_asked_to_become_a_trader_before_listing_more(session):
    some_rates(session)
    shop, owner = a_stall(session)
    on_sale = a_listing(session, shop, owner)
    shop.limit_reached_on = NOW.date()
    with pytest.raises(BecomeTrader):
        a_listing(session, shop, owner)
    publish_listing(session, owner, on_sale.id, now=NOW)
    a_listing(session, shop, owner, now=NOW + timedelta(days=60))
    shop.kind = "sole_trader"
    a_listing(session, shop, owner)


def test_offers_are_allowed_by_default_on_used_things_of_private_persons_only(session):
    some_rates(session)
    stall, dara = a_stall(session)
    shop, owner = a_shop(session)
    assert a_listing(session, stall, dara, condition="good").allows_offers
    assert not a_listing(session, stall, dara, condition="new").allows_offers
    assert not a_listing(session, shop, owner, condition="good").allows_offers
    assert a_listing(session, shop, owner, allows_offers=True).allows_offers


def test_from_the_form_a_newcomer_has_a_stall_and_goods_in_one_step(market_pages: MarketPages) -> None:
    with transaction() as session:
        from app.identity.actions.register_user import register_user
        from app.identity.passwords import hash_password

        register_user(
            session,
            email="new@market.example",
            password_hash=hash_password("three green words"),
            name="Dara",
            confirmed_at=NOW,
        )
    visitor = market_pages.visitor("new@market.example")
    visitor.open("/sell/quick")
    assert "You, as a seller" in visitor.text
    photo = (io.BytesIO(picture_bytes(640, 640)), "bike.png")
    visitor.send("title", press=("suggest", "1"), title="Palm sugar press", photo=photo)
    assert "Similar things in this condition cost about" in visitor.text
    assert visitor.page.select_one("select[name=category] option[selected]")["value"]
    visitor.send("title", price="", place="Phnom Penh", meet="")
    assert visitor.answer.status_code == 422
    assert visitor.page.select_one("input[name=kept]")["value"], "the photo is kept"
    visitor.send("title", price="12.00", place="Phnom Penh", meet="Central Market, by the clock")
    assert visitor.answer.status_code == 200
    assert "Palm sugar press" in visitor.text
    with reading() as session:
        listing = session.query(Listing).filter(Listing.titles["en"].astext == "Palm sugar press").one()
        shop = session.get_one(Organization, listing.organization_id)
        assert (listing.status, listing.condition, shop.kind, shop.status) == (
            "active",
            "good",
            "private_person",
            "approved",
        )
    buyer = market_pages.visitor("stranger@market.example")
    buyer.open(f"/p/{listing.slug}")
    assert "Make an offer" in buyer.text
    assert "Central Market, by the clock" in buyer.text
    assert "Sold by Dara" in buyer.text
    for untrue in ("Made and sold by", "Handed to the carrier", "A lot of it?"):
        assert untrue not in buyer.text
    assert buyer.page.select_one("form[action='/cart/add']")
    visitor.open(f"/p/{listing.slug}")
    assert "This is how buyers see your goods." in visitor.text
    assert not visitor.page.select_one("form[action='/cart/add']"), "nobody buys of oneself"
    assert replace(STALL).name == "Dara"


def test_the_suggestion_is_a_part_of_a_page_for_who_is_signed_in(market_pages: MarketPages) -> None:
    visitor = market_pages.visitor("owner@market.example")
    answer = visitor.open("/sell/quick/suggestion?title=sugar&condition=good&currency=XXX")
    assert answer.status_code == 200
    assert "data-category" in answer.get_data(as_text=True)
    guest = market_pages.visitor()
    assert guest.client.get("/sell/quick/suggestion?title=sugar").status_code == 303


def test_the_one_used_thing_is_not_nearly_gone_the_last_new_one_is(session):
    shop, owner = a_shop(session)
    for condition in ("good", "new"):
        a_listing(session, shop, owner, condition=condition, stock=1)
    assert session.scalar(low_stock(shop.id)) == 1
