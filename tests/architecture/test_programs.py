"""Every operation of a token names its scope, and lets nobody in without it; a stranger's token finds nothing."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from app.access.rules import OF_MARKET, SCOPES
from tests.architecture.access import NOBODY_BY_COOKIE, Person, Route
from tests.architecture.bodies import sample, spoiled
from tests.architecture.market import Market
from tests.architecture.programs_of_books import OF_BOOKS
from tests.architecture.routes import PROGRAMS
from tests.support.programs import Program, a_token
from tests.support.statements import asked

BY_TOKEN = [route for route in PROGRAMS if route.access is NOBODY_BY_COOKIE]
MOST = 11
NONE_OF_IT = (
    {"own_people.member": 404}
    | dict.fromkeys(
        (
            "buyers_dispute.buyers",
            "shops_dispute.sellers",
            "wallet_payment.payment",
            "quote_drafts.draft",
            "quote_drafts.prices",
        ),
        409,
    )
    | {"books.seal": 404}
)
ASKED = {
    "sign_as_buyer.buyers": {"act": "release"},
    "sign_as_shop.sellers": {"act": "refund"},
    "reports_of_books.journals": {"order": "{order}"},
}
"""What a question cannot do without."""
NOTHING_TO_FIND = {"address_book.remove", "wish_list.keep", "wish_list.drop"}
"""What is not there is deleted already; goods on sale may be wished for by everybody."""


def test_no_operation_is_open_without_its_scope(market: Market) -> None:
    app, owner = market.front.app, market.people[Person.OWNER]
    assert owner is not None
    document = app.test_client().get("/api/v1/openapi.json").json
    lacking = {scope: Program(app, a_token(owner, *(SCOPES.keys() - OF_MARKET - {scope}))) for scope in SCOPES}
    for route in BY_TOKEN:
        path = path_of(market, route)
        (scope,) = document["paths"][written(market, route)][route.method.lower()]["security"][0]["token"]
        answer = lacking[scope].send(route.method, path)
        assert (answer.status_code, answer.json["code"]) == (403, "scope-missing"), route
        assert answer.json["values"] == {"scope": scope}, route
        assert Program(app).send(route.method, path).status_code == 401, route


def test_a_stranger_with_every_scope_finds_nothing(market: Market) -> None:
    """Without a body: what needs one is refused for that (422), before anything is looked for.

    The scope of the books is for nobody outside the market.
    """
    stranger = market.people[Person.OTHER_SHOP]
    assert stranger is not None
    program, wrong = Program(market.front.app, a_token(stranger)), []
    for route in (route for route in BY_TOKEN if route.params):
        answer = program.send(route.method, asking_path(market, route))
        expected = {204} if route.endpoint in NOTHING_TO_FIND else {404} if route.method == "GET" else {404, 422}
        expected = {403} if route in OF_BOOKS else expected
        if answer.status_code not in expected:
            wrong.append(f"{route}: {answer.status_code} {answer.get_data(as_text=True)}")
    assert not wrong, "\n".join(wrong)


def test_everybody_reads_what_is_theirs_in_few_statements(market: Market) -> None:
    """One of them finds out who asks. What there is none of answers as the table says, until another test begins one."""
    sides, wrong = sides_of(market), []
    for route in (route for route in BY_TOKEN if route.method == "GET"):
        path = asking_path(market, route)
        program = side_of(sides, path)
        program.send("GET", path)
        with asked() as statements:
            answer = program.send("GET", path)
        if answer.status_code not in {200, NONE_OF_IT.get(route.endpoint)} or len(statements) > MOST:
            wrong.append(f"{route}: {answer.status_code}, {len(statements)} statements")
    assert not wrong, "\n".join(wrong)


def leaves(document: Any, schema: Any, where: str) -> Iterator[str]:
    """What of a body must be sent and is shown by no example."""
    if {"example", "enum", "const"} & schema.keys() or schema.get("type") == "boolean":
        return
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield from leaves(document, document["components"]["schemas"][name], name)
    elif "properties" in schema:
        for name in schema.get("required", ()):
            yield from leaves(document, schema["properties"][name], f"{where}.{name}")
    elif schema.get("type") == "array":
        yield from leaves(document, schema["items"], where)
    else:
        yield where


def test_everything_that_must_be_sent_is_shown_by_an_example(market: Market) -> None:
    document: Any = market.front.app.test_client().get("/api/v1/openapi.json").json
    operations = [one for path in document["paths"].values() for one in path.values() if isinstance(one, dict)]
    bodies = [one["requestBody"]["content"].get("application/json") for one in operations if "requestBody" in one]
    assert len(bodies) > 50
    missing = {where for body in bodies if body for where in leaves(document, body["schema"], "")}
    assert missing == set()


def sides_of(market: Market) -> dict[str, Program]:
    """Who asks with every scope, by how the path begins."""
    found = {}
    for side, person in (("/shop", Person.OWNER), ("/books", Person.ACCOUNTANT), ("", Person.BUYER)):
        who = market.people[person]
        assert who is not None
        found[side] = Program(market.front.app, a_token(who))
    return found


def side_of(sides: dict[str, Program], path: str) -> Program:
    return next(program for side, program in sides.items() if not side or path.startswith(f"{side}/"))


def asking_path(market: Market, route: Route) -> str:
    """With whose it is, and what the question cannot do without."""
    named = {**route.query, **ASKED.get(route.endpoint, {})}
    asked = {name: text.format_map(market.things) for name, text in named.items()}
    return f"{path_of(market, route)}?{urlencode(asked)}"


def path_of(market: Market, route: Route) -> str:
    params = {name: text.format_map(market.things) for name, text in route.params.items()}
    with market.front.app.test_request_context():
        path: str = market.front.app.url_for(route.endpoint, _method=route.method, **params)
    return path.removeprefix("/api/v1")


def written(market: Market, route: Route) -> str:
    """Its address as the document writes it."""
    rules = [one for one in market.front.app.url_map.iter_rules(route.endpoint) if route.method in (one.methods or ())]
    return re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", r"{\1}", rules[0].rule)


def test_what_cannot_be_meant_is_refused_as_a_problem(market: Market) -> None:
    """With every scope, by the right side: unknown, missing, huge, negative and unprintable values, field by field."""
    document: Any = market.front.app.test_client().get("/api/v1/openapi.json").json
    sides, wrong = sides_of(market), []
    for route in BY_TOKEN:
        operation = document["paths"][written(market, route)][route.method.lower()]
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content is None:
            continue
        path, body = path_of(market, route), sample(document, content["schema"])
        program = side_of(sides, path)
        for how, spoiled_body in spoiled(body):
            answer = program.send(route.method, path, spoiled_body)
            is_due = how == "unknown" or how.startswith("without ")
            if answer.status_code >= 500 or (is_due and answer.status_code not in {404, 409, 422}):
                wrong.append(f"{route}, {how}: {answer.status_code} {answer.get_data(as_text=True)[:200]}")
            if answer.status_code >= 400 and answer.content_type != "application/problem+json":
                wrong.append(f"{route}, {how}: {answer.content_type}")
    assert not wrong, "\n".join(wrong)
