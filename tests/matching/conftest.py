"""The market of the tie-out's tests, matched item by item; each test plants its fault in a transaction that is undone."""

from tests.reconciliation.conftest import books, market, world

__all__ = ["books", "market", "world"]
