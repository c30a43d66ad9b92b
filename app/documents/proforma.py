"""A pro-forma invoice: what goods cost, for whoever has to allow, declare or transfer it. It is no tax invoice."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import Response, make_response
from flask_babel import gettext as _
from flask_smorest import Blueprint

from app.documents.typesetting import leading, typeset
from app.money.amounts import Money, Rate, rate_text
from app.web.addresses import address_lines
from app.web.filters import country_name, date_text, money, number
from app.web.languages import current_locale


@dataclass(frozen=True)
class Party:
    """`numbers` are labels and values, such as a tax number."""

    name: str
    lines: Sequence[str] = ()
    numbers: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Line:
    title: str
    detail: str
    unit: str
    quantity: int
    price: Money
    total: Money
    usd: Money


@dataclass(frozen=True)
class Sum:
    """In the seller's currency, where it has a part there, and in US dollars as charged."""

    label: str
    amount: Money | None
    usd: Money


@dataclass(frozen=True)
class Sheet:
    """What one seller sells. `taxes` stand inside the total, `notes` below it."""

    number: str
    seller: Party
    lines: Sequence[Line]
    sums: Sequence[Sum]
    total: Sum
    taxes: Sequence[Sum] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Proforma:
    """`whole` is the sum over several sellers. All texts are in the reader's language.

    Another paper of goods has its own `title`, and says by `standing` what it is and what not.
    """

    number: str
    made_on: date
    buyer: Party
    sheets: Sequence[Sheet]
    validity: str
    terms: Sequence[str]
    whole: Money | None = None
    facts: Sequence[tuple[str, str]] = field(default=())
    title: str = ""
    standing: str = ""


answers_pdf = Blueprint.doc(
    responses={
        200: {
            "description": "The file",
            "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
)
"""Under the route of an operation: what it answers is a PDF."""


def proforma_answer(told: Proforma) -> Response:
    """The file, to be kept or sent on."""
    answer = make_response(typeset("proforma", _content(told), dated=told.made_on))
    answer.mimetype = "application/pdf"
    answer.headers["Content-Disposition"] = f'attachment; filename="{told.number}.pdf"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def number_of(what: str) -> str:
    """A number for what has none yet: the same for the same content, and of no row of invoices."""
    return f"PF-{hashlib.sha256(what.encode()).hexdigest()[:10].upper()}"


def seller_party(name: str, place: Sequence[str], *, legal_name: str, registration: str, tax: str) -> Party:
    """Numbers that are not known are left out."""
    numbers = [(_("Registration number"), registration), (_("Tax number"), tax)]
    lines = [line for line in (legal_name if legal_name != name else "", *place) if line]
    return Party(name, lines, [(label, value) for label, value in numbers if value])


def buyer_party(
    name: str, address: Mapping[str, str], company: Mapping[str, str], contact: Sequence[str] = ()
) -> Party:
    """A company first, with the person as whom it buys; `company` as orders keep it."""
    numbers = [
        (_("Tax number"), company.get("tax_number", "")),
        (_("Purchase order number"), company.get("po_number", "")),
    ]
    where = address_lines(address, country_name(address["country"])) if address.get("country") else []
    called = company.get("name") or name
    lines = [line for line in (*where, *contact) if line and line != called]
    if company and name and name not in lines:
        lines.insert(0, name)
    return Party(called, lines, [(label, value) for label, value in numbers if value])


def held_terms(parts: Sequence[str] = ()) -> list[str]:
    """How it is paid; `parts` where the money leaves escrow in parts."""
    paid = _("Paid in full to this market when it is ordered, by card or from a wallet, in US dollars.")
    held = _("The market holds the money in escrow and pays the seller when the buyer has the goods.")
    return [paid, *(parts or [held])]


def rate_note(rate: Rate, as_of: date, source: str) -> list[str]:
    """How the seller's currency became dollars; nothing for a seller who sells in dollars."""
    if rate.currency == "USD":
        return []
    values = {
        "rate": rate_text(rate.per_usd_micro), "currency": rate.currency, "day": date_text(as_of), "source": source,
    }  # fmt: skip
    return [
        _(
            "1 US dollar is %(rate)s %(currency)s, the rate of %(day)s (%(source)s). US dollars are what is charged.",
            **values,
        )
    ]


def _content(told: Proforma) -> Mapping[str, Any]:
    locale = current_locale()
    valid = [(_("Valid"), told.validity)] if told.validity else []
    facts = [(_("Date"), date_text(told.made_on)), *valid, *told.facts]
    return {
        "title": told.title or _("Pro-forma invoice"),
        "number": told.number,
        "language": locale,
        "leading": leading(locale),
        "words": {
            "standing": told.standing or _("Pro-forma, not a tax invoice"), "seller": _("Seller"), "buyer": _("Buyer"),
            "goods": _("Goods"), "quantity": _("Quantity"), "price": _("Price of one"),
        },
        "buyer": _party(told.buyer),
        "sheets": [_sheet(sheet, facts) for sheet in told.sheets],
        "whole": {"label": _("All sellers together"), "usd": money(told.whole)} if told.whole else None,
        "terms": list(told.terms),
    }  # fmt: skip


def _sheet(sheet: Sheet, facts: Sequence[tuple[str, str]]) -> Mapping[str, Any]:
    currency = sheet.lines[0].price.currency
    return {
        "seller": _party(sheet.seller),
        "facts": [(_("Number"), sheet.number), *facts],
        "currency": currency,
        "has_own_currency": currency != "USD",
        "lines": [
            {
                "title": line.title, "detail": line.detail, "quantity": f"{number(line.quantity)} {line.unit}",
                "price": money(line.price), "total": money(line.total), "usd": money(line.usd),
            }
            for line in sheet.lines
        ],
        "sums": [_sum(one) for one in sheet.sums],
        "total": _sum(sheet.total),
        "taxes": [_sum(one) for one in sheet.taxes],
        "notes": list(sheet.notes),
    }  # fmt: skip


def _party(party: Party) -> Mapping[str, Any]:
    return {"name": party.name, "lines": list(party.lines), "numbers": [list(pair) for pair in party.numbers]}


def _sum(one: Sum) -> Mapping[str, str]:
    return {"label": one.label, "amount": money(one.amount) if one.amount is not None else "", "usd": money(one.usd)}
