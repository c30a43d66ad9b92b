"""A seller's balance as files for accounting programs: camt.053, and what Xero and QuickBooks Online import.

Written a line at a time; equal content gives equal bytes. Dates in CSV are DD/MM/YYYY, as both programs are set up in
this region; amounts have two decimals and no groups, and there is no byte-order mark, which would stand in the first heading.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import IO
from xml.sax.saxutils import escape

from app.ledger.plain_text import exact
from app.money.amounts import whole_cents
from app.reports.bank_lines import BankLine
from app.reports.files import written_file
from app.reports.queries import Scope
from app.reports.rules import Period
from app.web.spreadsheets import csv_line

CAMT = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
CURRENCY = "USD"
XERO = ("Date", "Amount", "Payee", "Description", "Reference", "Cheque No.")
QUICKBOOKS = ("Date", "Description", "Amount")
_LONGEST_NAME, _LONGEST_WORDS = 140, 140


def xero_csv(lines: Iterable[BankLine]) -> IO[bytes]:
    """Raises NoRoomForFile."""
    cells = ((_day(line), _usd(line.cents), "", line.words, line.reference, "") for line in lines)
    return _csv(XERO, cells)


def quickbooks_csv(lines: Iterable[BankLine]) -> IO[bytes]:
    """The form of three columns. Raises NoRoomForFile."""
    return _csv(QUICKBOOKS, ((_day(line), line.description, _usd(line.cents)) for line in lines))


def _csv(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> IO[bytes]:
    def write(draft: IO[bytes]) -> None:
        draft.write(csv_line(heads).encode())
        for row in rows:
            draft.write(csv_line(row).encode())

    return written_file(write)


def camt_xml(scope: Scope, period: Period, lines: Iterable[BankLine], *, opening: int, closing: int) -> IO[bytes]:
    """ISO 20022 camt.053.001.08, one statement; `opening` and `closing` in base units.

    Raises NoRoomForFile; ValueError where something moved the balance that is no line.
    """

    def write(draft: IO[bytes]) -> None:
        for part in _camt(scope, period, lines, {"OPBD": whole_cents(opening), "CLBD": whole_cents(closing)}):
            draft.write(part.encode())

    return written_file(write)


def _camt(scope: Scope, period: Period, lines: Iterable[BankLine], balances: Mapping[str, int]) -> Iterator[str]:
    account = scope.seller_id.hex if scope.seller_id else "MARKET"
    made, begun = period.ends_at.isoformat(), period.starts_at.isoformat()
    number = f"{account[:16]}-{period.first:%Y%m%d}-{period.last:%Y%m%d}"
    name = escape(scope.name[:_LONGEST_NAME])
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="{CAMT}">\n<BkToCstmrStmt>\n'
        f"<GrpHdr><MsgId>{number}</MsgId><CreDtTm>{made}</CreDtTm></GrpHdr>\n"
        f"<Stmt><Id>{number}</Id><CreDtTm>{made}</CreDtTm>"
        f"<FrToDt><FrDtTm>{begun}</FrDtTm><ToDtTm>{made}</ToDtTm></FrToDt>\n"
        f"<Acct><Id><Othr><Id>{account}</Id></Othr></Id><Ccy>{CURRENCY}</Ccy><Ownr><Nm>{name}</Nm></Ownr></Acct>\n"
    )
    for kind, day in (("OPBD", period.first), ("CLBD", period.last)):
        yield (
            f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>{_amount(balances[kind])}"
            f"<Dt><Dt>{day.isoformat()}</Dt></Dt></Bal>\n"
        )
    reached = balances["OPBD"]
    for line in lines:
        reached += line.cents
        yield _entry(line)
    if reached != balances["CLBD"]:
        raise ValueError(f"The lines lead to {reached} cents and the books to {balances['CLBD']}.")
    yield "</Stmt>\n</BkToCstmrStmt>\n</Document>\n"


def _entry(line: BankLine) -> str:
    journal = line.journal.replace("-", "")
    day, words = line.on.isoformat(), escape(line.description[:_LONGEST_WORDS])
    return (
        f"<Ntry><NtryRef>{journal}</NtryRef>{_amount(line.cents)}<Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>{journal}</AcctSvcrRef>"
        f"<BkTxCd><Prtry><Cd>{'CREDIT' if line.cents > 0 else 'DEBIT'}</Cd></Prtry></BkTxCd>"
        f"<NtryDtls><TxDtls><Refs><EndToEndId>{escape(line.reference) or 'NOTPROVIDED'}</EndToEndId></Refs>"
        f"{_amount(line.cents)}<RmtInf><Ustrd>{words}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n"
    )


def _amount(cents: int) -> str:
    side = "CRDT" if cents >= 0 else "DBIT"
    return f'<Amt Ccy="{CURRENCY}">{_usd(abs(cents))}</Amt><CdtDbtInd>{side}</CdtDbtInd>'


def _usd(cents: int) -> str:
    return exact(cents, 2)


def _day(line: BankLine) -> str:
    return f"{line.on:%d/%m/%Y}"
