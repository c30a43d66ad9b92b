"""One purchase from the first page to the last cent: of two sellers, one is paid and one gives everything back."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import LiteralString
from urllib.parse import urlsplit

import psycopg

from tests.faults.market import Market
from tests.faults.people import SELLERS, Guest, Seller

PATIENCE_SECONDS = 150
POLL_SECONDS = 0.15
_ORDERS = "SELECT id, number, total_cents FROM orders WHERE group_id = %(group)s ORDER BY position"
_LEGS: LiteralString = """
    SELECT bool_and({}) FROM escrow_legs AS leg JOIN orders AS o ON o.id = leg.order_id WHERE o.group_id = %(group)s
"""
_SHIPPABLE = """
    SELECT count(*) = 2 FROM escrow_legs AS leg JOIN orders AS o ON o.id = leg.order_id
    WHERE o.group_id = %(group)s AND leg.seen_funded AND o.settlement_status = 'in_escrow'
    AND EXISTS (SELECT FROM chain_logs JOIN chain_cursors ON chain_cursors.chain_id = chain_logs.chain_id
                WHERE topics[2] = (SELECT escrow_id FROM escrows WHERE id = leg.escrow_id)
                AND block_number <= safe_number)
"""
_OVER = """
    SELECT count(*) = 2 FROM escrow_legs AS leg JOIN orders AS o ON o.id = leg.order_id
    WHERE o.group_id = %(group)s AND leg.final_released + leg.final_refunded = leg.amount
"""
_REFUNDED = """
    SELECT count(*) = 1 FROM card_refunds JOIN orders AS o ON o.id = card_refunds.order_id
    WHERE o.group_id = %(group)s AND state = 'succeeded'
"""


class Purchase(threading.Thread):
    """Runs by itself; `problem` says afterwards why it did not come to its end."""

    def __init__(self, market: Market, sellers: dict[str, Seller], number: int) -> None:
        super().__init__(name=f"purchase {number}", daemon=True)
        self.market, self.sellers, self.number = market, sellers, number
        self.stage = "choosing"
        self.group = ""
        self.problem: str | None = None
        self.began = time.monotonic()
        self.seconds = 0.0

    @property
    def only_waits(self) -> bool:
        """All that people do is done."""
        return self.stage in {"waiting for finality", "waiting for the card's refund"}

    def run(self) -> None:
        try:
            self._buy_ship_and_settle()
        except Exception as problem:  # noqa: BLE001 - told by the verdict, whatever it is
            self.problem = f"purchase {self.number}, {self.stage}: {type(problem).__name__}: {problem}"
        self.seconds = time.monotonic() - self.began

    def _buy_ship_and_settle(self) -> None:
        guest = Guest(self.market, self.number)
        self.stage = "paying"
        self.group = urlsplit(guest.buy_both()).path.rsplit("/", 1)[
            1
        ]  # it may be told that the payment is being confirmed
        orders = self._ask(_ORDERS)
        assert len(orders) == len(SELLERS), orders
        (_, kept, _), (_, returned, cents) = orders
        self.stage = "waiting for the escrow"
        self._wait_for(_SHIPPABLE)
        self.stage = "shipping and giving back"
        self.sellers[SELLERS[0]].ship(kept)
        self.sellers[SELLERS[1]].give_back(returned, f"{cents // 100}.{cents % 100:02d}")
        self.stage = "receiving"
        guest.receive(kept)
        guest.close()
        self.stage = "waiting for finality"
        self._wait_for(_OVER)
        self.stage = "waiting for the card's refund"
        self._wait_for(_REFUNDED)
        self.stage = "over"

    def _ask(self, query: LiteralString) -> list[tuple[object, ...]]:
        return self._until_answered(lambda: self.market.ask(query, group=self.group))

    def _wait_for(self, query: LiteralString) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._ask(query)[0][0]:
            assert time.monotonic() < deadline, f"waited {PATIENCE_SECONDS} s in vain"
            time.sleep(POLL_SECONDS)

    @staticmethod
    def _until_answered(ask: Callable[[], list[tuple[object, ...]]]) -> list[tuple[object, ...]]:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            with suppress(psycopg.OperationalError):
                return ask()
            assert time.monotonic() < deadline, "the database does not answer"
            time.sleep(POLL_SECONDS)
