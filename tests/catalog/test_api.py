"""A program reads the goods on sale: filters, pages, and what is wrong with a question."""

import pytest
from sqlalchemy import Connection, Engine, event

from app.api.schemas import page_schema
from app.catalog.models import Listing
from app.catalog.schemas import ListingDetailSchema, ListingSchema
from app.db.session import transaction
from app.identity.models import Organization
from app.identity.queries import actor_of, user_by_email
from tests.support.goods import a_listing
from tests.support.market_pages import OWNER


def ask(market_pages, question="", *, status=200):
    answer = market_pages.app.test_client().get(f"/api/v1/listings{question}")
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.json


def test_goods_come_with_price_picture_and_maker(market_pages):
    (row,) = [row for row in ask(market_pages)["rows"] if row["id"] == str(market_pages.listing_id)]
    assert row["titles"]["km"] == "ម្រេចកំពតខ្មៅ"
    assert set(row["price"]) == {"minor", "currency"}
    assert row["price_usd"]["currency"] == "USD"
    assert row["seller"] == {"name": "Sothy's Farm", "slug": "sothys-farm", "place": "Kampot", "country": "KH"}
    client = market_pages.app.test_client()
    assert client.get(row["url"]).status_code == 200
    with client.get(row["picture"]) as picture:
        assert picture.content_type == "image/webp"


def test_one_listing_comes_with_its_variants_and_what_can_be_had(market_pages):
    (row,) = [row for row in ask(market_pages)["rows"] if row["id"] == str(market_pages.listing_id)]
    found = ask(market_pages, f"/{row['slug']}")
    assert ListingDetailSchema().dump(ListingDetailSchema().load(found)) == found
    assert {name: found[name] for name in set(row) & set(found)} == {name: row[name] for name in set(row) & set(found)}
    assert str(market_pages.variant_id) in [variant["id"] for variant in found["variants"]]
    assert min(variant["price"]["minor"] for variant in found["variants"]) == row["price"]["minor"]
    with market_pages.app.test_client().get(found["pictures"][0]) as picture:
        assert picture.content_type == "image/webp"
    assert ask(market_pages, "/no-such-goods", status=404)["code"] == "listing-not-found"


def test_what_is_answered_is_what_the_document_promises(market_pages):
    answered = ask(market_pages)
    schema = page_schema(ListingSchema)()
    assert schema.dump(schema.load(answered)) == answered
    row_fields = ListingSchema().fields
    assert all(set(row) == set(row_fields) for row in answered["rows"])
    assert all(set(row["seller"]) == set(row_fields["seller"].schema.fields) for row in answered["rows"])


def test_category_words_and_country_narrow(market_pages):
    assert {row["titles"]["en"] for row in ask(market_pages, "?q=palm")["rows"]} == {"Palm sugar 0", "Palm sugar 1"}
    assert len(ask(market_pages, "?category=pepper-spice&country=KH")["rows"]) == 3
    assert ask(market_pages, "?country=TH")["rows"] == []


def test_pages_follow_each_other_until_there_is_no_next_one(market_pages):
    seen, cursor = [], ""
    for _ in range(3):
        page = ask(market_pages, f"?size=1&sort=price_up&cursor={cursor}")
        seen += [row["slug"] for row in page["rows"]]
        cursor = page["next_cursor"]
    assert cursor is None
    assert len(set(seen)) == 3


@pytest.mark.parametrize(
    ("question", "status", "code"),
    [
        ("?category=no-such", 404, "category-not-found"),
        ("?cursor=x", 422, "bad-cursor"),
        ("?size=0", 422, "invalid"),
        ("?size=101", 422, "invalid"),
        ("?sort=sideways", 422, "invalid"),
        ("?country=XX", 422, "invalid"),
        ("?q=" + "x" * 201, 422, "invalid"),
        ("?q=%00", 422, "invalid"),
        ("?sise=20", 422, "invalid"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_with_a_problem(market_pages, question, status, code):
    problem = ask(market_pages, question, status=status)
    assert problem["code"] == code
    assert problem["detail"]


def test_the_number_of_queries_does_not_grow_with_the_goods(market_pages):
    few = queries_of(market_pages, 1)
    with transaction() as session:
        shop = session.get_one(Organization, market_pages.shop_id)
        owner = actor_of(session, user_by_email(session, OWNER).id)
        for number in range(50):
            a_listing(session, shop, owner, titles={"en": f"Rice {number}"})
    assert len(ask(market_pages, "?category=pepper-spice&size=50")["rows"]) == 50
    assert queries_of(market_pages, 50) == few <= 2
    with transaction() as session:
        for listing in session.query(Listing).where(Listing.titles["en"].astext.like("Rice %")):
            listing.status = "draft"


def test_one_listing_is_read_by_few_queries(market_pages):
    (row,) = [row for row in ask(market_pages)["rows"] if row["id"] == str(market_pages.listing_id)]
    assert statements(lambda: ask(market_pages, f"/{row['slug']}")) <= 6


def queries_of(market_pages, size):
    return statements(lambda: ask(market_pages, f"?category=pepper-spice&size={size}"))


def statements(work):
    sent = []

    def note(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return len(sent)


def test_the_document_tells_how_to_ask(market_pages):
    document = market_pages.app.test_client().get("/api/v1/openapi.json").json
    asked = {each["name"] for each in document["paths"]["/api/v1/listings"]["get"]["parameters"]}
    assert asked == {"category", "q", "country", "sort", "cursor", "size"}
