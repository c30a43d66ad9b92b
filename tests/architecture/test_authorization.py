"""Every route is asked by everybody, and answers as the table in `routes.py` says."""

from collections import Counter
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.routing import Map, Rule
from werkzeug.test import TestResponse

from app.db.base import Base
from app.db.session import reading
from tests.architecture.access import Answer, Person, Route
from tests.architecture.market import DAMAGED_TOKEN, FOREIGN_TOKEN, NO_TOKEN, PROGRAM, Market
from tests.architecture.routes import LETTERS, MACHINES, PROGRAMS, ROUTES

SERVED_BY_FLASK = {"static"}
CHECKS_ORIGIN = {
    "web.switch_currency",
    "web.switch_language",
}  # stands on every page, also on those that are shared by caches
WITHOUT_TOKEN = {route.endpoint for route in (*LETTERS, *MACHINES, *PROGRAMS)} | CHECKS_ORIGIN
READY = {"web.readyz"}  # may say 503: the test's chain has no worker that follows it
POSTS = [route for route in ROUTES if route.method == "POST"]


def routes_of(app: Flask) -> set[tuple[str, str]]:
    return {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint not in SERVED_BY_FLASK
    }


def undeclared(app: Flask) -> set[tuple[str, str]]:
    return routes_of(app) - {(route.endpoint, route.method) for route in ROUTES}


def contents() -> set[tuple[str, str | None]]:
    """A fingerprint of every table: two that are equal hold the same rows."""
    one = "SELECT '{0}', md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {0} AS t"
    with reading() as session:
        rows = session.execute(text(" UNION ALL ".join(one.format(name) for name in sorted(Base.metadata.tables))))
        return {(row[0], row[1]) for row in rows}


def answer_of(response: TestResponse) -> Answer:
    status, to = response.status_code, urlsplit(response.headers.get("Location", ""))
    if status == 401 or (to.path == "/sign-in" and "next=" in to.query):
        return Answer.SIGN_IN
    if to.path == "/sell":
        return Answer.NO_SHOP
    if status == 403:
        said = response.get_json(silent=True) or {}
        return Answer.SIGN_IN if said.get("code") == "sign-in-needed" else Answer.REFUSED
    return Answer.HIDDEN if status == 404 else Answer.ALLOWED


def test_every_route_says_who_may_use_it(market: Market) -> None:
    missing = undeclared(market.front.app)
    lines = [f'    Route("{endpoint}", <who>, "{method}", params=...),' for endpoint, method in sorted(missing)]
    assert not lines, "Say in tests/architecture/routes.py who may use these:\n" + "\n".join(lines)


def test_the_table_names_no_route_that_is_gone(market: Market) -> None:
    gone = {(route.endpoint, route.method) for route in ROUTES} - routes_of(market.front.app)
    assert not gone, f"Take these out of tests/architecture/routes.py, or mend their names: {sorted(gone)}"


def test_the_table_asks_each_thing_once() -> None:
    twice = [line for line, count in Counter(map(str, ROUTES)).items() if count > 1]
    assert not twice


def test_a_new_page_without_a_line_in_the_table_is_noticed(market: Market) -> None:
    grown = Flask("grown")
    grown.url_map = Map([rule.empty() for rule in market.front.app.url_map.iter_rules()])
    grown.url_map.add(Rule("/books/secrets", endpoint="reports.secrets", methods=["GET", "POST"]))
    assert undeclared(grown) == {("reports.secrets", "GET"), ("reports.secrets", "POST")}


def test_orders_shops_and_reports_of_others_are_among_what_is_asked_for() -> None:
    asked = {route.endpoint.split(".")[0] for route in ROUTES if route.access.others is not Answer.ALLOWED}
    assert {"orders", "checkout", "catalog", "identity", "shipping", "payouts", "reports", "console"} <= asked


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_everybody_is_answered_as_the_table_says(market: Market, route: Route) -> None:
    wrong = []
    may_not = [person for person in Person if route.access.answer(person) is not Answer.ALLOWED]
    before = contents() if may_not else None
    # Who may not asks first, while there is still everything to lose.
    for person in (*may_not, *(person for person in Person if person not in may_not)):
        if person not in may_not and before:
            assert contents() == before, f"{route}: somebody who may not has changed something"
            before = None
        response = market.ask(route, person)
        got, expected = answer_of(response), route.access.answer(person)
        if got is not expected:
            wrong.append(f"{person}: {got} ({response.status_code}), should be {expected}")
        if response.status_code >= 500 and route.endpoint not in READY:
            wrong.append(f"{person}: {response.status_code}")
    assert not wrong, f"{route}\n" + "\n".join(wrong)


@pytest.mark.parametrize("route", [r for r in POSTS if r.endpoint not in WITHOUT_TOKEN], ids=str)
def test_a_form_without_its_token_does_nothing(market: Market, route: Route) -> None:
    """Nor with the token that another browser of the same person was given: another site could only have its own."""
    allowed = next(person for person in Person if route.access.answer(person) is Answer.ALLOWED)
    before = contents()
    for token in (NO_TOKEN, FOREIGN_TOKEN, DAMAGED_TOKEN):
        response = market.ask(route, allowed, token=token)
        assert (response.status_code, response.get_json()["code"]) == (400, "form-expired"), token
    assert contents() == before


@pytest.mark.parametrize(
    ("endpoint", "cookie", "value"),
    [("web.switch_language", "language", "km"), ("web.switch_currency", "currency", "KHR")],
)
def test_a_page_of_another_site_cannot_switch_anything(market: Market, endpoint: str, cookie: str, value: str) -> None:
    assert endpoint in CHECKS_ORIGIN
    browser = market.browser(Person.GUEST)
    with market.front.app.test_request_context():
        path = market.front.app.url_for(endpoint)
    for origin in ("https://evil.example", "http://[", "http://localhost.evil.example"):
        answer = browser.post(path, data={cookie: value}, headers={**PROGRAM, "Origin": origin})
        assert (answer.status_code, answer.get_json()["code"]) == (403, "from-elsewhere")
        assert f"{cookie}=" not in answer.headers.get("Set-Cookie", "")


def test_a_call_of_the_card_service_without_its_signature_is_refused(market: Market) -> None:
    (webhook,) = MACHINES
    response = market.ask(webhook, Person.OPERATOR, token=NO_TOKEN)
    assert (response.status_code, response.get_json()["code"]) == (400, "webhook-rejected")
