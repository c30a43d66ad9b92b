"""Files as banks write them."""

from collections.abc import Sequence

ABA = (
    "ABA Bank,,,,,,,\r\nAccount 000 123 456,,,,,,,\r\n\r\n"
    "Date,Transaction Details,Money In,Ccy,Money Out,Ccy,Balance,Ccy\r\n"
    '01 Nov 2026,"STRIPE PAYOUT po_1, thank you",50.00,USD,,,"1,050.00",USD\r\n'
    '02 Nov 2026,Redemptions of 2 Nov,,,12.34,USD,"1,037.66",USD\r\n'
    '02 Nov 2026,Service charge,,,1.00,USD,"1,036.66",USD\r\n'
    '02 Nov 2026,Service charge,,,1.00,USD,"1,035.66",USD\r\n'
)
ABA_LATER = (
    "Date,Transaction Details,Money In,Ccy,Money Out,Ccy,Balance,Ccy\r\n"
    '02 Nov 2026,Redemptions of 2 Nov,,,12.34,USD,"1,037.66",USD\r\n'
    '02 Nov 2026,Service charge,,,1.00,USD,"1,036.66",USD\r\n'
    '02 Nov 2026,Service charge,,,1.00,USD,"1,035.66",USD\r\n'
    '02 Nov 2026,Service charge,,,1.00,USD,"1,034.66",USD\r\n'
    '03 Nov 2026,Dara Chan,77.00,USD,,,"1,111.66",USD\r\n'
)
ACLEDA = (
    "Date;Description;Reference No;Debit;Credit;Balance\n"
    "03/11/2026;Transfer from Dara;FT26307;;77.00;177.00\n"
    "02/11/2026;Fee;FT26306;0.50;;100.00\n"
)
DBS = (
    "Account Details For:,Current 012-345678-9\n\n"
    "Transaction Date,Value Date,Statement Code,Reference,Debit Amount,Credit Amount,Transaction Ref1,Transaction Ref2,Transaction Ref3\n"
    "03-Nov-2026,04-Nov-2026,TRF,ICT, ,1250.75,STRIPE,po_9,\n"
    "04-Nov-2026,04-Nov-2026,CHG,SC,3.00, ,CHARGE,,\n"
)


def camt(
    entries: Sequence[str], *, opening: str = "100.00", closing: str = "", head: str = "", iban: str = "SG12DBSS0001"
) -> bytes:
    """Version 8, with the entries given."""
    balances = f'<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="USD">{opening}</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>'
    if closing:
        balances += f'<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="USD">{closing}</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>1</MsgId></GrpHdr>'
        f"<Stmt><Id>1</Id><Acct><Id><IBAN>{iban}</IBAN></Id></Acct>{balances}{''.join(entries)}</Stmt>"
        "</BkToCstmrStmt></Document>"
    ).encode()


def entry(
    amount: str, side: str = "CRDT", *, day: str = "2026-11-03", reference: str = "R-1", words: str = "Dara Chan",
    state: str = "<Cd>BOOK</Cd>", currency: str = "USD",
) -> str:  # fmt: skip
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts>{state}</Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>S-{reference}</AcctSvcrRef>"
        f"<NtryDtls><TxDtls><Refs><EndToEndId>{reference}</EndToEndId></Refs><RmtInf><Ustrd>{words}</Ustrd></RmtInf>"
        "</TxDtls></NtryDtls></Ntry>"
    )
