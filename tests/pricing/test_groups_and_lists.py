"""Customer groups, their price lists and private catalogs, as a shop, its buyers and strangers meet them."""

import pytest
from sqlalchemy import event, select

from app.catalog.models import Listing, Variant
from app.checkout.actions.change_cart import add_to_cart, new_cart
from app.checkout.queries.pricing import priced_cart
from app.db.session import engine, reading, transaction
from app.identity.actions.register_user import register_user
from app.identity.passwords import hash_password
from app.identity.queries import user_by_email
from app.notify.models import OutgoingMail
from app.pricing.models import CustomerGroup, GroupMember, PriceList
from tests.support.goods import NOW
from tests.support.market_pages import OWNER, PASSWORD, STRANGER

CAFE, OTHER = "cafe@people.example", "other@people.example"
PATH = "/p/kampot-black-pepper"


@pytest.fixture(scope="module")
def cafe(market_pages):
    """A buyer the shop has put into the group “Cafés”, with a tenth off, and who has agreed."""
    with transaction() as session:
        for email in (CAFE, OTHER):
            register_user(session, email=email, password_hash=hash_password(PASSWORD), name="Café", confirmed_at=NOW)
    owner = market_pages.visitor(OWNER)
    owner.open("/desk/customers")
    owner.send("name", name="Cafés")
    assert "Now name its buyers" in owner.text
    owner.send("emails", emails=f"{CAFE}\nnobody@people.example")
    assert "2 buyers were asked by mail" in owner.text
    owner.open("/desk/customers/lists")
    owner.send("off", name="For cafés", off="10", groups=str(one(CustomerGroup).id), is_active="y")
    assert "own here" in owner.text
    buyer = market_pages.visitor(CAFE)
    buyer.open(PATH)
    assert "Your price" not in buyer.text
    buyer.open("/account/prices")
    assert "Sothy's Farm" in buyer.text
    agree(buyer, member(CAFE).id)
    return buyer


def one(model):
    with reading() as session:
        return session.scalars(select(model)).one()


def member(email):
    with reading() as session:
        return session.scalars(select(GroupMember).where(GroupMember.email == email)).one()


def agree(visitor, member_id, verb="agree", **fields):
    action = f"/account/prices/{member_id}/{verb}"
    return visitor.client.post(action, data={"csrf_token": visitor.token(), **fields})


def variant_id():
    with reading() as session:
        return session.scalars(
            select(Variant.id).join(Listing).where(Listing.slug == "kampot-black-pepper", ~Variant.is_retired)
        ).one()


def price_of_one(email):
    """In cents, in the cart of that account."""
    with transaction() as session:
        cart = new_cart(session, user_id=user_by_email(session, email).id if email else None)
        add_to_cart(session, cart.id, variant_id(), 1, now=NOW)
        priced = priced_cart(session, cart.id, country="KH", chosen={}, today=NOW.date())
        (item,) = priced.sellers[0].items
        session.rollback()
        return item.line.price.minor, item.list_name


def test_a_buyer_who_agreed_sees_and_pays_the_price_of_the_list_and_nobody_else_does(market_pages, cafe):
    cafe.open(PATH)
    assert "Your price" in cafe.text
    assert "$13.05" in cafe.text  # a tenth off 14.50
    assert "Others pay $14.50" in cafe.text
    for visitor in (market_pages.visitor(), market_pages.visitor(OTHER), market_pages.visitor(STRANGER)):
        visitor.open(PATH)
        assert "$13.05" not in visitor.text
    assert price_of_one(CAFE) == (1305, "For cafés")
    assert price_of_one(OTHER) == (1450, "")
    assert price_of_one(None) == (1450, "")


def test_the_mail_goes_to_each_address_in_a_language_of_its_own(cafe):
    with reading() as session:
        mails = session.scalars(select(OutgoingMail).where(OutgoingMail.key.like("customer-group:%"))).all()
    assert {mail.recipient for mail in mails} == {CAFE, "nobody@people.example"}
    assert all("/account/prices" in mail.body for mail in mails)


def test_only_the_person_of_the_address_answers(market_pages, cafe):
    stranger = market_pages.visitor(OTHER)
    stranger.open("/account/prices")
    assert "No shop has named you yet" in stranger.text
    assert agree(stranger, member(CAFE).id, "decline").status_code == 404
    assert agree(cafe, member(CAFE).id, company=str(market_pages.shop_id)).status_code == 404
    assert member(CAFE).state == "agreed"


def test_another_shop_finds_neither_group_nor_list(market_pages, cafe):
    stranger = market_pages.visitor(STRANGER)
    group, found = one(CustomerGroup), one(PriceList)
    for path in (
        f"/desk/customers/{group.id}",
        f"/desk/customers/lists/{found.id}",
        f"/desk/customers/lists/{found.id}/goods",
        f"/desk/goods/{market_pages.listing_id}/audience",
    ):
        assert stranger.open(path).status_code == 404
    stranger.open("/desk/customers")
    for path in (
        f"/desk/customers/members/{member(CAFE).id}/remove",
        f"/desk/customers/lists/{found.id}/goods/{market_pages.variant_id}",
    ):
        assert stranger.client.post(path, data={"csrf_token": stranger.token(), "price": "1"}).status_code == 404


def test_a_price_of_its_own_wins_where_it_is_lower_and_always_when_the_list_is_fixed(market_pages, cafe):
    owner = market_pages.visitor(OWNER)
    found = one(PriceList)
    path = f"/desk/customers/lists/{found.id}/goods"
    owner.open(path)
    variant = variant_id()
    action = f"{path}/{variant}"
    token = {"csrf_token": owner.token()}
    assert owner.client.post(action, data={**token, "price": "12.00", "tiers": "10 11.00"}).status_code == 303
    assert price_of_one(CAFE)[0] == 1200
    cafe.open(f"{PATH}?quantity=10")
    assert "$11.00" in cafe.text
    refused = owner.client.post(action, data={**token, "price": "12.00", "tiers": "ten 11"})
    assert refused.status_code == 422
    assert "cannot be read" in refused.get_data(as_text=True)
    assert "ten 11" in refused.get_data(as_text=True)
    owner.client.post(action, data={**token, "price": "20.00"})
    assert price_of_one(CAFE)[0] == 1450
    owner.open(f"/desk/customers/lists/{found.id}")
    owner.send("off", is_fixed="y", is_active="y", groups=str(one(CustomerGroup).id))
    assert price_of_one(CAFE)[0] == 2000
    owner.open(f"/desk/customers/lists/{found.id}")
    fields = {"is_active": "y", "groups": str(one(CustomerGroup).id)}
    owner.client.post(f"/desk/customers/lists/{found.id}", data={**values(owner), **fields, "is_fixed": ""})
    owner.client.post(action, data={**token, "price": ""})
    assert price_of_one(CAFE)[0] == 1305


def values(visitor):
    form = next(form for form in visitor.page.select("form") if form.select_one("[name=off]"))
    named = {field["name"]: field.get("value", "") for field in form.select("input[name]")}
    return {name: value for name, value in named.items() if name != "is_fixed"}


def test_private_goods_are_found_seen_and_bought_by_their_group_only(market_pages, cafe):
    owner = market_pages.visitor(OWNER)
    owner.open(f"/desk/goods/{market_pages.listing_id}/audience")
    owner.send("groups", groups=str(one(CustomerGroup).id)) if owner.page.select("[name=groups]") else None
    try:
        for visitor in (market_pages.visitor(), market_pages.visitor(OTHER)):
            assert visitor.open(PATH).status_code == 404
            for path in ("/", "/search?q=pepper", "/c/pepper-spice", "/s/sothys-farm"):
                visitor.open(path)
                assert "Kampot black pepper" not in visitor.page.select_one("main").get_text().replace("\u200b", ""), (
                    path
                )
            visitor.open("/c/pepper-spice")
            assert "2 listings" in visitor.text
        api = market_pages.app.test_client()
        assert api.get("/api/v1/listings/kampot-black-pepper").status_code == 404
        assert "kampot-black" not in api.get("/api/v1/listings").get_data(as_text=True)
        wish = {"lines": [{"variant_id": str(variant_id()), "quantity": 1}]}
        assert api.post("/api/v1/carts", json=wish).status_code == 404
        cafe.open(PATH)
        assert "You see these goods as a customer" in cafe.text
        cafe.open("/c/pepper-spice")
        assert "3 listings" in cafe.text
        cafe.open("/search?q=pepper")
        assert "Kampot black pepper" in cafe.text.replace("\u200b", "")
        assert price_of_one(CAFE)[0] == 1305
        with pytest.raises(Exception, match="not on sale"):
            price_of_one(OTHER)
    finally:
        owner.open(f"/desk/goods/{market_pages.listing_id}/audience")
        form = {"csrf_token": owner.token()}
        owner.client.post(f"/desk/goods/{market_pages.listing_id}/audience", data=form)
    assert market_pages.visitor().open(PATH).status_code == 200


def test_what_a_group_sees_is_never_kept_for_the_next_visitor(market_pages, cafe):
    cafe.open(PATH)
    guest = market_pages.visitor()
    guest.open(PATH)
    assert "$13.05" not in guest.text
    cafe.open(PATH)
    assert "$13.05" in cafe.text


def test_a_guest_is_asked_no_statement_more_and_a_buyer_few(market_pages, cafe):
    def asked(visitor, path):
        visitor.open(path)
        sent = []

        def note(*args):
            sent.append(args[2])

        event.listen(type(engine()), "before_cursor_execute", note)
        try:
            visitor.open(path)
        finally:
            event.remove(type(engine()), "before_cursor_execute", note)
        return sent

    guest = asked(market_pages.visitor(), PATH)
    assert not [one for one in guest if "price_list" in one or "customer_group" in one]
    own = [one for one in asked(cafe, PATH) if "price_list" in one or "customer_group" in one]
    assert len(own) == 1  # however many groups, lists and choices


def test_who_is_taken_out_pays_what_everybody_pays_at_once(market_pages, cafe):
    owner = market_pages.visitor(OWNER)
    owner.open("/desk/customers")
    action = f"/desk/customers/members/{member(CAFE).id}/remove"
    assert owner.client.post(action, data={"csrf_token": owner.token()}).status_code == 303
    assert price_of_one(CAFE) == (1450, "")
    cafe.open("/account/prices")
    assert agree(cafe, member(CAFE).id).status_code == 404
