"""Which tax is withheld of a sale and how much, without a database."""

from collections.abc import Sequence
from datetime import UTC, date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config.days import day_in
from app.money.amounts import Money
from app.withholding.presets import BrokenRule, all_rules, countries, read_rules
from app.withholding.rules import (
    OrderParts,
    Rule,
    Seller,
    Span,
    Terms,
    base_of,
    base_units,
    ended_rules,
    is_on,
    month_ends_at,
    rules_on,
    takes,
    tax_due,
)

DAY = date(2026, 12, 1)
UNIT = 10_000
WHOLE = Fraction(1)
ON = [Span(country, date(2026, 11, 1), None) for country in ("ID", "PH", "VN")]
STATED, OVER = {"has_statement": True}, {"has_statement": True, "is_over": True}

TABLE = [
    ("ID", "company", {}, ["ID-PPH22"]),
    ("ID", "company", STATED, ["ID-PPH22"]),  # a statement is for persons
    ("ID", "sole_trader", {}, ["ID-PPH22"]),
    ("ID", "private_person", STATED, []),
    ("ID", "private_person", OVER, ["ID-PPH22"]),
    ("PH", "company", {}, ["PH-CWT"]),
    ("PH", "company", STATED, []),
    ("PH", "company", OVER, ["PH-CWT"]),
    ("PH", "private_person", {}, ["PH-CWT"]),
    ("VN", "company", {}, []),
    ("VN", "sole_trader", {}, ["VN-VAT", "VN-PIT"]),
    ("VN", "private_person", STATED, ["VN-VAT", "VN-PIT"]),  # the tax office gives it back, not the market
    ("KH", "company", {}, []),
]


def rules_for(rules: Sequence[Rule], spans: list[Span], seller: Seller, on: date) -> list[Rule]:
    """As an order of that day has them: nothing is withheld unless the operator has switched the country on."""
    held = rules_on(rules, seller.country, on) if is_on(spans, seller.country, on) else []
    return [rule for rule in held if takes(rule, seller)]


def keys(country: str, kind: str, on: date = DAY, spans: list[Span] = ON, **more: bool) -> list[str]:
    return [rule.key for rule in rules_for(all_rules(), spans, Seller(country, kind, **more), on)]


@pytest.mark.parametrize(("country", "kind", "more", "expected"), TABLE)
def test_who_is_taken_by_which_rule(country, kind, more, expected):
    assert keys(country, kind, **more) == expected


def test_nothing_is_withheld_where_nothing_is_switched_on():
    assert all(keys(country, kind, spans=[]) == [] for country, kind, _, _ in TABLE)


@pytest.mark.parametrize(("on", "count"), [("2026-11-30", 0), ("2026-12-01", 1), ("2026-12-31", 1), ("2027-01-01", 0)])
def test_a_switch_holds_from_its_first_day_to_its_last(on, count):
    spans = [Span("ID", date(2026, 12, 1), date(2026, 12, 31))]
    assert len(keys("ID", "company", date.fromisoformat(on), spans)) == count


def test_a_rule_does_not_reach_back_before_its_own_first_day():
    always = [Span("ID", date(2020, 1, 1), None)]
    assert keys("ID", "company", date(2026, 7, 31), always) == []
    assert keys("ID", "company", date(2026, 8, 1), always) == ["ID-PPH22"]


def test_every_rule_on_file_says_where_it_is_from_and_when_it_was_checked():
    assert countries() == ("ID", "PH", "VN")
    for rule in all_rules():
        assert rule.source
        assert rule.evidence in {"X", "R"}
        assert rule.starts_on <= rule.checked_on
        assert rule.threshold is not None


def test_bases_leave_out_what_their_country_leaves_out():
    parts = OrderParts(goods_cents=10_000, shipping_cents=1_110, vat=((WHOLE, 1_100),), commission_bps=500)
    bases = {rule.key: base_units(rule, parts) for rule in all_rules()}
    whole = 11_110 * UNIT
    assert bases["ID-PPH22"] == whole - whole * 11 // 111
    goods = 10_000 * UNIT
    assert bases["PH-CWT"] == (goods - goods * 11 // 111 - whole * 5 // 100) // 2
    assert bases["VN-VAT"] == bases["VN-PIT"] == whole


def test_tax_of_some_goods_alone_is_taken_out_of_their_part_of_the_base():
    parts = OrderParts(goods_cents=10_000, shipping_cents=0, vat=((WHOLE / 4, 1_100),), commission_bps=500)
    bases = {rule.key: base_units(rule, parts) for rule in all_rules()}
    assert bases["ID-PPH22"] == 10_000 * UNIT - 2_500 * UNIT * 11 // 111


RULE = """
[[rule]]
key = "XX-T"
country = "ID"
name = "T"
seller_kinds = ["company"]
rate = "1/200"
excludes = []
exempt_kinds = []
statement = ""
tax_number = "T"
from = 2026-01-01
to = 2026-06-30
detail = ""
source = "s"
evidence = "R"
checked_on = 2026-01-02
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('rate = "1/200"', 'rate = "0"'),
        ('rate = "1/200"', 'rate = "1/0"'),
        ('rate = "1/200"', "rate = 0.005"),
        ("excludes = []", 'excludes = ["gifts"]'),
        ('["company"]', '["shop"]'),
        ("exempt_kinds = []", 'exempt_kinds = ["sole_trader"]'),
        ("to = 2026-06-30", "to = 2025-06-30"),
        ('source = "s"', ""),
    ],
)
def test_a_broken_rule_is_named(old, new):
    with pytest.raises(BrokenRule, match="XX-T from 2026-01-01"):
        read_rules(RULE.replace(old, new, 1))


def test_two_rates_of_one_day_are_refused():
    with pytest.raises(BrokenRule, match="two rates on 2026-01-01"):
        read_rules(RULE + RULE)


def test_an_ended_rate_goes_on_and_is_told_of():
    rules = read_rules(RULE)
    always = [Span("ID", date(2020, 1, 1), None)]
    assert rules_for(rules, always, Seller("ID", "company"), DAY) == list(rules)
    assert ended_rules(rules, always, DAY) == list(rules)
    assert ended_rules(rules, always, date(2026, 6, 30)) == []
    assert ended_rules(rules, [], DAY) == []


@st.composite
def orders(draw):
    """An order's terms under one of the rules on file."""
    rule = draw(st.sampled_from(all_rules()))
    parts = OrderParts(
        goods_cents=draw(st.integers(1, 10**9)),
        shipping_cents=draw(st.integers(0, 10**6)),
        vat=draw(st.sampled_from([(), ((WHOLE, 1_100),), ((WHOLE / 3, 800), (WHOLE / 7, 1_200))])),
        commission_bps=draw(st.integers(0, 1_000)),
    )
    return Terms(base_units(rule, parts), parts.units, rule.rate)


@given(orders(), st.data())
def test_many_part_releases_withhold_what_one_does(terms, data):
    cuts = data.draw(st.lists(st.integers(0, terms.amount), max_size=6))
    stops = [0, *sorted(cuts), terms.amount]
    parts = [tax_due(terms, later) - tax_due(terms, before) for before, later in pairwise(stops)]
    assert all(part >= 0 for part in parts)
    assert sum(parts) == tax_due(terms, terms.amount)


@given(orders(), st.data())
def test_what_comes_back_takes_its_tax_with_it_and_all_of_it_leaves_nothing(terms, data):
    released = data.draw(st.integers(0, terms.amount))
    returned = data.draw(st.integers(0, released))
    back = tax_due(terms, released) - tax_due(terms, released - returned)
    exact = Fraction(returned) * terms.base * terms.rate / terms.amount
    assert abs(back - exact) < 1
    assert tax_due(terms, 0) == base_of(terms, 0) == 0


@given(orders(), st.data())
def test_tax_is_never_more_than_what_the_seller_got(terms, data):
    kept = data.draw(st.integers(0, terms.amount))
    assert 0 <= tax_due(terms, kept) <= base_of(terms, kept) + 1
    assert base_of(terms, kept) <= kept
    assert tax_due(terms, kept) <= kept * 9 // 10


@given(st.integers(1, 10**12), st.integers(0, 10_000))
def test_a_base_is_never_below_zero_nor_above_the_order(goods, commission):
    for rule in all_rules():
        parts = OrderParts(goods, 0, ((WHOLE, 1_200),), commission)
        assert 0 <= base_units(rule, parts) <= parts.units


@given(st.dates(date(2000, 1, 1), date(2999, 12, 31)))
def test_a_month_ends_where_the_next_begins(day):
    first = day.replace(day=1)
    ends = month_ends_at(first, "Asia/Phnom_Penh")
    assert day_in("Asia/Phnom_Penh", ends - timedelta(microseconds=1)).replace(day=1) == first
    assert day_in("Asia/Phnom_Penh", ends).day == 1
    assert ends.tzinfo is UTC


def test_thresholds_are_read_in_the_countrys_own_money():
    thresholds = {rule.key: rule.threshold for rule in all_rules()}
    assert thresholds["ID-PPH22"] == Money(50_000_000_000, "IDR")
    assert thresholds["PH-CWT"] == Money(50_000_000, "PHP")
    assert thresholds["VN-PIT"] == Money(500_000_000, "VND")
