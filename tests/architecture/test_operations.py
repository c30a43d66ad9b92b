"""All operations of the API keep the same manners; where one does not, its reason is written down here."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.architecture.market import Market

NO_KEY = {
    "/carts": "gives a new cart, which costs nothing and is nobody's",
    "/orders/{number}/handover": "shows a code that no answer keeps",
}
"""POST without an Idempotency-Key."""
WHOLE = {
    "/account/addresses": "a person has few",
    "/account/lists": "a person has few",
    "/books/files": "at most a hundred are shown",
    "/books/journals": "an order has few",
    "/books/months": "a year has twelve",
    "/books/reports": "as many as are written",
    "/companies": "a person is in few",
    "/companies/{company_id}/terms": "few shops let a company pay later",
    "/companies/{company_id}/webhooks": "a company has few",
    "/orders/{number}/invoices": "an order has few",
    "/orders/{number}/returns": "an order has few",
    "/shop/orders/{number}/returns": "an order has few",
    "/shop/invitations": "at most fifty are open",
    "/shop/papers": "at most twenty",
    "/shop/reports": "as many as are written",
    "/shop/shipping-rates": "a shop has few",
    "/shop/terms": "the ageing list is read as a whole",
    "/shop/terms/companies": "companies among its customers, of whom one is chosen",
    "/shop/webhooks": "a shop has few",
    "/shops": "a person works for few",
}
"""Lists that come whole."""


@pytest.fixture(scope="module")
def document(market: Market) -> Any:
    return market.front.app.test_client().get("/api/v1/openapi.json").json


def operations(document: Any) -> Iterator[tuple[str, str, Any]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method in {"get", "post", "put", "patch", "delete"}:
                yield path.removeprefix("/api/v1"), method, operation


def resolved(document: Any, schema: Any) -> Any:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def parts(document: Any, schema: Any, where: str) -> Iterator[tuple[str, Any]]:
    """The schema and all that is in it, by dotted path; of several choices each."""
    schema = resolved(document, schema)
    for choice in [*schema.get("allOf", ()), *schema.get("anyOf", ()), *schema.get("oneOf", ())]:
        yield from parts(document, choice, where)
    yield where, schema
    for name, inner in schema.get("properties", {}).items():
        yield from parts(document, inner, f"{where}.{name}")
    if isinstance(schema.get("items"), dict):
        yield from parts(document, schema["items"], where)


def sent(document: Any) -> Iterator[tuple[str, Any]]:
    """Everything that a body may hold."""
    for path, method, operation in operations(document):
        for kind, content in operation.get("requestBody", {}).get("content", {}).items():
            assert kind == "application/json", path
            yield from parts(document, content["schema"], f"{method} {path}")


def kinds(schema: Any) -> set[str]:
    found = schema.get("type", ())
    return {found} if isinstance(found, str) else set(found)


def parameters(document: Any, path: str, operation: Any) -> dict[str, Any]:
    shared = document["paths"][f"/api/v1{path}"].get("parameters", [])
    return {one["name"]: one for one in [*shared, *operation.get("parameters", ())] if "name" in one}


def test_what_is_posted_can_be_sent_twice(document: Any) -> None:
    without = {
        path
        for path, method, operation in operations(document)
        if method == "post" and "Idempotency-Key" not in parameters(document, path, operation)
    }
    assert without == NO_KEY.keys()


def test_every_list_comes_a_page_at_a_time_or_is_short(document: Any) -> None:
    whole = set()
    for path, method, operation in operations(document):
        content = operation["responses"].get("200", {}).get("content", {}).get("application/json", {})
        shown = resolved(document, content.get("schema", {})).get("properties", {})
        if method != "get" or not {"rows", "rates"} & shown.keys():
            continue
        asked = parameters(document, path, operation)
        if not {"cursor", "size"} <= asked.keys() or "next_cursor" not in shown:
            whole.add(path)
        else:
            assert asked["size"]["schema"]["maximum"] <= 100, path
    assert whole == WHOLE.keys()


def test_every_error_is_a_problem(document: Any) -> None:
    (problem,) = document["components"]["responses"]["DEFAULT_ERROR"]["content"]
    assert problem == "application/problem+json"
    for path, method, operation in operations(document):
        assert operation["responses"]["default"] == {"$ref": "#/components/responses/DEFAULT_ERROR"}, (method, path)


def test_no_body_takes_a_field_that_it_does_not_name(document: Any) -> None:
    loose = {
        where
        for where, schema in sent(document)
        if "properties" in schema and schema.get("additionalProperties") is not False
    }
    assert loose == set()


def test_every_number_list_and_text_of_a_body_has_an_end(document: Any) -> None:
    endless = set()
    for where, schema in sent(document):
        if {"enum", "const", "allOf", "anyOf", "readOnly"} & schema.keys():
            continue
        if "integer" in kinds(schema) and not {"minimum", "maximum"} <= schema.keys():
            endless.add(where)
        if "array" in kinds(schema) and "maxItems" not in schema:
            endless.add(where)
        if "string" in kinds(schema) and not {"maxLength", "pattern", "format"} & schema.keys():
            endless.add(where)
    assert endless == set()
