"""A shop's program keeps its goods: writes, changes, publishes, and sets stock and prices by the thousand."""

from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, event, select

from app.catalog.actions.create_listing import create_listing
from app.catalog.models import Category, Listing, Variant
from app.catalog.own_schemas import OwnListingSchema, OwnRowSchema
from app.catalog.rules.listings import ListingTerms, VariantTerms
from app.db.session import reading, transaction
from app.identity.actions.grant_role import grant_role
from app.identity.queries import actor_of
from tests.support.goods import picture_bytes
from tests.support.programs import Program, a_token


def terms(**changes):
    pepper = {"sku": "P-500", "price": {"minor": 1450, "currency": "USD"}, "stock": 40, "net_grams": 500}
    usual = {"category": "spice", "titles": {"en": "White pepper", "km": "ម្រេចស"}, "unit": "bag", "variants": [pepper]}
    return {**usual, **changes}


def change_of(listing, **changes):
    kept = {name: listing[name] for name in ("category", "titles", "descriptions", "unit", "condition", "version")}
    variants = [
        {**{name: one[name] for name in ("id", "sku", "names", "price", "stock")}} for one in listing["variants"]
    ]
    pictures = [one["id"] for one in listing["pictures"]]
    return {**kept, "variants": variants, "picture_ids": pictures, **changes}


PEPPER = picture_bytes(400, 400)


def upload(program):
    sent = {"name": "pepper.png", "content": b64encode(PEPPER).decode(), "alt": "A bowl of pepper"}
    return program.send("POST", "/shop/pictures", sent)


@pytest.fixture
def shop(trade):
    return trade.shop_of()


@pytest.fixture
def program(front, shop):
    return Program(front.app, a_token(shop.owner, shop=shop.id))


def test_goods_are_written_pictured_published_paused_and_seen_by_everybody(front, program):
    picture = upload(program)
    assert picture.status_code == 201
    assert upload(program).json == picture.json
    assert picture.json["alt"] == "A bowl of pepper"
    made = program.ask("POST", "/shop/listings", terms(picture_ids=[picture.json["id"]]), status=201)
    assert OwnListingSchema().dump(OwnListingSchema().load(made)) == made
    assert (made["status"], made["version"], made["pictures"]) == ("draft", 1, [picture.json])
    path = f"/shop/listings/{made['id']}"
    Program(front.app).ask("GET", f"/listings/{made['slug']}", status=404)
    assert program.ask("POST", f"{path}/publication")["status"] == "active"
    assert Program(front.app).ask("GET", f"/listings/{made['slug']}")["titles"] == made["titles"]
    assert program.ask("POST", f"{path}/pause")["status"] == "paused"
    (row,) = program.ask("GET", "/shop/listings?status=paused")["rows"]
    assert OwnRowSchema().dump(OwnRowSchema().load(row)) == row
    assert (row["variants"][0]["stock"], row["variants"][0]["sku"]) == (40, "P-500")
    assert program.ask("GET", "/shop/listings?status=draft")["rows"] == []


def test_the_same_key_writes_goods_once(program):
    sent = terms()
    answers = [program.ask("POST", "/shop/listings", sent, status=201, **{"Idempotency-Key": "one"}) for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(program.ask("GET", "/shop/listings")["rows"]) == 1


def test_who_read_before_another_member_changed_it_changes_nothing(program):
    made = program.ask("POST", "/shop/listings", terms(), status=201)
    path = f"/shop/listings/{made['id']}"
    first = program.ask("PUT", path, change_of(made, unit="jar"))
    assert (first["unit"], first["version"]) == ("jar", 2)
    late = program.ask("PUT", path, change_of(made, unit="box"), status=409)
    assert late["code"] == "edited-meanwhile"
    assert program.ask("GET", path)["unit"] == "jar"
    program.ask("PUT", path, change_of(first, unit="box"))


def test_stock_that_was_sold_meanwhile_does_not_come_back(trade, shop, program):
    variant = trade.goods(shop, stock=10)
    trade.paid_group({variant: 3})
    line = {"variant_id": str(variant), "stock": 12, "stock_seen": 10}
    (told,) = program.ask("POST", "/shop/stock-and-prices", {"lines": [line]})["lines"]
    assert (told["is_changed"], told["code"]) == (False, "stock-moved")
    assert "7" in told["message"]
    (told,) = program.ask("POST", "/shop/stock-and-prices", {"lines": [{**line, "stock_seen": 7}]})["lines"]
    assert told == {"variant_id": str(variant), "is_changed": True, "code": None, "message": None}
    assert trade.stock(variant) == (12, 0)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"titles": {}}, "title"), ({"titles": {"xx": "Pepper"}}, "titles.xx.key"), ({"category": "none"}, ""), ({"unit": ""}, "unit"),
        ({"variants": []}, "variants"), ({"condition": "odd"}, "condition"), ({"min_quantity": 0}, "min_quantity"), ({"what": 1}, "what"),
        ({"picture_ids": [str(uuid4())]}, "pictures"),
    ],
)  # fmt: skip
def test_what_cannot_be_goods_is_named(program, change, field):
    told = program.send("POST", "/shop/listings", terms(**change))
    assert told.status_code in {404, 422}
    assert ([one["field"] for one in told.json.get("errors", [])] or [""])[0] == field


def test_prices_are_in_the_shops_own_currency(program):
    pepper = {**terms()["variants"][0], "price": {"minor": 100, "currency": "KHR"}}
    assert program.ask("POST", "/shop/listings", terms(variants=[pepper]), status=422)["code"] == "other-currency"


def many(shop, count):
    """So many choices, fifty to a listing, by the action that the page uses."""
    with transaction() as session:
        category = session.query(Category).one()
        for start in range(0, count, 50):
            size = min(50, count - start)
            choices = [VariantTerms(f"S{number}", 1000, 10) for number in range(start, start + size)]
            create_listing(
                session, shop.owner, shop.id, ListingTerms(category.id, {"en": f"Goods {start}"}, "kg", choices)
            )
        return session.scalars(select(Variant.id).join(Listing).where(Listing.organization_id == shop.id)).all()


def statements(work):
    asked = []
    event.listen(Engine, "before_cursor_execute", note := lambda *args: asked.append(args[2]))
    try:
        work()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return len(asked)


def test_a_thousand_lines_are_one_request_of_few_statements_and_each_is_answered(trade, shop, program):
    elsewhere = trade.goods(trade.shop_of(name="Mekong Silk"))
    mine = many(shop, 1000)
    price = {"minor": 1200, "currency": "USD"}
    lines = [{"variant_id": str(one), "stock": 5, "price": price} for one in mine[:997]]
    lines += [{"variant_id": str(elsewhere), "stock": 5}, {"variant_id": str(uuid4()), "stock": 5}]
    lines.append({"variant_id": str(mine[997]), "price": {"minor": 10**12, "currency": "USD"}})
    answers = []
    count = statements(lambda: answers.append(program.ask("POST", "/shop/stock-and-prices", {"lines": lines})))
    told = answers[0]["lines"]
    assert [one["variant_id"] for one in told] == [line["variant_id"] for line in lines]
    assert [one["code"] for one in told[997:]] == ["variant-not-found", "variant-not-found", "unusable-price"]
    assert all(one["is_changed"] for one in told[:997])
    assert count <= 20
    with reading() as session:
        assert session.get_one(Variant, mine[0]).stock == 5
        first = session.get_one(Variant, mine[0]).listing
        assert (first.price_minor, first.price_usd_cents, first.version) == (1200, 1200, 2)
        assert session.get_one(Variant, UUID(str(elsewhere))).stock == 100
    few = statements(lambda: program.ask("POST", "/shop/stock-and-prices", {"lines": lines[:1]}))
    assert count - few <= 6  # what is written, once for all lines
    program.ask(
        "POST", "/shop/stock-and-prices", {"lines": [*lines, {**lines[0], "variant_id": str(uuid4())}]}, status=422
    )
    program.ask("POST", "/shop/stock-and-prices", {"lines": [lines[0], lines[0]]}, status=422)
    program.ask("POST", "/shop/stock-and-prices", {"lines": [{"variant_id": str(mine[0])}]}, status=422)


def test_rates_of_sending_are_read_and_said_anew(program):
    rates = program.ask("GET", "/shop/shipping-rates")
    assert (rates["currency"], [one["method"] for one in rates["rates"]]) == ("USD", ["Parcel", "Post"])
    wanted = {"rates": [{**rates["rates"][0], "price_minor": 250}]}
    assert program.ask("PUT", "/shop/shipping-rates", wanted)["rates"] == wanted["rates"]
    program.ask("PUT", "/shop/shipping-rates", {"rates": []}, status=422)
    wrong = {**wanted["rates"][0], "days_min": 9, "days_max": 1}
    assert (
        program.ask("PUT", "/shop/shipping-rates", {"rates": [wrong]}, status=422)["code"] == "impossible-shipping-rate"
    )


def test_the_settlement_report_is_read_as_json_and_as_the_file_of_the_page(front, trade, shop, program):
    trade.shipped_order(shop)
    report = program.ask("GET", "/shop/settlement")
    assert [line["kind"] for line in report["lines"]] == ["paid into escrow"]
    assert report["totals"]["funded"] == report["lines"][0]["funded"]
    file = program.send("GET", "/shop/settlement.csv")
    page = front.member(shop.owner).browser.get("/books/settlement.csv", buffered=True)
    assert (file.content_type.partition(";")[0], file.data) == ("text/csv", page.data)
    program.ask("GET", "/shop/settlement?first=2026-02-01&last=2026-01-01", status=422)


ASKED = (
    ("GET", "/shop/listings/{listing}", "listings:read", None),
    ("PUT", "/shop/listings/{listing}", "listings:write", "change"),
    ("POST", "/shop/listings/{listing}/publication", "listings:write", None),
    ("POST", "/shop/listings/{listing}/pause", "listings:write", None),
    ("POST", "/shop/listings?shop={shop}", "listings:write", "terms"),
    ("GET", "/shop/listings?shop={shop}", "listings:read", None),
    ("POST", "/shop/stock-and-prices?shop={shop}", "listings:write", "table"),
    ("GET", "/shop/shipping-rates?shop={shop}", "listings:read", None),
    ("PUT", "/shop/shipping-rates?shop={shop}", "listings:write", "rates"),
    ("GET", "/shop/settlement?shop={shop}", "reports:read", None),
    ("GET", "/shop/settlement.csv?shop={shop}", "reports:read", None),
    ("GET", "/shop/webhooks?shop={shop}", "webhooks", None),
    ("POST", "/shop/webhooks?shop={shop}", "webhooks", "hook"),
)
NOT_FOR_WAREHOUSE = {"/shop/listings?shop={shop}", "/shop/stock-and-prices?shop={shop}"}


def test_nobody_else_reads_or_changes_the_goods(front, trade, shop, program):
    """A stranger, another shop's owner, a member without the role, a token without the scope, no token."""
    other, stranger, helper = trade.shop_of(name="Mekong Silk"), trade.person(), trade.person()
    with transaction() as session:
        grant_role(session, granted_by=None, organization_id=shop.id, user_id=helper.user_id, role="warehouse")
        helper = actor_of(session, helper.user_id)
    made = program.ask("POST", "/shop/listings", terms(), status=201)
    bodies = {
        "change": change_of(made, unit="jar"),
        "terms": terms(),
        "table": {"lines": [{"variant_id": made["variants"][0]["id"], "stock": 1}]},
        "rates": {"rates": program.ask("GET", "/shop/shipping-rates")["rates"]},
        "hook": {"url": "https://a.example/x", "kinds": ["order.paid"]},
    }
    before = program.ask("GET", f"/shop/listings/{made['id']}")
    every = ("listings:read", "listings:write", "reports:read", "webhooks")
    for method, path, scope, body in ASKED:
        where, sent = path.format(listing=made["id"], shop=shop.id), bodies.get(body)
        for person in (stranger, other.owner):
            told = Program(front.app, a_token(person)).send(method, where, sent)
            assert (told.status_code, told.json["code"] in {"listing-not-found", "shop-not-found"}) == (404, True), path
        if path not in NOT_FOR_WAREHOUSE:
            assert Program(front.app, a_token(helper)).send(method, where, sent).status_code == 404, path
        lacking = [one for one in every if one != scope]
        told = Program(front.app, a_token(shop.owner, *lacking)).send(method, where, sent)
        assert (told.status_code, told.json["values"]) == (403, {"scope": scope})
        assert Program(front.app).send(method, where, sent).status_code == 401
    assert program.ask("GET", f"/shop/listings/{made['id']}") == before
    assert len(program.ask("GET", "/shop/listings")["rows"]) == 1


def test_the_warehouse_sets_stock_but_no_price(front, trade, shop):
    helper, variant = trade.person(), trade.goods(shop)
    with transaction() as session:
        grant_role(session, granted_by=None, organization_id=shop.id, user_id=helper.user_id, role="warehouse")
        helper = actor_of(session, helper.user_id)
    program = Program(front.app, a_token(helper, "listings:write"))
    line = {"variant_id": str(variant), "stock": 3}
    assert program.ask("POST", "/shop/stock-and-prices", {"lines": [line]})["lines"][0]["is_changed"]
    priced = {**line, "stock": 4, "price": {"minor": 1, "currency": "USD"}}
    assert not program.ask("POST", "/shop/stock-and-prices", {"lines": [priced]})["lines"][0]["is_changed"]
    assert trade.stock(variant) == (3, 0)


def test_a_picture_that_is_none_is_refused(trade, program):
    sent = {"name": "x.png", "content": b64encode(b"no picture").decode()}
    assert program.ask("POST", "/shop/pictures", sent, status=422)["code"] == "not-a-picture"
    assert program.ask("POST", "/shop/pictures", status=422)
    fine = {"name": "x.png", "content": b64encode(PEPPER).decode()}
    assert program.ask("POST", "/shop/pictures", {**fine, "alt": "x" * 251}, status=422)["errors"][0]["field"] == "alt"
    other = Program(program.app, a_token(trade.person()))
    assert other.ask("POST", "/shop/pictures", fine, status=404)["code"] == "shop-not-found"


def test_of_two_who_change_the_same_goods_at_the_same_time_one_is_told(program):
    made = program.ask("POST", "/shop/listings", terms(), status=201)

    def change(unit):
        return program.send("PUT", f"/shop/listings/{made['id']}", change_of(made, unit=unit))

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(change, ["jar", "box"]))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (kept,) = [answer.json for answer in answers if answer.status_code == 200]
    assert program.ask("GET", f"/shop/listings/{made['id']}") == kept


def test_two_who_set_the_same_stock_the_other_way_round_do_not_wait_in_a_ring(shop, program):
    mine = [str(one) for one in many(shop, 60)]

    def set_all(order):
        price = {"minor": 1100 + len(order[0]), "currency": "USD"}
        lines = [{"variant_id": one, "stock": 7, "price": price} for one in order]
        return program.send("POST", "/shop/stock-and-prices", {"lines": lines})

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(set_all, [mine, mine[::-1], mine, mine[::-1]]))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert all(line["is_changed"] for answer in answers for line in answer.json["lines"])


def test_a_program_offers_a_sample_sets_its_stock_and_price_and_takes_it_back(program):
    pepper = {"sku": "P-500", "price": {"minor": 1450, "currency": "USD"}, "stock": 40}
    sample = {"price": {"minor": 150, "currency": "USD"}, "stock": 12, "net_grams": 20}
    made = program.ask(
        "POST", "/shop/listings", terms(variants=[{**pepper, "sample": sample}], sample_most=3), status=201
    )
    kept = made["variants"][0]["sample"]
    assert (made["sample_most"], kept["price"], kept["stock"], kept["net_grams"]) == (3, sample["price"], 12, 20)
    line = {"variant_id": kept["id"], "stock": 30, "stock_seen": 12, "price": {"minor": 175, "currency": "USD"}}
    (result,) = program.ask("POST", "/shop/stock-and-prices", {"lines": [line]})["lines"]
    assert result["is_changed"]
    (row,) = program.ask("GET", "/shop/listings")["rows"]
    assert row["variants"][0]["price"]["minor"] == 1450
    assert (row["variants"][0]["sample"]["stock"], row["variants"][0]["sample"]["price"]["minor"]) == (30, 175)
    listing = program.ask("GET", f"/shop/listings/{made['id']}")
    after = program.ask("PUT", f"/shop/listings/{made['id']}", change_of(listing))
    assert after["variants"][0]["sample"] is None
    (gone,) = program.ask("POST", "/shop/stock-and-prices", {"lines": [line]})["lines"]
    assert not gone["is_changed"]


@pytest.mark.parametrize(
    "sample",
    [
        {"price": {"minor": 0, "currency": "USD"}, "stock": 1},
        {"price": {"minor": 100, "currency": "THB"}, "stock": 1},
        {"price": {"minor": 100, "currency": "USD"}},
        {"price": {"minor": 100, "currency": "USD"}, "stock": -1},
        {"stock": 1},
        "free",
    ],
)
def test_a_sample_without_a_price_and_a_stock_is_refused(program, sample):
    pepper = {"sku": "P-500", "price": {"minor": 1450, "currency": "USD"}, "stock": 40, "sample": sample}
    program.ask("POST", "/shop/listings", terms(variants=[pepper]), status=422)
