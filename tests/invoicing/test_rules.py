"""Which documents an order comes to, and how its tax lies in them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.invoicing.rules.amounts import Gross, Part, Told, given_back, split_tax
from app.invoicing.rules.due import CREDIT_NOTE, INVOICE, Happened, documents_due
from app.invoicing.rules.numbers import number_of, number_text
from app.money.amounts import MICRO, UNITS_PER_CENT, Money, Rate, tax_included, usd

AT = datetime(2026, 11, 30, tzinfo=UTC)
DOLLARS = Rate("USD", MICRO)


def happened(key: str, kind: str = "", **details: Any) -> Happened:
    return Happened(key, kind or key, AT, details)


def due(*facts: Happened, total: int = 1_000) -> list[tuple[str, str, int]]:
    return [(one.kind, one.source, one.cents) for one in documents_due(facts, total)]


def refunded(key: str, units: int) -> Happened:
    return happened(key, "leg_refunded", units=str(units), reason="refunded")


def test_a_paid_order_has_one_invoice_over_all_of_it() -> None:
    assert due(happened("paid")) == [(INVOICE, "paid", 1_000)]


def test_an_order_that_was_never_paid_has_none_whatever_else_happened() -> None:
    assert due(happened("canceled", reason="not_funded"), refunded("leg_refunded:0", 5)) == []


def test_each_refund_has_a_credit_note_over_the_cents_it_makes_whole() -> None:
    facts = (
        happened("paid"),
        refunded("a", 300 * UNITS_PER_CENT),
        refunded("b", UNITS_PER_CENT // 2),
        refunded("c", UNITS_PER_CENT // 2),
        refunded("d", 699 * UNITS_PER_CENT),
    )
    assert due(*facts)[1:] == [(CREDIT_NOTE, "a", 300), (CREDIT_NOTE, "c", 1), (CREDIT_NOTE, "d", 699)]


def test_a_payment_that_came_to_nothing_is_credited_whole_and_the_next_one_invoiced_anew() -> None:
    facts = (
        happened("paid"),
        happened("owed_again:1", "owed_again"),
        happened("paid:2", "paid"),
        refunded("r", UNITS_PER_CENT),
    )
    assert [(one.source, one.cents, one.corrects) for one in documents_due(facts, 1_000)] == [
        ("paid", 1_000, None),
        ("owed_again:1", 1_000, "paid"),
        ("paid:2", 1_000, None),
        ("r", 1, "paid:2"),
    ]


def test_canceled_by_its_buyer_waits_for_the_escrow_but_one_that_was_never_funded_does_not() -> None:
    assert due(happened("paid"), happened("canceled")) == [(INVOICE, "paid", 1_000)]
    assert due(happened("paid"), happened("canceled", reason="not_funded"))[1:] == [(CREDIT_NOTE, "canceled", 1_000)]


@given(st.lists(st.integers(0, 400 * UNITS_PER_CENT)))
def test_credit_notes_never_come_to_more_than_their_invoice(units: list[int]) -> None:
    facts = [happened("paid"), *(refunded(str(at), one) for at, one in enumerate(units))]
    notes = [one.cents for one in documents_due(facts, 1_000) if one.kind == CREDIT_NOTE]
    assert sum(notes) == min(sum(units) // UNITS_PER_CENT, 1_000)
    assert all(cents > 0 for cents in notes)


parts = st.builds(
    lambda gross, rate: Part("VAT", rate, "", gross, tax_included(usd(gross), rate).minor),
    st.integers(0, 10**7),
    st.sampled_from([0, 700, 1_000, 1_100]),
)


@given(st.lists(parts, min_size=1, max_size=3), st.lists(st.integers(1, 10**6), max_size=8))
def test_what_is_given_back_in_steps_is_never_more_of_a_tax_than_was_asked_and_in_the_end_all(
    invoiced: list[Part], steps: list[int]
) -> None:
    left = sum(part.gross_cents for part in invoiced)
    earlier: list[list[Part]] = []
    for step in [*(step for step in steps), left]:
        cents = min(step, left - sum(part.gross_cents for parts in earlier for part in parts))
        if cents <= 0:
            continue
        back = given_back(invoiced, earlier, cents)
        assert sum(part.gross_cents for part in back) == cents
        assert all(0 <= part.tax_cents <= part.gross_cents for part in back)
        earlier.append(back)
    for at, part in enumerate(invoiced):
        assert sum(back[at].gross_cents for back in earlier) == part.gross_cents
        assert sum(back[at].tax_cents for back in earlier) == part.tax_cents


def test_lines_of_two_taxes_carry_their_own_and_shipping_that_of_ordinary_goods() -> None:
    lines = [Gross("farm", 500), Gross("ordinary", 1_100), Gross("ordinary", 110)]
    told = [Told("ordinary", "VAT", 1_000, usd(110)), Told("farm", "VAT", 0, usd(0), "exempt")]
    split = split_tax(lines, told, DOLLARS)
    assert split.part_of == [1, 0, 0]
    assert split.tax_of == [0, 100, 10]
    assert [(part.gross_cents, part.tax_cents) for part in split.parts] == [(1_210, 110), (500, 0)]


def test_the_tax_told_in_riel_is_kept_where_it_is_the_lines_tax_but_for_rounding() -> None:
    rate = Rate("KHR", 4_100 * MICRO)
    told = [Told("ordinary", "VAT", 1_000, Money(37_273_00, "KHR"))]  # of 410,000 riel
    assert split_tax([Gross("ordinary", 10_000)], told, rate).parts[0].tax_cents == 909
    astray = [Told("ordinary", "VAT", 1_000, Money(99_000_00, "KHR"))]
    assert split_tax([Gross("ordinary", 10_000)], astray, rate).parts[0].tax_cents == 909


@pytest.mark.parametrize(("series", "number", "text"), [("T", 1, "T-000001"), ("C", 1234567, "C-1234567")])
def test_numbers_are_read_as_they_are_written(series: str, number: int, text: str) -> None:
    assert number_text(series, number) == text
    assert number_of(f" {text.lower()} ") == (series, number)
    assert number_of(text.replace("-", "X")) is None
