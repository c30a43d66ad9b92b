"""Hostile text in every address, field, cookie and message the market takes: never our error, never their markup.

What such text becomes where it is allowed to stay is looked at in `tests/orders/test_hostile_words.py`.
"""

import json
from collections.abc import Callable, Iterator
from urllib.parse import quote, urlencode

import pytest
from bs4 import BeautifulSoup, SoupStrainer, Tag
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.architecture.access import Answer, Person, Route
from tests.architecture.conftest import Market
from tests.architecture.routes import ROUTES

MARKUP = "\"'><b data-torture>&lt;{{7*7}}'); DROP TABLE orders;--\\%s%(x)d"
NO_TEXT = "a\x00b"
HALF_LETTERS = "\ud800\u202e\ufffe\u200f\x1b[31m" + "\U0001f9c2\u0301" * 60 + "𐍈" * 400
ENDLESS_NUMBER = "9" * 4301
TORTURE = (MARKUP, NO_TEXT, HALF_LETTERS, ENDLESS_NUMBER)
NAMES_IN_ADDRESSES = (
    "q", "cursor", "shop", "tab", "undo", "next", "category", "country", "condition", "price_from", "price_to", "stock",
    "sort", "first_day", "last_day", "month", "state", "token", "amount",
)  # fmt: skip
TYPED = {"text", "textarea", "email", "search", "tel", "url", "password", "number"}
TOKENS = {"csrf_token", "form_token"}
ENDS_THE_MARKET = ("/suspend", "/desk/shop/pause", "/remove", "/off", "/revoke")  # everybody else's tests go on in it
PAGE = {"Accept": "text/html"}
ERRORS_ON_PURPOSE = {"styleguide.error", "web.readyz"}  # `readyz` says 503 while a part is away


def sent(text: str) -> bytes:
    """The bytes of a careless program: half a letter as it is."""
    return text.encode("utf-8", "surrogatepass")


def wrong_with(answer: TestResponse) -> str | None:
    if answer.status_code >= 500:
        return f"{answer.request.method} {answer.request.path[:80]}: {answer.status_code}"
    if b"<b data-torture" in answer.data:  # what is escaped has no "<" left
        return f"{answer.request.method} {answer.request.path[:80]}: shown as markup"
    return None


def allowed(route: Route) -> Person:
    """Somebody who gets through; the owner where only a token does."""
    return next((person for person in Person if route.access.answer(person) is Answer.ALLOWED), Person.OWNER)


def looked_at() -> list[Route]:
    """All pages but those whose work it is to answer with an error of ours."""
    return [route for route in ROUTES if route.method == "GET" and route.endpoint not in ERRORS_ON_PURPOSE]


def address_of(market: Market, route: Route, text: bytes) -> str:
    """The route's address with the text for every word that may stand in it; ids stay, to get behind them."""
    app = market.front.app
    rule: Rule = next(rule for rule in app.url_map.iter_rules(route.endpoint) if "GET" in (rule.methods or ()))
    words = {name for name in route.params if type(rule._converters[name]).__name__ == "UnicodeConverter"}
    given = {name: value.format_map(market.things) for name, value in route.params.items()}
    with app.test_request_context():
        path = app.url_for(route.endpoint, _method="GET", **{**given, **dict.fromkeys(words, "TORTURE")})
    return path.replace("TORTURE", quote(text, safe=""))


@pytest.mark.parametrize("route", looked_at(), ids=str)
def test_no_address_breaks_a_page(market: Market, route: Route) -> None:
    browser, wrong = market.browser(allowed(route)), []
    for text in map(sent, TORTURE):
        own = {name: value.format_map(market.things) for name, value in route.query.items()}
        query = urlencode({**dict.fromkeys(NAMES_IN_ADDRESSES, text), **own})
        wrong.append(wrong_with(browser.get(f"{address_of(market, route, text)}?{query}", headers=PAGE, buffered=True)))
    assert not [one for one in wrong if one]


@pytest.mark.parametrize("cookie", ["cart", "orders", "session", "language", "remember_token"])
def test_no_cookie_breaks_a_page(market: Market, cookie: str) -> None:
    browser = market.front.app.test_client(use_cookies=False)  # one with cookies of its own sends no other
    for text in ('"a\\000b"', '"\\355\\240\\200"', "<b data-torture>", ENDLESS_NUMBER[:3000], "."):
        for path in ("/", "/cart", "/orders", "/checkout"):
            answer = browser.get(path, headers={**PAGE, "Cookie": f"{cookie}={text}"}, buffered=True)
            assert not wrong_with(answer)


def with_goods(market: Market, person: Person) -> FlaskClient:
    """A browser with a cart, so that the pages of checkout open."""
    browser = market.browser(person)
    product = market.things[
        "product_of_another" if person is Person.OWNER else "product"
    ]  # nobody buys of the own shop
    page = BeautifulSoup(browser.get(f"/p/{product}").data, "html.parser")
    form = page.select_one("form[action='/cart/add']")
    assert form is not None
    fields = {name: value for name, (_, value) in fields_of(form).items()}
    assert browser.post("/cart/add", data=fields).status_code == 303
    return browser


def fields_of(form: Tag) -> dict[str, tuple[str, str]]:
    """Name to (kind, what stands in it)."""
    found = {}
    for field in form.select("[name]"):
        chosen = field.select_one("option[selected]") or field.select_one("option")
        value = str(chosen["value"] if chosen else field.get("value") or field.get_text())
        found[str(field["name"])] = (str(field.get("type", field.name)), value)
    return found


def forms_shown_to(market: Market, browser: FlaskClient, person: Person) -> Iterator[tuple[str, Tag]]:
    """Every form one can write something into, on every page this person may open, with its address."""
    for route in looked_at():
        if route.access.answer(person) is not Answer.ALLOWED:
            continue
        named = {name: value.format_map(market.things) for name, value in {**route.params, **route.query}.items()}
        with market.front.app.test_request_context():
            path = market.front.app.url_for(route.endpoint, _method="GET", **named)
        answer = browser.get(path, headers=PAGE, buffered=True)
        if answer.mimetype == "text/html":
            for form in BeautifulSoup(answer.data, "html.parser", parse_only=SoupStrainer("form")).select(
                "[method=post]"
            ):
                action = str(form.get("action") or path)
                is_written_into = any(in_what_is_typed(kind) for kind, _ in fields_of(form).values())
                if is_written_into and not any(end in action for end in ENDS_THE_MARKET):
                    yield action, form


def in_what_is_typed(kind: str) -> bool:
    return kind in TYPED


def in_what_is_chosen(kind: str) -> bool:
    return kind not in TYPED


HOSTILE_FORMS = (
    (in_what_is_typed, MARKUP),
    (in_what_is_typed, NO_TEXT),
    (in_what_is_typed, ENDLESS_NUMBER),
    (in_what_is_chosen, NO_TEXT),
)


@pytest.mark.parametrize("person", [Person.GUEST, Person.BUYER, Person.OWNER, Person.OPERATOR])
def test_no_form_breaks_whatever_stands_in_it(market: Market, person: Person) -> None:
    browser, wrong, known = with_goods(market, person), [], set()
    for action, form in forms_shown_to(market, browser, person):
        fields = fields_of(form)
        if (action, *fields) in known:
            continue
        known.add((action, *fields))
        kind = str(form.get("enctype") or "application/x-www-form-urlencoded")
        for where, text in HOSTILE_FORMS:
            body = filled(fields, text, where)
            content = multipart(body) if kind == "multipart/form-data" else urlencode(body).encode()
            kind_sent = f"{kind}; boundary=B" if kind == "multipart/form-data" else kind
            answer = browser.post(action, data=content, content_type=kind_sent, headers=PAGE, buffered=True)
            wrong.append(wrong_with(answer))
    assert len(known) > 3, "the pages were not opened"
    assert not [one for one in wrong if one]


def filled(fields: dict[str, tuple[str, str]], text: str, where: Callable[[str], bool]) -> dict[str, bytes]:
    return {
        name: sent(text if where(kind) and name not in TOKENS else value)
        for name, (kind, value) in fields.items()
        if kind != "file"
    }


def multipart(body: dict[str, bytes]) -> bytes:
    head = b'--B\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    return b"".join(head % (name.encode(), value) for name, value in body.items()) + b"--B--\r\n"


SIGNATURE = "0x" + "11" * 65
MESSAGES = (
    None, [], "x", 5, {}, {"address": None}, {"address": ["x"], "message": {"a": 1}, "signature": []},
    {"address": NO_TEXT, "message": NO_TEXT, "signature": NO_TEXT},
    {"address": MARKUP, "message": MARKUP, "signature": MARKUP},
    {"address": "0x" + "1" * 40, "message": "\ud800", "signature": SIGNATURE},
    {"message": "market wants you to sign in\n" * 9000, "signature": SIGNATURE},
)  # fmt: skip


@pytest.mark.parametrize("path", ["/sign-in/wallet", "/sign-in/wallet/message", "/desk/shop/wallet", "/api/v1/carts"])
def test_no_message_of_a_program_breaks_us(market: Market, path: str) -> None:
    browser, wrong = market.browser(Person.OWNER), []
    page = BeautifulSoup(browser.get("/desk/shop").data, "html.parser").select_one("[name=csrf_token]")
    assert page is not None
    headers = {"X-CSRFToken": str(page["value"])}
    for content in (*map(json.dumps, MESSAGES), "{", '{"a":' * 5000, "\ufeff{}"):
        answer = browser.post(path, data=content, content_type="application/json", headers=headers, buffered=True)
        assert answer.status_code != 403
        wrong.append(wrong_with(answer))
    assert not [one for one in wrong if one]
