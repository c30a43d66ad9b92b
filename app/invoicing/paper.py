"""A document as a PDF, in the reader's language."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import Response, make_response
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.catalog.rules.texts import pick, unit_word
from app.documents.proforma import (
    Line,
    Party,
    Proforma,
    Sheet,
    Sum,
    buyer_party,
    proforma_answer,
    rate_note,
    seller_party,
)
from app.invoicing.content import Person, parts_kept
from app.invoicing.models import Invoice
from app.invoicing.queries import person_of
from app.invoicing.rules.numbers import TAXED
from app.invoicing.ubl import ubl
from app.money.amounts import Money, Rate, percent, usd
from app.shipping.rules import method_word
from app.web.filters import date_text, in_words, money, place_in
from app.web.languages import current_locale

XML = "application/xml"


def pdf_answer(session: Session, one: Invoice) -> Response:
    return proforma_answer(paper_of(one, person_of(session, one)))


def xml_answer(session: Session, one: Invoice) -> Response:
    """UBL 2.1."""
    answer = make_response(ubl(one, person_of(session, one)))
    answer.mimetype = XML
    answer.headers["Content-Disposition"] = f'attachment; filename="{one.name}.xml"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def title_of(one: Invoice) -> str:
    if one.is_credit:
        return _("Credit note")
    return _("Tax invoice") if one.series == TAXED else _("Invoice")


def paper_of(one: Invoice, person: Person) -> Proforma:
    told = one.content
    name = person.name or ("" if told["buyer"]["company"] else _("Private person"))
    return Proforma(
        number=one.name,
        made_on=one.issued_on,
        buyer=buyer_party(name, person.address, told["buyer"]["company"], [person.phone, person.email]),
        sheets=[_sheet(one)],
        validity="",
        terms=[],
        facts=[(_("Order"), told["order"]), *_corrected(one)],
        title=title_of(one),
        standing=_standing(one),
    )


def _standing(one: Invoice) -> str:
    day = date_text(one.supplied_on)
    return _("Given back on %(day)s", day=day) if one.is_credit else _("Paid in full on %(day)s", day=day)


def _corrected(one: Invoice) -> list[tuple[str, str]]:
    if one.corrects is None:
        return []
    words = _("%(number)s of %(day)s", number=one.corrects.name, day=date_text(one.corrects.issued_on))
    return [(_("For invoice"), words)]


def _sheet(one: Invoice) -> Sheet:
    own = None if one.is_credit else _own(one, one.content["total_minor"])
    total = Sum(_("Total"), own, usd(one.total_cents))
    lines, sums = _given_back(one) if one.is_credit else _sold(one)
    return Sheet(
        number=one.name,
        seller=_seller(one.content["seller"]),
        lines=lines,
        sums=sums,
        total=total,
        taxes=_taxes(one),
        notes=_notes(one),
    )


def _seller(told: Mapping[str, Any]) -> Party:
    return seller_party(
        pick({"en": told["name"], **told["local_names"]}, current_locale()).text,
        [place_in(told["place"], told["country"])],
        legal_name=told["legal_name"],
        registration=told["registration_number"],
        tax=told["tax_number"],
    )


def _sold(one: Invoice) -> tuple[list[Line], list[Sum]]:
    told, locale = one.content, current_locale()
    lines = []
    for line in told["lines"]:
        named = [pick(line["variant_names"], locale).text, line["sku"]]
        lines.append(
            Line(
                title=pick(line["titles"], locale).text,
                detail=" · ".join(text for text in named if text),
                unit=_(unit_word(line["unit"], line["quantity"])),
                quantity=line["quantity"],
                price=_own(one, line["price_minor"]),
                total=_own(one, line["line_minor"]),
                usd=usd(line["line_cents"]),
            )
        )
    goods = Sum(
        _("Goods"),
        _own(one, sum(line["line_minor"] for line in told["lines"])),
        usd(sum(line["line_cents"] for line in told["lines"])),
    )
    sums, off, sent = [goods], told["discount"], told["shipping"]
    if off["cents"]:
        sums.append(Sum(_("Voucher %(code)s", code=off["code"]), None, usd(-off["cents"])))
    label = _("Shipping: %(method)s", method=in_words(method_word(sent["method"])))
    sums.append(Sum(label, _own(one, sent["minor"]), usd(sent["gross_cents"])))
    return lines, sums


def _given_back(one: Invoice) -> tuple[list[Line], list[Sum]]:
    """In dollars, as it went back; one line for each tax."""
    lines = []
    for part in parts_kept(one.content):
        if part.gross_cents:
            amount = usd(part.gross_cents)
            title = _("Given back of order %(number)s", number=one.content["order"])
            detail = (
                _("%(tax)s %(rate)s %%, included", tax=_(part.name), rate=percent(part.rate_bps)) if part.name else ""
            )
            lines.append(Line(title, detail, "", 1, amount, amount, amount))
    return lines, []


def _taxes(one: Invoice) -> list[Sum]:
    parts = [part for part in parts_kept(one.content) if part.tax_cents]
    found = [
        Sum(
            _("%(tax)s %(rate)s %%, included", tax=_(part.name), rate=percent(part.rate_bps)), None, usd(part.tax_cents)
        )
        for part in parts
    ]
    return [*found, Sum(_("Without tax"), None, usd(one.net_cents))] if found else []


def _notes(one: Invoice) -> list[str]:
    told = one.content
    notes = list(dict.fromkeys(_(part.note) for part in parts_kept(told) if part.note))
    market = told.get("market", {})
    if market.get("cents"):
        values = {"amount": money(usd(market["cents"])), "code": market["code"]}
        notes.append(_("%(amount)s of it was paid by the market for its voucher %(code)s.", **values))
    if one.local_currency != "USD":
        whole, tax = (money(Money(minor, one.local_currency)) for minor in (one.local_total_minor, one.local_tax_minor))
        notes.append(
            _("In %(currency)s: %(total)s, of it tax %(tax)s.", currency=one.local_currency, total=whole, tax=tax)
        )
    return list(dict.fromkeys([*notes, *_rate(told["rate"]), *_rate(told["local_rate"])]))


def _rate(told: Mapping[str, Any]) -> Sequence[str]:
    rate = Rate(told["currency"], told["per_usd_micro"])
    return rate_note(rate, date.fromisoformat(told["as_of"]), told["source"])


def _own(one: Invoice, minor: int) -> Money:
    """In the currency of the order, as lines and ways of sending are priced."""
    return Money(minor, one.content["currency"])
