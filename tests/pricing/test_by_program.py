"""Customer groups, price lists, tiers and private goods, kept by a shop's program and agreed to by a buyer's."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from app.catalog.models import Variant
from app.catalog.price_schemas import ListPriceSchema, PriceListRowSchema, PriceListSchema
from app.checkout.actions.change_cart import add_to_cart, new_cart
from app.checkout.queries.pricing import priced_cart
from app.companies.actions.open_company import CompanyTerms, open_company
from app.db.session import reading, transaction
from app.identity.actions.grant_role import grant_role
from app.identity.actions.register_user import register_user
from app.identity.models import User
from app.identity.queries import actor_of
from app.notify.models import OutgoingMail
from app.pricing.schemas import GroupMemberSchema, GroupSchema, PricesOfferedSchema
from tests.messages.talking import slug_of
from tests.support.goods import NOW
from tests.support.programs import Program, a_token, as_documented


def usd(minor):
    return {"minor": minor, "currency": "USD"}


def email_of(person):
    with reading() as session:
        return session.get_one(User, person.user_id).email


def price_of(variant, person, quantity=1):
    """In cents, in the cart of that person."""
    with transaction() as session:
        cart = new_cart(session, user_id=person.user_id)
        add_to_cart(session, cart.id, variant, quantity, now=NOW)
        priced = priced_cart(session, cart.id, country="KH", chosen={}, today=NOW.date())
        (item,) = priced.sellers[0].items
        session.rollback()
        return item.line.price.minor


@pytest.fixture
def shop(trade):
    return trade.shop_of()


@pytest.fixture
def program(front, shop):
    return Program(front.app, a_token(shop.owner, "customers", "listings:read", "listings:write", shop=shop.id))


@pytest.fixture
def buyer(trade):
    with transaction() as session:
        user = register_user(session, email="cafe-owner@people.example", password_hash=None, confirmed_at=NOW)
        return actor_of(session, user.id)


def test_a_group_is_made_filled_agreed_to_priced_and_left(front, trade, shop, program, buyer):
    variant = trade.goods(shop)
    usual = price_of(variant, buyer)
    group = program.twice("POST", "/shop/customer-groups", {"name": "Cafés"}, status=201)
    as_documented(GroupSchema, group)
    members = f"/shop/customer-groups/{group['id']}/members"
    asked = {"emails": [email_of(buyer), "nobody@people.example"]}
    assert program.twice("POST", members, asked, status=201) == {"asked": 2}
    assert program.ask("POST", members, asked, status=201) == {"asked": 0}
    prices = {"name": "For cafés", "off_bps": 1000, "group_ids": [group["id"]]}
    made = program.twice("POST", "/shop/price-lists", prices, status=201)
    as_documented(PriceListSchema, made)

    mine = Program(front.app, a_token(buyer, "account"))
    (offered,) = mine.ask("GET", "/account/prices")["rows"]
    as_documented(PricesOfferedSchema, offered)
    assert (offered["state"], offered["group"]) == ("asked", "Cafés")
    assert price_of(variant, buyer) == usual
    assert mine.twice("POST", f"/account/prices/{offered['id']}/agreement", {})["state"] == "agreed"
    assert price_of(variant, buyer) == usual * 9 // 10
    (row,) = program.ask("GET", "/shop/customer-groups")["rows"]
    assert (row["asked"], row["agreed"]) == (1, 1)

    shown = program.ask("GET", f"/shop/customer-groups/{group['id']}")
    states = {one["email"]: one["state"] for one in shown["rows"]}
    assert states == {email_of(buyer): "agreed", "nobody@people.example": "asked"}
    for one in shown["rows"]:
        as_documented(GroupMemberSchema, one)
    assert mine.twice("POST", f"/account/prices/{offered['id']}/refusal")["state"] == "declined"
    assert price_of(variant, buyer) == usual
    mine.ask("POST", f"/account/prices/{offered['id']}/agreement", {})
    for _ in range(2):
        program.ask("DELETE", f"/shop/customer-groups/members/{offered['id']}", status=204)
    assert price_of(variant, buyer) == usual
    assert mine.ask("GET", "/account/prices")["rows"] == []
    gone = mine.ask("POST", f"/account/prices/{offered['id']}/agreement", {}, status=404)
    assert gone["code"] == "group-membership-not-found"


def test_who_is_asked_is_written_to_once_and_bad_addresses_ask_nobody(program):
    group = program.ask("POST", "/shop/customer-groups", {"name": "Cafés"}, status=201)
    members = f"/shop/customer-groups/{group['id']}/members"
    one = {"emails": ["cafe@people.example"]}
    program.ask("POST", members, one, status=201)
    wrong = program.ask("POST", members, {"emails": ["two@people.example", "no address"]}, status=422)
    assert wrong["code"] == "not-an-address"
    for emails in ([], ["a@b.example"] * 201, "a@b.example", [1], None):
        program.ask("POST", members, {"emails": emails}, status=422)
    assert len(program.ask("GET", members.removesuffix("/members"))["rows"]) == 1
    with reading() as session:
        mails = session.scalars(select(OutgoingMail).where(OutgoingMail.recipient == "cafe@people.example")).all()
    assert len(mails) == 1
    assert "/account/prices" in mails[0].body


def test_a_company_gets_the_prices_through_its_approver_with_the_scope_for_companies(front, trade, program, buyer):
    with transaction() as session:
        company = open_company(session, buyer, CompanyTerms("Mekong Foods", "company", "KH"))
        buyer = actor_of(session, buyer.user_id)
    group = program.ask("POST", "/shop/customer-groups", {"name": "Dealers"}, status=201)
    program.ask("POST", f"/shop/customer-groups/{group['id']}/members", {"emails": [email_of(buyer)]}, status=201)
    mine = Program(front.app, a_token(buyer, "account"))
    (offered,) = mine.ask("GET", "/account/prices")["rows"]
    path, answer = f"/account/prices/{offered['id']}/agreement", {"company_id": str(company)}
    assert mine.ask("POST", path, answer, status=403)["values"] == {"scope": "companies"}
    agreed = Program(front.app, a_token(buyer, "account", "companies")).ask("POST", path, answer)
    assert agreed["company_id"] == str(company)
    (member,) = program.ask("GET", f"/shop/customer-groups/{group['id']}")["rows"]
    assert member["company"] == "Mekong Foods"
    other = Program(front.app, a_token(buyer, "account", "companies"))
    assert other.ask("POST", path, {"company_id": str(uuid4())}, status=404)["code"] == "group-membership-not-found"


def test_a_list_has_prices_of_its_own_with_tiers_until_they_are_taken_away(front, trade, shop, program, buyer):
    variant = trade.goods(shop)
    usual = price_of(variant, buyer)
    group = program.ask("POST", "/shop/customer-groups", {"name": "Cafés"}, status=201)
    program.ask("POST", f"/shop/customer-groups/{group['id']}/members", {"emails": [email_of(buyer)]}, status=201)
    mine = Program(front.app, a_token(buyer, "account"))
    (offered,) = mine.ask("GET", "/account/prices")["rows"]
    mine.ask("POST", f"/account/prices/{offered['id']}/agreement", {})
    wish = {"name": "For cafés", "off_bps": 1000, "group_ids": [group["id"]]}
    made = program.ask("POST", "/shop/price-lists", wish, status=201)
    path = f"/shop/price-lists/{made['id']}"
    own = {"price": usd(usual - 200), "tiers": [{"from_quantity": 10, "price": usd(usual - 300)}]}
    program.twice("PUT", f"{path}/prices/{variant}", own)
    assert (price_of(variant, buyer), price_of(variant, buyer, 10)) == (usual - 200, usual - 300)
    (row,) = program.ask("GET", f"{path}/prices")["rows"]
    as_documented(ListPriceSchema, row)
    assert (row["price"], row["tiers"], row["usual_price"]) == (own["price"], own["tiers"], usd(usual))
    for wrong in (
        {**own, "price": usd(0)}, {**own, "price": usd(-1)}, {**own, "price": usd(10**30)}, {**own, "more": 1}, {},
        {**own, "price": {"minor": 100, "currency": "KHR"}}, {**own, "tiers": own["tiers"] * 2},
        {**own, "tiers": [{"from_quantity": 1, "price": usd(1)}]},
    ):  # fmt: skip
        program.ask("PUT", f"{path}/prices/{variant}", wrong, status=422)
    assert price_of(variant, buyer) == usual - 200
    for _ in range(2):
        program.ask("DELETE", f"{path}/prices/{variant}", status=204)
    assert price_of(variant, buyer) == usual * 9 // 10
    off = program.twice("PUT", path, {**wish, "is_active": False, "version": made["version"]})
    assert (off["is_active"], off["version"]) == (False, 2)
    assert price_of(variant, buyer) == usual
    late = program.ask("PUT", path, {**wish, "version": made["version"]}, status=409)
    assert late["code"] == "price-list-edited-meanwhile"
    (listed,) = program.ask("GET", "/shop/price-lists")["rows"]
    as_documented(PriceListRowSchema, listed)
    assert (listed["groups"], listed["prices"]) == (1, 0)


def test_goods_are_for_chosen_groups_until_they_are_for_everybody(front, trade, shop, program):
    variant = trade.goods(shop)
    slug, listing = slug_of(variant), listing_of(variant)
    group = program.ask("POST", "/shop/customer-groups", {"name": "Cafés"}, status=201)
    chosen = {"group_ids": [group["id"]]}
    assert program.twice("PUT", f"/shop/listings/{listing}/audience", chosen) == chosen
    assert program.ask("GET", f"/shop/listings/{listing}/audience") == chosen
    everybody = Program(front.app)
    everybody.ask("GET", f"/listings/{slug}", status=404)
    assert program.ask("GET", "/shop/listings?status=private")["rows"][0]["status"] == "private"
    program.ask("PUT", f"/shop/listings/{listing}/audience", {"group_ids": []})
    everybody.ask("GET", f"/listings/{slug}")
    wrong = program.ask("PUT", f"/shop/listings/{listing}/audience", {"group_ids": [str(uuid4())]}, status=404)
    assert wrong["code"] == "customer-group-not-found"


def test_quantity_tiers_are_written_with_goods_left_alone_and_taken_away(front, trade, shop, program, buyer):
    variant = trade.goods(shop)
    listing = program.ask("GET", f"/shop/listings/{listing_of(variant)}")
    (choice,) = listing["variants"]
    path, tier = f"/shop/listings/{listing['id']}", {"from_quantity": 10, "price": usd(100)}

    def change(read, **changes):
        same = ("category", "titles", "unit", "version")
        kept = {name: choice[name] for name in ("id", "sku", "price", "stock")}
        pictures = [one["id"] for one in read["pictures"]]
        body = {**{name: read[name] for name in same}, "picture_ids": pictures, "variants": [{**kept, **changes}]}
        return program.ask("PUT", path, body)

    tiered = change(listing, tiers=[tier])
    assert tiered["variants"][0]["tiers"] == [tier]
    assert price_of(variant, buyer, 10) == 100
    again = change(tiered)
    assert again["variants"][0]["tiers"] == [tier], "what is not said stays"
    assert Program(front.app).ask("GET", f"/listings/{slug_of(variant)}")["variants"][0]["tiers"]
    assert change(again, tiers=[])["variants"][0]["tiers"] == []
    assert price_of(variant, buyer, 10) == choice["price"]["minor"]


def test_lists_of_a_shop_come_a_page_at_a_time(program):
    for number in range(3):
        program.ask("POST", "/shop/customer-groups", {"name": f"Group {number}"}, status=201)
        program.ask("POST", "/shop/price-lists", {"name": f"List {number}"}, status=201)
    for path, names in (("customer-groups", "Group"), ("price-lists", "List")):
        first = program.ask("GET", f"/shop/{path}?size=2")
        second = program.ask("GET", f"/shop/{path}?size=2&cursor={first['next_cursor']}")
        assert [row["name"] for row in first["rows"] + second["rows"]] == [f"{names} {number}" for number in range(3)]
        assert second["next_cursor"] is None
        program.ask("GET", f"/shop/{path}?cursor=x", status=422)
    assert program.ask("POST", "/shop/customer-groups", {"name": "Group 1"}, status=409)["code"]
    assert program.ask("POST", "/shop/price-lists", {"name": "List 1"}, status=409)["code"]
    for wrong in ({}, {"name": "x"}, {"name": "x" * 61}, {"name": None}, {"name": "Good", "off_bps": 9001}):
        program.ask("POST", "/shop/price-lists", wrong, status=422)
    assert program.ask("POST", "/shop/price-lists", {"name": "For", "group_ids": [str(uuid4())]}, status=404)


def test_nobody_else_finds_groups_lists_or_audiences(front, trade, shop, program):
    """Another shop's owner, the warehouse of this one, a person."""
    other, helper = trade.shop_of(name="Mekong Silk"), trade.person()
    with transaction() as session:
        grant_role(session, granted_by=None, organization_id=shop.id, user_id=helper.user_id, role="warehouse")
        helper = actor_of(session, helper.user_id)
    variant = trade.goods(shop)
    group = program.ask("POST", "/shop/customer-groups", {"name": "Cafés"}, status=201)
    program.ask("POST", f"/shop/customer-groups/{group['id']}/members", {"emails": ["a@b.example"]}, status=201)
    made = program.ask("POST", "/shop/price-lists", {"name": "For cafés"}, status=201)
    (member,) = program.ask("GET", f"/shop/customer-groups/{group['id']}")["rows"]
    groups, lists = "/shop/customer-groups", f"/shop/price-lists/{made['id']}"
    asked = (
        ("GET", f"{groups}?shop={shop.id}", None), ("POST", f"{groups}?shop={shop.id}", {"name": "Mine"}),
        ("GET", f"{groups}/{group['id']}", None), ("POST", f"{groups}/{group['id']}/members", {"emails": ["x@b.example"]}),
        ("DELETE", f"{groups}/members/{member['id']}", None),
        ("GET", f"/shop/price-lists?shop={shop.id}", None), ("POST", f"/shop/price-lists?shop={shop.id}", {"name": "Mine"}),
        ("GET", lists, None), ("PUT", lists, {"name": "Mine", "version": 1}), ("GET", f"{lists}/prices", None),
        ("PUT", f"{lists}/prices/{variant}", {"price": usd(1)}), ("DELETE", f"{lists}/prices/{variant}", None),
        ("GET", f"/shop/listings/{listing_of(variant)}/audience", None),
        ("PUT", f"/shop/listings/{listing_of(variant)}/audience", {"group_ids": []}),
    )  # fmt: skip
    for who in (other.owner, helper, trade.person()):
        nobody = Program(front.app, a_token(who))
        for method, path, body in asked:
            assert nobody.send(method, path, body).status_code == 404, (who, method, path)
    narrow = Program(front.app, a_token(shop.owner, "listings:write", shop=shop.id))
    assert narrow.ask("GET", groups, status=403)["values"] == {"scope": "customers"}
    assert [row["name"] for row in program.ask("GET", groups)["rows"]] == ["Cafés"]
    assert program.ask("GET", lists)["version"] == 1


def listing_of(variant):
    with reading() as session:
        return session.get_one(Variant, variant).listing_id
