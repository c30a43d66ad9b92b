"""Where a cell of a table leads on the page: one step further towards what it was made from."""

from collections.abc import Callable, Mapping

from flask import url_for

from app.reports.tables.reading import Asked


def _account(asked: Asked, cell: str) -> str:
    return url_for("tables.show", key="general_ledger", first=asked.period.first, last=asked.period.last, account=cell)


def _order(_asked: Asked, cell: str) -> str:
    return url_for("tables.journals", order=cell)


def _journal(_asked: Asked, cell: str) -> str:
    return url_for("tables.journal", journal_id=cell)


def _invoice(_asked: Asked, cell: str) -> str:
    return url_for("invoicing.booked_pdf", invoice_id=cell)


LEADS: Mapping[str, Callable[[Asked, str], str]] = {
    "account": _account,
    "order": _order,
    "journal": _journal,
    "invoice": _invoice,
}
"""For who reads all books. A seller's cells lead nowhere: journals name others' accounts as well."""
