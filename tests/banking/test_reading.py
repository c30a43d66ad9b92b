"""What a bank's file says, line by line; what is wrong with one is named by line and column."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.banking.errors import (
    BalancesDoNotAddUp,
    ColumnMissing,
    EmptyCell,
    EmptyStatement,
    OneCurrencyNeeded,
    StatementTooLarge,
    UnreadableCell,
    UnreadableStatement,
)
from app.banking.rules import LARGEST_FILE, read_statement
from app.banking.values import Statement, minor_units
from app.errors import DomainError
from tests.banking.files import ABA, ACLEDA, DBS, camt, entry


def read(text: str | bytes, form: str, currency: str = "USD") -> Statement:
    return read_statement(text if isinstance(text, bytes) else text.encode(), form, currency)


def test_a_statement_of_aba_is_read_below_the_lines_that_the_bank_puts_above_it() -> None:
    lines = read(ABA, "aba").lines
    assert [(line.place, line.booked_on, line.minor, line.balance) for line in lines] == [
        (5, date(2026, 11, 1), 5_000, 105_000),
        (6, date(2026, 11, 2), -1_234, 103_766),
        (7, date(2026, 11, 2), -100, 103_666),
        (8, date(2026, 11, 2), -100, 103_566),
    ]
    assert lines[0].description == "STRIPE PAYOUT po_1, thank you"


def test_a_statement_of_acleda_may_have_the_newest_line_first_and_semicolons() -> None:
    lines = read(ACLEDA, "acleda").lines
    assert [(line.reference, line.minor) for line in lines] == [("FT26307", 7_700), ("FT26306", -50)]
    assert lines[0].booked_on == date(2026, 11, 3)


def test_a_statement_of_dbs_puts_its_references_into_what_the_bank_says() -> None:
    first, second = read(DBS, "dbs", "SGD").lines
    assert (first.booked_on, first.value_on, first.minor, first.currency) == (
        date(2026, 11, 3), date(2026, 11, 4), 125_075, "SGD",
    )  # fmt: skip
    assert first.description == "STRIPE po_9"
    assert second.minor == -300


def test_camt_entries_are_read_with_their_sign_and_reference_and_pending_ones_are_left() -> None:
    pending = entry("9.99", state="PDNG")
    found = read(
        camt(
            [entry("50.00", reference="po_1"), entry("7.5", "DBIT", reference="NOTPROVIDED"), pending], closing="142.50"
        ),
        "camt053",
    )
    assert found.account == "SG12DBSS0001"
    assert [(line.minor, line.reference) for line in found.lines] == [(5_000, "po_1"), (-750, "S-NOTPROVIDED")]
    assert (found.opening, found.closing) == (10_000, 14_250)


@pytest.mark.parametrize(
    ("old", "new", "error", "place", "column"),
    [
        ("02 Nov 2026,Redemptions", "32 Nov 2026,Redemptions", UnreadableCell, 6, "Date"),
        ("12.34,USD", "12.345,USD", UnreadableCell, 6, "Money Out"),
        ("12.34,USD", "1234.5.6,USD", UnreadableCell, 6, "Money Out"),
        ("12.34,USD", "=1+1,USD", UnreadableCell, 6, "Money Out"),
        ("12.34,USD", "12.34,XXX", UnreadableCell, 6, "Ccy"),
        ("12.34,USD", ",", EmptyCell, 6, "Money In"),
        ("02 Nov 2026,Redemptions", ",Redemptions", EmptyCell, 6, "Date"),
        ("12.34,USD", "12.35,USD", BalancesDoNotAddUp, 6, None),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_by_line_and_column(
    old: str, new: str, error: type[DomainError], place: int, column: str | None
) -> None:
    with pytest.raises(error) as refused:
        read(ABA.replace(old, new), "aba")
    assert refused.value.values["place"] == place
    assert refused.value.values.get("column") == column


def test_a_file_of_another_bank_is_told_by_its_columns() -> None:
    with pytest.raises(ColumnMissing) as refused:
        read("Datum;Betrag\n1;2\n", "aba")
    assert "transaction details" in refused.value.values["columns"]


def test_a_statement_without_lines_is_none() -> None:
    with pytest.raises(EmptyStatement):
        read(ABA.split("01 Nov")[0], "aba")
    with pytest.raises(EmptyStatement):
        read(camt([entry("1.00", state="PDNG")]), "camt053")


def test_a_file_that_is_too_large_is_not_read_in_part() -> None:
    with pytest.raises(StatementTooLarge):
        read(ABA + "\n" * LARGEST_FILE, "aba")


def test_two_currencies_in_one_statement_are_refused() -> None:
    with pytest.raises(OneCurrencyNeeded):
        read(camt([entry("1.00"), entry("1.00", currency="SGD")]), "camt053")


def test_a_camt_whose_balances_do_not_follow_lacks_an_entry() -> None:
    with pytest.raises(BalancesDoNotAddUp):
        read(camt([entry("50.00")], closing="151.00"), "camt053")


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("head", [BOMB, OUTSIDE, '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">'])
def test_xml_with_a_document_type_or_entities_is_refused(head: str) -> None:
    with pytest.raises(UnreadableStatement):
        read(camt([entry("1.00", words="&amp;" if "a" not in head else "x")], head=head), "camt053")


@pytest.mark.parametrize(
    "content",
    [b"", b"<", b"\xff\xfe\x00", b"<Document/>", b"Date,Details\n", b'<?xml version="1.0" encoding="nope"?><a/>'],
)
@pytest.mark.parametrize("form", ["aba", "acleda", "dbs", "camt053"])
def test_what_is_no_statement_is_refused_in_words(content: bytes, form: str) -> None:
    with pytest.raises((UnreadableStatement, ColumnMissing)):
        read(content, form)


@given(st.binary(max_size=400), st.sampled_from(["aba", "acleda", "dbs", "camt053"]))
def test_no_bytes_make_reading_fail_otherwise_than_in_words(content: bytes, form: str) -> None:
    with pytest.raises(DomainError):
        read(b"Date,Transaction Details,Money In,Money Out\n" + content if form == "aba" else content, form)
        raise EmptyStatement


@given(st.integers(-(10**12), 10**12))
def test_an_amount_written_with_groups_is_read_exactly(minor: int) -> None:
    whole, cents = divmod(abs(minor), 100)
    text = f"{'-' if minor < 0 else ''}{whole:,}.{cents:02d}"
    assert minor_units(text, "USD", place=1, column="x") == minor


@pytest.mark.parametrize(("place", "bank"), enumerate(("aba", "acleda", "dbs")))
def test_the_files_shown_to_accountants_can_be_read(place: int, bank: str) -> None:
    page = (Path(__file__).parents[2] / "docs/accountants/bank-statements.md").read_text()
    shown = re.findall(r"```csv\n(.*?)```", page, re.DOTALL)[place]
    assert len(read_statement(shown.encode(), bank, "USD").lines) == 2
