"""The API describes itself, errors included, and refuses what it does not know by name."""

from concurrent.futures import ThreadPoolExecutor

import marshmallow as ma
import pytest
from flask import Flask
from flask.views import MethodView
from flask_smorest import Blueprint

from app.api.document import create_api
from app.api.schemas import BaseSchema, MoneySchema, PageQuerySchema, Text, page_schema
from app.web.application import create_web
from app.web.forms import csrf
from tests.support.http import web_settings


class ThingSchema(BaseSchema):
    name = Text(required=True, longest=20)
    price = ma.fields.Nested(MoneySchema, required=True)


def things() -> Flask:
    app = create_web(web_settings())
    api = create_api(app)
    bp = Blueprint("things", __name__, url_prefix="/api/v1/things", description="Things")

    @bp.route("/")
    class Things(MethodView):
        @bp.arguments(PageQuerySchema, location="query")
        @bp.response(200, page_schema(ThingSchema))
        def get(self, query: dict[str, object]) -> dict[str, object]:
            return {"rows": [], "next_cursor": query["cursor"]}

        @bp.arguments(ThingSchema)
        @bp.response(201, ThingSchema)
        def post(self, thing: dict[str, object]) -> dict[str, object]:
            return thing

    csrf.exempt(bp)
    api.register_blueprint(bp)
    return app


@pytest.fixture(scope="module")
def app() -> Flask:
    return things()


def test_every_operation_announces_problem_details(app: Flask) -> None:
    document = app.test_client().get("/api/v1/openapi.json").json
    assert document["openapi"].startswith("3.1")
    for operations in document["paths"].values():
        for operation in (value for name, value in operations.items() if name in {"get", "post"}):
            assert operation["responses"]["default"] == {"$ref": "#/components/responses/DEFAULT_ERROR"}
    error = document["components"]["responses"]["DEFAULT_ERROR"]["content"]
    assert error == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    assert {"code", "detail", "status"} <= set(document["components"]["schemas"]["Problem"]["properties"])


def test_all_who_ask_first_get_the_same_whole_document() -> None:
    app = things()
    with ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(app.test_client().get, "/api/v1/openapi.json") for _ in range(4)]
        answers = [one.result() for one in asked]
    assert len({answer.get_data() for answer in answers}) == 1
    assert list(answers[0].json["paths"]) == ["/api/v1/things/"]
    assert [tag["name"] for tag in answers[0].json["tags"]] == ["things"]


def test_text_arrives_composed(app: Flask) -> None:
    thing = {"name": "  Ca\u0301i ", "price": {"minor": 1450, "currency": "USD"}}
    assert app.test_client().post("/api/v1/things/", json=thing).json["name"] == "Cái"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"nmae": "x"}, "nmae"), ({"name": None}, "name"), ({"name": "a\x00"}, "name"), ({"name": "x" * 21}, "name"),
        ({"price": {"minor": 1.5, "currency": "USD"}}, "price.minor"), ({"price": {"minor": "12", "currency": "USD"}}, "price.minor"),
        ({"price": {"minor": 1, "currency": "EUR"}}, "price.currency"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(app: Flask, change: dict[str, object], field: str) -> None:
    thing = {"name": "Pepper", "price": {"minor": 1450, "currency": "USD"}, **change}
    answer = app.test_client().post("/api/v1/things/", json=thing)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json["errors"]] == [field]


def test_a_page_has_at_most_a_hundred_rows(app: Flask) -> None:
    answer = app.test_client().get("/api/v1/things/?size=101")
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "size")


def test_broken_json_is_told_apart_from_wrong_values(app: Flask) -> None:
    answer = app.test_client().post("/api/v1/things/", data="{", content_type="application/json")
    assert (answer.status_code, answer.json["code"]) == (400, "bad-request")
