"""The demo market in a database: complete, loaded twice without doubles, and usable."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.catalog.models import Category, Listing, Variant
from app.catalog.queries.shelf import Shelf, shelf_page
from app.cli.demo.content import load_demo
from app.cli.demo.load import PASSWORD, load_demo_market
from app.cli.demo.load_dealings import BUYER_EMAIL, CODE, COUNTERED_CENTS, FIRM, FOUNDER, QUESTION, REPLY, WISHES
from app.cli.demo.stored_pictures import CREDIT
from app.cli.demo.wallets import demo_wallet
from app.companies.models import BuyingFor
from app.config import current
from app.config.settings import Settings
from app.db.session import configure, reading, transaction
from app.identity.models import Member, Organization, User
from app.identity.passwords import is_right
from app.identity.queries import actor_of, market_role, user_by_email
from app.identity.rules.roles import APPROVER, PURCHASER
from app.media.models import Picture
from app.messages.models import Message
from app.quotes.models import Offer
from app.quotes.rules.offers import OfferState
from app.reactions import react
from app.shipping.models import ShippingRate
from app.vouchers.models import Voucher
from app.wishes.models import Wish
from tests.support.http import web_settings
from tests.support.postgres import a_clone


@pytest.fixture(scope="module")
def demo(database_server, tmp_path_factory) -> Iterator[Settings]:
    media = tmp_path_factory.mktemp("media")
    with a_clone(database_server) as url:
        settings = web_settings(database_url=url, media_url=str(media))
        current.install(settings)
        engine = configure(url)
        react()
        load_demo_market(settings, say=lambda _line: None)
        yield settings
        engine.dispose()


def count(of):
    with reading() as session:
        return session.scalar(select(func.count()).select_from(of))


def test_everything_in_the_files_is_in_the_market(demo):
    content = load_demo()
    assert count(Listing) == sum(len(seller.listings) for seller in content.sellers)
    assert count(Category) == len(content.categories)
    assert count(Organization) == len(content.sellers) + 2, "the market itself is one, and so is the firm that buys"
    assert count(User) == len(content.people)


def test_all_of_it_is_on_sale_with_a_picture_whose_credit_is_recorded(demo):
    with reading() as session:
        on_sale = session.execute(
            select(Listing.status, Picture.credit).outerjoin(Picture, Picture.id == Listing.picture_id)
        )
        found = {(status, credit) for status, credit in on_sale}
    assert found == {("active", CREDIT)}


def test_a_second_loading_adds_nothing_and_puts_back_what_is_missing(demo):
    tables = (Listing, Variant, Organization, User, ShippingRate)
    before = [count(table) for table in tables]
    said: list[str] = []
    load_demo_market(demo, say=said.append)
    assert [count(table) for table in tables] == before
    assert not [line for line in said if "drawn" in line], "no picture is drawn again"
    with transaction() as session:
        listing = session.scalars(select(Listing).limit(1)).one()
        listing.slug = "renamed-by-somebody"
    load_demo_market(demo, say=lambda _line: None)
    assert count(Listing) == before[0] + 1


def test_every_listing_is_on_sale_with_pictures_that_are_there(demo):
    with reading() as session:
        listings = session.scalars(select(Listing)).unique().all()
        assert {listing.status for listing in listings} == {"active"}
        names = [f"{listing.picture.sha256}-{width}.webp" for listing in listings for width in (320, 640, 1280)]
    assert all((Path(demo.media_url) / name).is_file() for name in names)


def test_goods_are_found_in_khmer(demo):
    with reading() as session:
        assert len(shelf_page(session, Shelf(words="ម្រេចកំពត")).rows) >= 3


def test_a_third_of_the_shops_is_paid_to_wallets_whose_keys_the_demo_knows(demo):
    with reading() as session:
        owned = session.scalars(select(Organization).where(Organization.wallet_address.is_not(None))).all()
    sellers = {seller.slug for seller in load_demo().sellers if seller.own_wallet}
    assert {shop.slug for shop in owned} == sellers
    assert all("0x" + shop.wallet_address.hex() == demo_wallet(shop.slug).address.lower() for shop in owned)


def test_people_sign_in_with_the_demos_password_and_hold_their_roles(demo):
    with reading() as session:
        operator = user_by_email(session, "operator@phsar.example")
        assert is_right(operator.password, PASSWORD)
        assert market_role(actor_of(session, operator.id), "operator")
        accountant = user_by_email(session, "accounts@phsar.example")
        assert market_role(actor_of(session, accountant.id), "accountant")
        assert not market_role(actor_of(session, accountant.id), "operator")


def test_trade_is_under_way_when_one_looks_around(demo):
    with reading() as session:
        founder, buyer = (user_by_email(session, email) for email in (FOUNDER, BUYER_EMAIL))
        firm = session.scalars(select(Organization).where(Organization.name == FIRM.name)).one()
        roles = dict(
            session.execute(select(Member.user_id, Member.role).where(Member.organization_id == firm.id)).all()
        )
        assert roles == {founder.id: APPROVER, buyer.id: PURCHASER}
        words = session.scalars(select(Message.body).order_by(Message.sent_at, Message.id)).all()
        assert sorted(words) == sorted([QUESTION, REPLY])
        offer = session.scalars(select(Offer)).one()
        assert (offer.buyer_id, offer.state, offer.price_minor) == (buyer.id, OfferState.TO_BUYER, COUNTERED_CENTS)
        assert session.scalars(select(Voucher.code)).all() == [CODE]
        assert session.scalar(select(func.count()).select_from(Wish)) == len(WISHES)
        acting_for = session.scalars(select(BuyingFor.organization_id).where(BuyingFor.user_id == buyer.id)).all()
        assert firm.id not in acting_for, "one buys for oneself until one says otherwise"
