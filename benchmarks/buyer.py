"""A guest who buys by card over HTTP, from an empty session to the paid order: by the pages, as a browser without
JavaScript does, or through a program that uses the API."""

import http.client
import json
import re
from collections.abc import Mapping
from html import unescape
from types import MappingProxyType
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

_FORM = re.compile(r"<form[^>]*>.*?</form>", re.DOTALL)
_FIELD = re.compile(r'<input type="radio"[^>]*checked[^>]*>|<input[^>]*type="hidden"[^>]*>')
_ATTRIBUTE = re.compile(r'(name|value)="([^"]*)"')
CONTACT = {"email": "dara@people.example", "name": "Dara Chan", "phone": "091 234 567"}
ADDRESS = {"country": "KH", "street": "St 178, no 12", "city": "Phnom Penh"}
CARD = {"cardNumber": "4242424242424242", "cardExpiry": "12/40", "cardCvc": "123", "billingName": "Dara Chan"}
SEE_OTHER = (301, 302, 303)


class NotSold(Exception):
    """The market declined, with what its page says."""


class Browser:
    """One keep-alive connection to one server, and its cookies. `name` is the address it claims to come from."""

    def __init__(self, address: str, *, name: str = "") -> None:
        self._connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
        self._cookies: dict[str, str] = {}
        self.answered: dict[str, str] = {}  # headers of the last answer
        self._name = {"X-Forwarded-For": name} if name else {}
        self.calls = 0

    def get(self, path: str) -> tuple[int, str, str]:
        """(status, where to go on, page)."""
        return self._ask("GET", path)

    def post(self, path: str, fields: dict[str, str]) -> tuple[int, str, str]:
        return self._ask("POST", path, urlencode(fields))

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        """(status, answer), both in JSON. `headers` with `_` for `-`."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        status, _, answer = self._ask(method, path, json.dumps(body) if body else None, "application/json", sent)
        return status, json.loads(answer)

    def close(self) -> None:
        self._connection.close()

    def _ask(
        self,
        method: str,
        path: str,
        body: str | None = None,
        content_type: str = "application/x-www-form-urlencoded",
        more: Mapping[str, str] = MappingProxyType({}),
    ) -> tuple[int, str, str]:
        self.calls += 1
        headers = {**self._name, **more}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        if body is not None:
            headers["Content-Type"] = content_type
        answer = self._send(method, path, body, headers)
        page = answer.read().decode()
        self.answered = dict(answer.headers)
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, value = cookie.split(";", 1)[0].split("=", 1)
            self._cookies[name] = value
        return answer.status, answer.headers.get("Location", ""), page

    def _send(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> http.client.HTTPResponse:
        """A server may close an idle connection: like a browser, ask once more."""
        try:
            self._connection.request(method, path, body, headers)
            return self._connection.getresponse()
        except (ConnectionError, http.client.RemoteDisconnected):
            self._connection.close()
            self._connection.request(method, path, body, headers)
            return self._connection.getresponse()


class Buyer:
    """`fill_cart`, `check_out`, `pay`; each raises NotSold when the market declines, and AssertionError otherwise."""

    def __init__(self, address: str, *, name: str = "", browser: type[Browser] = Browser) -> None:
        self._browser = browser
        self._market = browser(address, name=name)
        self._review = ""
        self._calls_elsewhere = 0

    @property
    def calls(self) -> int:
        """Requests so far, those to the card page included."""
        return self._market.calls + self._calls_elsewhere

    def fill_cart(self, slug: str, quantity: int = 1) -> None:
        """From the product's page into the cart."""
        page = self._open(f"/p/{slug}")
        self._send("/cart/add", page, quantity=str(quantity), next="/cart")

    def check_out(self) -> None:
        """Contact, address and shipping; what follows is the page with the one button."""
        for path, fields in (("/checkout", CONTACT), ("/checkout/address", ADDRESS), ("/checkout/shipping", {})):
            self._send(path, self._open(path), **fields)
        self._review = self._open("/checkout/review")

    def order(self) -> str:
        """Press the button: the address of the card page."""
        location = self._send("/checkout/pay", self._review)
        if not urlsplit(location).netloc:
            raise NotSold(f"no card page, but {location}")
        return location

    def pay(self, card_page: str) -> str:
        """Type the card and come back: the path of the paid checkout."""
        back, calls = type_card(self._browser(card_page), card_page)
        self._calls_elsewhere += calls
        status, group, page = self._market.get(_path(back))
        assert status in SEE_OTHER, page[:500]
        return _path(group)

    def buy(self, slug: str) -> str:
        """All of it; the path of the paid checkout."""
        self.fill_cart(slug)
        self.check_out()
        return self.pay(self.order())

    def look(self, path: str) -> str:
        """A page's words, without its tags."""
        return " ".join(re.sub(r"<[^>]*>", " ", self._open(path)).replace("\u200b", "").split())

    def close(self) -> None:
        self._market.close()

    def _open(self, path: str) -> str:
        status, location, page = self._market.get(path)
        if status != http.HTTPStatus.OK:
            raise NotSold(f"GET {path}: {status} {location} {_words(page)}")
        return page

    def _send(self, path: str, page: str, **fields: str) -> str:
        status, location, answer = self._market.post(path, hidden_fields(page, path) | fields)
        if status not in SEE_OTHER:
            raise NotSold(f"POST {path}: {status} {_words(answer)}")
        return location


class Guest(Protocol):
    """Anybody whose checkouts are counted: made with the shop's address and the address it claims to come from."""

    def __init__(self, address: str, *, name: str = "") -> None: ...

    @property
    def calls(self) -> int: ...

    def buy(self, slug: str) -> str: ...

    def close(self) -> None: ...


class Racer(Guest, Protocol):
    """A guest who can wait with a ready cart."""

    def fill_cart(self, slug: str) -> None: ...

    def check_out(self) -> None: ...

    def order(self) -> str: ...

    def pay(self, card_page: str) -> str: ...


class Program:
    """Buys the same through the API: one cart with everything in it, one order, the card page, one look."""

    def __init__(self, address: str, *, name: str = "") -> None:
        self._market = Browser(address, name=name)
        self._calls_elsewhere = 0

    @property
    def calls(self) -> int:
        """Requests so far, those to the card page included."""
        return self._market.calls + self._calls_elsewhere

    def buy(self, slug: str) -> str:
        """The id of the paid order group. Raises NotSold when the market declines."""
        listing = self._ask("GET", f"/listings/{slug}")
        wanted = [{"variant_id": listing["variants"][0]["id"], "quantity": listing["min_quantity"]}]
        cart = self._ask("POST", "/carts", {"lines": wanted, "contact": CONTACT, "address": ADDRESS})
        if cart["problems"]:
            raise NotSold(str(cart["problems"]))
        key = {"Cart_Token": cart["token"], "Idempotency_Key": cart["token"]}
        placed = self._ask("POST", "/cart/order", {"amounts": cart["amounts"]}, **key)
        back, calls = type_card(Browser(placed["pay_url"]), placed["pay_url"])
        self._calls_elsewhere += calls
        status, place, page = self._market.get(_path(back))
        assert status in SEE_OTHER, page[:500]
        status, _, page = self._market.get(place)
        assert status in SEE_OTHER, page[:500]
        group = self._ask("GET", f"/order-groups/{placed['id']}", Order_Key=placed["key"])
        assert group["state"] == "paid", group
        return str(group["id"])

    def close(self) -> None:
        self._market.close()

    def _ask(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        status, answer = self._market.ask(method, f"/api/v1{path}", body, **headers)
        if status >= http.HTTPStatus.BAD_REQUEST:
            raise NotSold(f"{method} {path}: {status} {answer.get('detail')}")
        return answer


def type_card(bank: Browser, card_page: str) -> tuple[str, int]:
    """Where the card page leads back to, and how many requests it took."""
    path = urlsplit(card_page).path
    status, _, page = bank.get(path)
    assert status == http.HTTPStatus.OK, page[:500]
    status, back, page = bank.post(path, hidden_fields(page, path) | CARD)
    bank.close()
    assert status in SEE_OTHER, page[:500]
    return back, bank.calls


def hidden_fields(page: str, action: str) -> dict[str, str]:
    """What the form with this address, or the one without any, sends besides what is typed."""
    forms = _FORM.findall(page)
    own = [form for form in forms if f'action="{action}"' in form.split(">", 1)[0]]
    bare = [form for form in forms if "action=" not in form.split(">", 1)[0]]
    assert own or bare, f"no form for {action}"
    fields = (dict(_ATTRIBUTE.findall(tag)) for tag in _FIELD.findall((own or bare)[0]))
    return {field["name"]: unescape(field.get("value", "")) for field in fields if "name" in field}


def _path(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _words(page: str) -> str:
    main = page.split("<main", 1)[-1]
    return " ".join(re.sub(r"<[^>]*>", " ", main).split())[:160]
