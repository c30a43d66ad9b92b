"""People who do not give up: a page that does not come, or says that something is wrong, is asked for once more."""

import http.client
import threading
import time
from collections import Counter

import requests

from benchmarks.buyer import SEE_OTHER, Browser, Buyer, NotSold, hidden_fields
from tests.faults.market import PASSWORD, Market

PATIENCE_SECONDS = 90
PAUSE_SECONDS = 0.2
GOODS = ("p-3", "p-4")
SELLERS = ("seller3@bench.example", "seller4@bench.example")


class Setbacks:
    """What people were told instead of what they asked for."""

    def __init__(self) -> None:
        self.told: Counter[str] = Counter()
        self._lock = threading.Lock()

    def note(self, what: str) -> None:
        with self._lock:
            self.told[what] += 1


class PatientBrowser(Browser):
    """Sends the same request again, as one does who reloads a page or confirms to send the form again."""

    setbacks = Setbacks()

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str, str]:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                status, location, page = super()._ask(method, path, body)
            except (OSError, http.client.HTTPException) as broken:
                self._connection.close()
                what = type(broken).__name__
            else:
                if status < http.HTTPStatus.INTERNAL_SERVER_ERROR:
                    return status, location, page
                what = f"{status}"
            self.setbacks.note(f"{method} {path.split('/')[1]}: {what}")
            if time.monotonic() > deadline:
                raise NotSold(f"{method} {path}: nothing but {what} for {PATIENCE_SECONDS} s")
            time.sleep(PAUSE_SECONDS)


class Guest(Buyer):
    """Buys one of each seller by card."""

    def __init__(self, market: Market, number: int) -> None:
        super().__init__(
            market.url, name=f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", browser=PatientBrowser
        )

    def buy_both(self) -> str:
        for slug in GOODS:
            self.fill_cart(slug)
        self.check_out()
        return self.pay(self.order())

    def receive(self, number: str) -> None:
        page = f"/orders/{number}/received"
        self._send(page, self._open(page))


class Seller:
    """Signed in once; `desk` is a browser of theirs for each order."""

    def __init__(self, market: Market, email: str) -> None:
        self._market = market
        browser = PatientBrowser(market.url, name=f"10.200.0.{SELLERS.index(email)}")
        _, _, page = browser.get("/sign-in")
        fields = hidden_fields(page, "/sign-in") | {"email": email, "password": PASSWORD}
        status, _, page = browser.post("/sign-in", fields)
        assert status in SEE_OTHER, page[-2000:]
        self._cookies = browser._cookies

    def ship(self, number: str) -> None:
        self._send(f"/desk/orders/{number}", "ship", carrier="VET Express", tracking=f"KP {number}")

    def give_back(self, number: str, amount: str) -> None:
        self._send(f"/desk/orders/{number}", "refund", amount=amount, reason="Broken in the kiln")

    def report(self) -> requests.Response:
        """Their settlement report as a workbook, or what they are told instead of it."""
        return requests.get(f"{self._market.url}/books/settlement.xlsx", cookies=self._cookies, timeout=60)

    def _send(self, page: str, act: str, **fields: str) -> None:
        desk = PatientBrowser(self._market.url)
        desk._cookies = dict(self._cookies)
        status, _, shown = desk.get(page)
        assert status == http.HTTPStatus.OK, shown[-2000:]
        action = f"{page}/{act}"
        status, _, shown = desk.post(action, hidden_fields(shown, action) | fields)
        desk.close()
        assert status in SEE_OTHER, f"{action}: {status} {shown[-3000:]}"
