"""One market, the people who buy in it all the time, and the verdict at the end."""

import time
from collections.abc import Callable

from tests.faults.faults import Fault
from tests.faults.kills import Killer
from tests.faults.market import Death, Market
from tests.faults.people import SELLERS, PatientBrowser, Seller
from tests.faults.picture import Picture, difference, picture_of, put_off, times, unfinished
from tests.faults.purchase import Purchase

BUYING_AT_ONCE, UNDER_WAY_AT_ONCE = 3, 8
LOOK_SECONDS = 0.05
REST_SECONDS = 150
MOST_PROBLEMS = 5


class Run:
    """Buys once in peace, then again and again whatever happens."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self._began = time.monotonic()
        self.sellers = {email: Seller(market, email) for email in SELLERS}
        self.before = picture_of(market)
        self.one = Picture()
        self.purchases: list[Purchase] = []
        self._told: set[int] = set()

    def say(self, text: str) -> None:
        print(f"{time.monotonic() - self._began:5.0f} s  {text}", flush=True)

    def buy_in_peace(self) -> None:
        """The purchase that all others are compared with; on its way it reaches the points to die at."""
        purchase = self._start_purchase()
        self._until(lambda: not purchase.is_alive())
        assert purchase.problem is None, purchase.problem
        self._come_to_rest()
        self.one = picture_of(self.market)
        things = len(difference(self.one, self.before))
        self.say(
            f"bought once in peace, in {purchase.seconds:.0f} s: {things} kinds of things in books, at Stripe, on chain"
        )

    def kill(self, killer: Killer) -> None:
        """While people buy, until every part has died at every point."""

        def look() -> bool:
            for death in killer.look():
                self._tell(death)
            return killer.is_over

        self._until(look, buying=True)

    def suffer(self, fault: Fault) -> None:
        """While people buy; the next fault comes whether they have recovered from this one or not."""
        what = fault.bring_about()
        self.say(f"{fault.name:35} {what}")

    def wait(self, seconds: float) -> None:
        """People go on buying meanwhile."""
        end = time.monotonic() + seconds
        self._until(lambda: time.monotonic() > end, buying=True)

    def buy_until(self, number: int) -> None:
        self._until(lambda: len(self.purchases) >= number, buying=True)

    def verdict(self) -> list[str]:
        """What is not as it is after as many purchases in peace."""
        self._until(lambda: not self._under_way())
        problems = [purchase.problem for purchase in self.purchases if purchase.problem]
        try:
            self._come_to_rest()
        except AssertionError:
            problems.append(f"still under way: {unfinished(self.market)}; put off: {put_off(self.market)}")
        problems += difference(picture_of(self.market), times(len(self.purchases), self.before, self.one))
        tied = self.market.phsar("books", "tie-out")
        if tied.returncode:
            problems.append(tied.stdout + tied.stderr)
        told = PatientBrowser.setbacks.told
        self.say(f"{len(self.purchases)} purchases; what people had to try again: {dict(told) or 'nothing'}")
        return problems

    def _start_purchase(self) -> Purchase:
        purchase = Purchase(self.market, self.sellers, len(self.purchases) + 1)
        self.purchases.append(purchase)
        purchase.start()
        return purchase

    def _under_way(self) -> list[Purchase]:
        return [purchase for purchase in self.purchases if purchase.is_alive()]

    def _there_is_room(self) -> bool:
        """Those who only wait for chain and card service keep nobody from buying."""
        under_way = self._under_way()
        busy = [purchase for purchase in under_way if not purchase.only_waits]
        return len(busy) < BUYING_AT_ONCE and len(under_way) < UNDER_WAY_AT_ONCE

    def _until(self, is_over: Callable[[], bool], *, buying: bool = False) -> None:
        while not is_over():
            if buying and self._there_is_room():
                self._start_purchase()
            self._tell_problems()
            self.market.look_after()
            time.sleep(LOOK_SECONDS)

    def _tell_problems(self) -> None:
        """At once: a market that sells nothing any more will not come to the next fault."""
        for purchase in self.purchases:
            if purchase.problem and purchase.number not in self._told:
                self._told.add(purchase.number)
                self.say(f"✗ {purchase.problem}")
        assert len(self._told) <= MOST_PROBLEMS, "the market does not recover"

    def _come_to_rest(self) -> None:
        longest = max((seconds for _, seconds in put_off(self.market)), default=0)
        self.market.wait_until(lambda: not unfinished(self.market), "the market's rest", REST_SECONDS + longest)

    def _tell(self, death: Death) -> None:
        self.say(f"{death.role:7} {death.point:75} back after {death.seconds_away:4.1f} s")
