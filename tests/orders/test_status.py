"""The three axes are functions of what happened, whatever the order it was heard in."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.orders.rules.status import (
    Fact,
    FactKind,
    FulfillmentStatus,
    LegState,
    PaymentStatus,
    SettlementStatus,
    axes,
)

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
TOTAL_CENTS = 7250
UNITS = TOTAL_CENTS * 10_000


def fact(kind: FactKind, minutes: int = 0, **details: object) -> Fact:
    return Fact(kind, START + timedelta(minutes=minutes), details)


WITH_CENTS = (FactKind.MONEY_RETURNED, FactKind.REFUND_FAILED)
LATER = (FactKind.ON_TERMS, FactKind.OWED_AGAIN)
"""A debt may end without having been paid, and come back: tests of its own tell when."""


@st.composite
def histories(draw: st.DrawFn) -> tuple[Fact, ...]:
    kinds = draw(
        st.lists(st.sampled_from([kind for kind in FactKind if kind not in (*WITH_CENTS, *LATER)]), unique=True)
    )
    returned = draw(st.lists(st.integers(1, TOTAL_CENTS), max_size=3))
    facts = [fact(kind, minutes) for minutes, kind in enumerate(kinds)]
    return (*facts, *(fact(FactKind.MONEY_RETURNED, 100 + n, cents=cents) for n, cents in enumerate(returned)))


@st.composite
def legs(draw: st.DrawFn) -> LegState | None:
    if draw(st.booleans()):
        return None
    released = draw(st.integers(0, UNITS))
    refunded = draw(st.integers(0, UNITS - released))
    return LegState(draw(st.booleans()), UNITS, released, refunded, draw(st.booleans()))


@given(histories(), legs(), st.integers())
def test_the_axes_do_not_depend_on_the_order_in_which_facts_are_heard(
    history: tuple[Fact, ...], leg: LegState | None, seed: int
) -> None:
    shuffled = list(history)
    Random(seed).shuffle(shuffled)
    assert axes(shuffled, leg, total_cents=TOTAL_CENTS) == axes(history, leg, total_cents=TOTAL_CENTS)


@given(histories(), legs())
def test_hearing_one_more_fact_never_takes_a_parcel_or_a_refund_back(
    history: tuple[Fact, ...], leg: LegState | None
) -> None:
    rank = list(PaymentStatus).index
    shipped = {FulfillmentStatus.FULFILLED, FulfillmentStatus.DELIVERED}
    for length in range(len(history)):
        before = axes(history[:length], leg, total_cents=TOTAL_CENTS)
        after = axes(history[: length + 1], leg, total_cents=TOTAL_CENTS)
        assert rank(after.payment) >= rank(before.payment)
        assert before.fulfillment not in shipped or after.fulfillment in shipped


@given(histories(), legs())
def test_money_is_in_escrow_exactly_while_the_contract_holds_some(
    history: tuple[Fact, ...], leg: LegState | None
) -> None:
    settlement = axes(history, leg, total_cents=TOTAL_CENTS).settlement
    holds = leg is not None and leg.remaining > 0
    assert (settlement in {SettlementStatus.IN_ESCROW, SettlementStatus.DISPUTED}) == holds


def test_a_reorganization_that_takes_the_deposit_back_shows_the_order_as_funding_again() -> None:
    paid = (fact(FactKind.PLACED), fact(FactKind.PAID, 1))
    funded = axes(paid, LegState(is_funded=True, amount=UNITS), total_cents=TOTAL_CENTS)
    taken_back = axes(paid, LegState(is_funded=False, amount=UNITS), total_cents=TOTAL_CENTS)
    assert funded.settlement is SettlementStatus.IN_ESCROW
    assert taken_back.settlement is SettlementStatus.FUNDING


def test_a_partial_refund_shows_once_the_money_is_back_with_the_payer() -> None:
    facts = (fact(FactKind.PAID), fact(FactKind.REFUND_ASKED, 1, cents=2000))
    assert axes(facts, None, total_cents=TOTAL_CENTS).payment is PaymentStatus.PAID
    back = (*facts, fact(FactKind.MONEY_RETURNED, 2, cents=2000))
    assert axes(back, None, total_cents=TOTAL_CENTS).payment is PaymentStatus.PARTIALLY_REFUNDED
    rest = (*back, fact(FactKind.MONEY_RETURNED, 3, cents=5250))
    assert axes(rest, None, total_cents=TOTAL_CENTS).payment is PaymentStatus.REFUNDED
    failed = (*rest, fact(FactKind.REFUND_FAILED, 4, cents=5250))
    assert axes(failed, None, total_cents=TOTAL_CENTS).payment is PaymentStatus.PARTIALLY_REFUNDED


def test_an_order_divided_by_the_arbiter_is_split() -> None:
    leg = LegState(is_funded=True, amount=UNITS, released=UNITS - 1, refunded=1, is_disputed=True)
    assert axes((fact(FactKind.PAID),), leg, total_cents=TOTAL_CENTS).settlement is SettlementStatus.SPLIT


@pytest.mark.parametrize(
    ("more", "payment", "settlement"),
    [
        ((), PaymentStatus.ON_TERMS, SettlementStatus.NONE),
        ((FactKind.SHIPPED, FactKind.ACCEPTED), PaymentStatus.ON_TERMS, SettlementStatus.NONE),
        ((FactKind.CANCELED,), PaymentStatus.NONE, SettlementStatus.NONE),
        ((FactKind.SETTLED_OUTSIDE,), PaymentStatus.SETTLED_OUTSIDE, SettlementStatus.NONE),
        ((FactKind.PAID,), PaymentStatus.PAID, SettlementStatus.FUNDING),
        ((FactKind.PAID, FactKind.OWED_AGAIN), PaymentStatus.ON_TERMS, SettlementStatus.NONE),
        ((FactKind.PAID, FactKind.OWED_AGAIN, FactKind.PAID), PaymentStatus.PAID, SettlementStatus.FUNDING),
    ],
)
def test_what_is_bought_on_terms_is_owed_until_it_is_paid_or_ended(
    more: tuple[FactKind, ...], payment: PaymentStatus, settlement: SettlementStatus
) -> None:
    facts = [fact(kind, minutes) for minutes, kind in enumerate((FactKind.PLACED, FactKind.ON_TERMS, *more))]
    found = axes(facts, None, total_cents=TOTAL_CENTS)
    assert (found.payment, found.settlement) == (payment, settlement)


def test_a_payment_that_came_to_nothing_is_given_back_and_the_next_one_counts_whole() -> None:
    facts = [fact(FactKind.ON_TERMS), fact(FactKind.PAID, 1), fact(FactKind.OWED_AGAIN, 2)]
    facts.append(fact(FactKind.MONEY_RETURNED, 3, cents=TOTAL_CENTS))
    assert axes(facts, None, total_cents=TOTAL_CENTS).payment is PaymentStatus.ON_TERMS
    facts.append(fact(FactKind.PAID, 4))
    assert axes(facts, None, total_cents=TOTAL_CENTS).payment is PaymentStatus.PAID
