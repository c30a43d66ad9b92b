"""ISO 20022 camt.053 statements, any version. Pure.

A bank line is an entry (`Ntry`) that is booked; what is only pending comes again in a later file. Files with a document
type or entities are refused before anything in them is looked up.
"""

from collections.abc import Iterator
from datetime import date
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from app.banking.errors import EmptyCell, UnreadableCell, UnreadableStatement
from app.banking.values import Statement, StatementLine, minor_units
from app.money.currencies import CURRENCIES

CAMT, CAMT_NAME = "camt053", "ISO 20022 camt.053"
_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001."
_NO_REFERENCE = ("NOTPROVIDED", "NONREF")


def read_camt(content: bytes) -> Statement:
    """Raises UnreadableStatement, UnreadableCell, EmptyCell."""
    try:
        root = fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        raise UnreadableStatement(
            format=CAMT_NAME, why="it declares a document type or entities", field="file"
        ) from None
    except (ParseError, ValueError, LookupError) as error:
        raise UnreadableStatement(format=CAMT_NAME, why=str(error)[:80], field="file") from None
    if not root.tag.startswith("{" + _NAMESPACE):
        raise UnreadableStatement(format=CAMT_NAME, why=f"it begins with {root.tag[:80]}", field="file")
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    statements = root.findall("BkToCstmrStmt/Stmt")
    accounts = {_account(one) for one in statements}
    if len(accounts) != 1:
        raise UnreadableStatement(
            format=CAMT_NAME, why=f"it is of {len(accounts)} accounts, and one is read at a time", field="file"
        )
    entries = [entry for one in statements for entry in one.findall("Ntry")]
    lines = tuple(_line(place, entry) for place, entry in enumerate(entries, 1) if _is_booked(entry))
    opening, closing = _balances(statements[0]) if len(statements) == 1 else (None, None)
    return Statement(accounts.pop(), lines, opening, closing)


def _account(statement: Element) -> str:
    return _text(statement, "Acct/Id/IBAN") or _text(statement, "Acct/Id/Othr/Id")


def _is_booked(entry: Element) -> bool:
    return (_text(entry, "Sts/Cd") or _text(entry, "Sts") or "BOOK") == "BOOK"


def _line(place: int, entry: Element) -> StatementLine:
    minor, currency = _amount(entry, place, "Amt")
    references = [
        _text(entry, path)
        for path in ("NtryDtls/TxDtls/Refs/EndToEndId", "AcctSvcrRef", "NtryRef", "NtryDtls/TxDtls/Refs/AcctSvcrRef")
    ]
    booked_on = _day(entry, place, "BookgDt") or _day(entry, place, "ValDt")
    if booked_on is None:
        raise EmptyCell(place=place, column="BookgDt", field="file")
    return StatementLine(
        place=place,
        booked_on=booked_on,
        value_on=_day(entry, place, "ValDt"),
        minor=minor,
        currency=currency,
        reference=next((one for one in references if one and one not in _NO_REFERENCE), ""),
        description=" ".join(dict.fromkeys(_words(entry))),
    )


def _words(entry: Element) -> Iterator[str]:
    """Who and what for, each once."""
    paths = ("RmtInf/Ustrd", "RmtInf/Strd/CdtrRefInf/Ref", "RltdPties/Dbtr/Nm", "RltdPties/Cdtr/Nm",
             "RltdPties/Dbtr/Pty/Nm", "RltdPties/Cdtr/Pty/Nm")  # fmt: skip
    for details in entry.findall("NtryDtls/TxDtls"):
        for path in paths:
            yield from (one.text.strip() for one in details.findall(path) if one.text and one.text.strip())
    if info := _text(entry, "AddtlNtryInf"):
        yield info


def _balances(statement: Element) -> tuple[int | None, int | None]:
    found = {_text(one, "Tp/CdOrPrtry/Cd"): _amount(one, 0, "Bal/Amt", "Amt")[0] for one in statement.findall("Bal")}
    return found.get("OPBD"), found.get("CLBD")


def _amount(element: Element, place: int, column: str, path: str = "Amt") -> tuple[int, str]:
    """Raises EmptyCell, UnreadableCell."""
    amount, side = element.find(path), _text(element, "CdtDbtInd")
    if amount is None or not (amount.text or "").strip():
        raise EmptyCell(place=place, column=column, field="file")
    currency = amount.get("Ccy", "")
    if currency not in CURRENCIES:
        raise UnreadableCell(place=place, column=f"{column}@Ccy", said=currency[:40], field="file")
    if side not in ("CRDT", "DBIT"):
        raise UnreadableCell(place=place, column="CdtDbtInd", said=side[:40], field="file")
    minor = minor_units(amount.text or "", currency, place=place, column=column)
    return (minor if side == "CRDT" else -minor), currency


def _day(entry: Element, place: int, path: str) -> date | None:
    """Of a date, or of a moment as the bank wrote it."""
    typed = _text(entry, f"{path}/Dt") or _text(entry, f"{path}/DtTm")
    if not typed:
        return None
    try:
        return date.fromisoformat(typed[:10])
    except ValueError:
        raise UnreadableCell(place=place, column=path, said=typed[:40], field="file") from None


def _text(element: Element, path: str) -> str:
    found = element.find(path)
    return (found.text or "").strip() if found is not None else ""
