"""Every package that has tables, so that the metadata is complete for migrations and tests."""

import importlib

_WITH_TABLES = (
    "identity",
    "media",
    "fx",
    "shipping",
    "notify",
    "audit",
    "companies",
    "pricing",
    "catalog",
    "ledger",
    "chain",
    "settlement",
    "proofs",
    "onramp",
    "banking",
    "messages",
    "quotes",
    "orders",
    "checkout",
    "payouts",
    "withholding",
    "api",
    "web",
    "reconciliation",
    "console",
    "bookkeeping",
    "closing",
    "privacy",
    "purchasing",
    "rfqs",
    "downloads",
)


_BESIDE = ("orders.return_models", "ledger.period_models")
"""Tables in a file beside the package's `models`."""


def load_all_models() -> None:
    """Import each package's models by name; a missing one is an error."""
    for package in _WITH_TABLES:
        importlib.import_module(f"app.{package}.models")
    for module in _BESIDE:
        importlib.import_module(f"app.{module}")
