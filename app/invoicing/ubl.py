"""A document as UBL 2.1 (ISO/IEC 19845): `Invoice` or `CreditNote`, in US dollars as charged, the tax also in local money.

Equal documents give equal bytes. Prices on the market contain their tax; here amounts of lines are without it, as UBL asks.
Sending is a charge on the whole. An invoice of this market was paid before it was issued, so nothing of it is payable.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as ET

from app.catalog.rules.texts import pick
from app.invoicing.content import Person, parts_kept
from app.invoicing.models import Invoice
from app.invoicing.rules.amounts import Part
from app.ledger.plain_text import exact
from app.money.amounts import MICRO, percent
from app.money.currencies import currency
from app.tax.rules import EXPORT
from app.web.addresses import address_lines

NAMESPACE = "urn:oasis:names:specification:ubl:schema:xsd:"
CAC, CBC = f"{NAMESPACE}CommonAggregateComponents-2", f"{NAMESPACE}CommonBasicComponents-2"
for _prefix, _names in (
    ("cac", CAC),
    ("cbc", CBC),
    ("inv", f"{NAMESPACE}Invoice-2"),
    ("crn", f"{NAMESPACE}CreditNote-2"),
):
    ET.register_namespace(_prefix, _names)
INVOICE_CODE, CREDIT_CODE = "380", "381"
PIECES = "C62"
UNIT_CODES = {
    "kg": "KGM", "piece": "H87", "set": "SET", "pair": "PR", "dozen": "DZN", "meter": "MTR", "liter": "LTR", "bag": "XBG",
    "pack": "XPK", "jar": "XJR", "bottle": "XBO", "box": "XBX", "sack": "XSA", "tub": "XTB", "tin": "XTN", "case": "XCS",
    "carton": "XCT", "bundle": "XBE",
}  # fmt: skip
"""UN/ECE Recommendation 20, with the packages of 21; what has none is counted as one of it."""
_NOT_IN_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def ubl(one: Invoice, person: Person) -> bytes:
    """The file."""
    name = "CreditNote" if one.is_credit else "Invoice"
    root = ET.Element(f"{{{NAMESPACE}{name}-2}}{name}")
    for part in _head(one, person):
        root.append(part)
    for at, line in enumerate(_credit_lines(one) if one.is_credit else _lines(one), 1):
        line.insert(0, _text("ID", str(at)))
        root.append(line)
    ET.indent(root)
    written = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}\n'.encode()


def _head(one: Invoice, person: Person) -> Iterator[ET.Element]:
    told = one.content
    yield _text("UBLVersionID", "2.1")
    yield _text("ID", one.name)
    yield _text("UUID", str(one.id))
    yield _text("IssueDate", one.issued_on.isoformat())
    if not one.is_credit:
        yield _text("InvoiceTypeCode", INVOICE_CODE)
    else:
        yield _text("TaxPointDate", one.supplied_on.isoformat())
        yield _text("CreditNoteTypeCode", CREDIT_CODE)
    for note in _notes(one):
        yield _text("Note", note)
    if not one.is_credit:
        yield _text("TaxPointDate", one.supplied_on.isoformat())
    yield _text("DocumentCurrencyCode", "USD")
    yield _text("TaxCurrencyCode", one.local_currency)
    if bought_by := told["buyer"]["company"].get("po_number"):
        yield _text("BuyerReference", bought_by)
    yield _group("OrderReference", _text("ID", told["order"]))
    if one.corrects is not None:
        about = [_text("ID", one.corrects.name), _text("IssueDate", one.corrects.issued_on.isoformat())]
        yield _group("BillingReference", _group("InvoiceDocumentReference", *about))
    yield _group("AccountingSupplierParty", _seller(told["seller"]))
    yield _group("AccountingCustomerParty", _buyer(told["buyer"], person))
    rate = _tax_rate(told["local_rate"])
    if one.is_credit:
        yield from rate
    else:
        yield from _sending(one)
        yield from rate
    yield from _taxes(one)
    yield _totals(one)


def _notes(one: Invoice) -> Iterator[str]:
    told = one.content
    if market := told.get("market", {}).get("cents"):
        yield f"USD {_usd(market)} of it was paid by the market for its voucher {told['market']['code']}."
    yield from dict.fromkeys(part.note for part in parts_kept(told) if part.note)


def _seller(told: Mapping[str, Any]) -> ET.Element:
    return _party(
        told["name"],
        [told["place"]],
        told["country"],
        tax=told["tax_number"],
        legal=(told["legal_name"] or told["name"], told["registration_number"]),
    )


def _buyer(told: Mapping[str, Any], person: Person) -> ET.Element:
    company = told["company"]
    where = address_lines(person.address, "") if person.address.get("country") else []
    return _party(
        company.get("name") or person.name,
        where,
        told["country"],
        tax=company.get("tax_number", ""),
        legal=(company["name"], "") if company.get("name") else None,
        contact=[("Name", person.name), ("Telephone", person.phone), ("ElectronicMail", person.email)],
    )


def _party(
    name: str,
    lines: Sequence[str],
    country: str,
    *,
    tax: str,
    legal: tuple[str, str] | None,
    contact: Sequence[tuple[str, str]] = (),
) -> ET.Element:
    parts = [_group("PartyName", _text("Name", name or "-"))]
    where = [_group("AddressLine", _text("Line", line)) for line in lines if line]
    if country:
        where.append(_group("Country", _text("IdentificationCode", country)))
    if where:
        parts.append(_group("PostalAddress", *where))
    if tax:
        parts.append(_group("PartyTaxScheme", _text("CompanyID", tax), _scheme()))
    if legal:
        number = [_text("CompanyID", legal[1])] if legal[1] else []
        parts.append(_group("PartyLegalEntity", _text("RegistrationName", legal[0]), *number))
    reached = [_text(tag, value) for tag, value in contact if value]
    if reached:
        parts.append(_group("Contact", *reached))
    return _group("Party", *parts)


def _sending(one: Invoice) -> Iterator[ET.Element]:
    sent = one.content["shipping"]
    if sent["gross_cents"]:
        yield _group(
            "AllowanceCharge",
            _text("ChargeIndicator", "true"),
            _text("AllowanceChargeReason", sent["method"]),
            _amount("Amount", sent["gross_cents"] - sent["tax_cents"]),
            _category("TaxCategory", parts_kept(one.content)[sent["part"]]),
        )


def _tax_rate(told: Mapping[str, Any]) -> Iterator[ET.Element]:
    """At which the tax was told in local money."""
    if told["currency"] != "USD":
        yield _group(
            "TaxExchangeRate",
            _text("SourceCurrencyCode", "USD"),
            _text("TargetCurrencyCode", told["currency"]),
            _text("CalculationRate", exact(told["per_usd_micro"], len(str(MICRO)) - 1)),
            _text("MathematicOperatorCode", "multiply"),
            _text("Date", told["as_of"]),
        )


def _taxes(one: Invoice) -> Iterator[ET.Element]:
    subtotals = [
        _group(
            "TaxSubtotal",
            _amount("TaxableAmount", part.net_cents),
            _amount("TaxAmount", part.tax_cents),
            _category("TaxCategory", part),
        )
        for part in parts_kept(one.content)
        if part.gross_cents
    ]
    yield _group("TaxTotal", _amount("TaxAmount", one.tax_cents), *subtotals)
    if one.local_currency != "USD":
        local = exact(one.local_tax_minor, currency(one.local_currency).iso)
        yield _group("TaxTotal", _text("TaxAmount", local, currencyID=one.local_currency))


def _totals(one: Invoice) -> ET.Element:
    sent = one.content.get("shipping", {"gross_cents": 0, "tax_cents": 0})
    charge = sent["gross_cents"] - sent["tax_cents"]
    paid = 0 if one.is_credit else one.total_cents
    charges = [_amount("ChargeTotalAmount", charge)] if charge else []
    return _group(
        "LegalMonetaryTotal",
        _amount("LineExtensionAmount", one.net_cents - charge),
        _amount("TaxExclusiveAmount", one.net_cents),
        _amount("TaxInclusiveAmount", one.total_cents),
        *charges,
        _amount("PrepaidAmount", paid),
        _amount("PayableAmount", one.total_cents - paid),
    )


def _lines(one: Invoice) -> Iterator[ET.Element]:
    parts = parts_kept(one.content)
    for line in one.content["lines"]:
        named = (pick(line[name], "en").text for name in ("titles", "variant_names"))
        yield _line(
            "InvoiceLine",
            ("InvoicedQuantity", line["quantity"], UNIT_CODES.get(line["unit"], PIECES)),
            " · ".join(text for text in named if text),
            line["gross_cents"],
            line["tax_cents"],
            parts[line["part"]],
            sku=line["sku"],
        )


def _credit_lines(one: Invoice) -> Iterator[ET.Element]:
    for part in parts_kept(one.content):
        if part.gross_cents:
            about = f"Given back of order {one.content['order']}"
            yield _line(
                "CreditNoteLine", ("CreditedQuantity", 1, PIECES), about, part.gross_cents, part.tax_cents, part
            )


def _line(
    tag: str, counted: tuple[str, int, str], name: str, gross: int, tax: int, part: Part, *, sku: str = ""
) -> ET.Element:
    """The price is that of all of it: a price of one may have no exact amount in cents."""
    quantity_tag, quantity, unit = counted
    item = [_text("Name", name or "-")]
    if sku:
        item.append(_group("SellersItemIdentification", _text("ID", sku)))
    return _group(
        tag,
        _text(quantity_tag, str(quantity), unitCode=unit),
        _amount("LineExtensionAmount", gross - tax),
        _group("TaxTotal", _amount("TaxAmount", tax)),
        _group("Item", *item, _category("ClassifiedTaxCategory", part)),
        _group(
            "Price",
            _amount("PriceAmount", gross - tax),
            _text("BaseQuantity", str(quantity), unitCode=unit),
        ),
    )


def _category(tag: str, part: Part) -> ET.Element:
    """UNCL 5305: standard rate, export, exempt, or outside the scope of the tax."""
    code = "S" if part.rate_bps else "O" if not part.name else "G" if part.name == EXPORT else "E"
    rate = [] if code == "O" else [_text("Percent", percent(part.rate_bps))]
    reason = [_text("TaxExemptionReason", part.note or part.name)] if code in "GE" else []
    return _group(tag, _text("ID", code), *rate, *reason, _scheme())


def _scheme() -> ET.Element:
    return _group("TaxScheme", _text("ID", "VAT"))


def _usd(cents: int) -> str:
    return exact(cents, 2)


def _amount(tag: str, cents: int) -> ET.Element:
    return _text(tag, _usd(cents), currencyID="USD")


def _text(tag: str, words: str, **attributes: str) -> ET.Element:
    """What people typed may hold characters that no XML can."""
    found = ET.Element(f"{{{CBC}}}{tag}", attributes)
    found.text = _NOT_IN_XML.sub("", words)
    return found


def _group(tag: str, *inside: ET.Element) -> ET.Element:
    found = ET.Element(f"{{{CAC}}}{tag}")
    found.extend(inside)
    return found
