"""In every state of parcels, returns and disputes both sides read what comes next, by when, and what silence does."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from app.orders.rules.next_event import next_event
from app.orders.rules.returns import FACT_OF, RUNNING, ReturnState
from app.orders.rules.status import Fact, FactKind
from app.orders.rules.story import Judging, Story
from app.orders.rules.upcoming import MainAction, NextEvent
from tests.orders.test_status import START, fact
from tests.orders.test_timeline import DAY, HELD, PAID, story

SHIPPED = fact(FactKind.SHIPPED, 3, carrier="VET", tracking="1")


def returning(state: ReturnState, *, paid_by: str, due: timedelta = 5 * DAY, hold: timedelta = 11 * DAY) -> Story:
    days = {"due_at": (START + due).isoformat(), "hold_at": (START + hold).isoformat()}
    told = story(PAID, SHIPPED, Fact(FACT_OF[state], START, days), leg=HELD)
    return replace(told, paid_by=paid_by)


def silence(upcoming: NextEvent) -> str:
    assert upcoming.otherwise is not None
    return upcoming.otherwise.message % upcoming.otherwise.values


@pytest.mark.parametrize(("state", "paid_by", "for_seller"), list(product(RUNNING, ("card", "wallet"), (False, True))))
def test_a_running_return_says_whose_turn_it_is_and_what_silence_does(
    state: ReturnState, paid_by: str, for_seller: bool
) -> None:
    upcoming = next_event(returning(state, paid_by=paid_by), START, for_seller=for_seller)
    assert upcoming.action is MainAction.RETURN
    assert upcoming.by == START + 5 * DAY
    assert "by" in upcoming.headline.values
    if state is ReturnState.APPROVED:
        assert "the return ends" in silence(upcoming)
    elif paid_by == "card":
        assert "the market holds the money" in silence(upcoming)
    else:
        assert ("you are paid" if for_seller else "Only you can hold") in silence(upcoming)


def test_what_ends_before_the_money_must_be_held_is_said_first() -> None:
    late = returning(ReturnState.APPROVED, paid_by="card", due=20 * DAY)
    assert "the market holds the money" in silence(next_event(late, START))


@pytest.mark.parametrize("state", [state for state in ReturnState if state not in RUNNING])
def test_a_return_that_is_over_leaves_the_order_as_it_was(state: ReturnState) -> None:
    told = returning(state, paid_by="card")
    assert told.running_return is None
    assert next_event(told, START).action is MainAction.RECEIVE


@pytest.mark.parametrize("for_seller", [False, True])
def test_an_order_that_left_in_part_says_what_becomes_of_the_rest(for_seller: bool) -> None:
    told = replace(story(PAID, fact(FactKind.PARTLY_SHIPPED, 3), leg=HELD), given_back_at=START + 4 * DAY)
    in_time = next_event(told, START, for_seller=for_seller)
    assert in_time.by == told.ship_by
    late = next_event(told, told.ship_by + timedelta(hours=1), for_seller=for_seller)
    assert late.by == told.given_back_at
    assert "what it cost" in silence(late)
    alone = next_event(replace(told, given_back_at=None), told.ship_by + timedelta(hours=1), for_seller=for_seller)
    assert "report a problem" in silence(alone).lower()


@pytest.mark.parametrize(
    ("bps", "buyer", "seller"),
    [
        (0, "all of it comes back to you", "all of it goes back to the buyer"),
        (10_000, "the seller is paid", "the seller is paid"),
        (2_550, "the seller gets 25.5 %", "the seller gets 25.5 %"),
    ],
)
def test_a_dispute_says_until_when_both_sides_add_and_what_time_decides(bps: int, buyer: str, seller: str) -> None:
    told = story(PAID, SHIPPED, fact(FactKind.DISPUTED, 5), leg=replace(HELD, is_disputed=True))
    told = replace(told, judging=Judging(START + 7 * DAY, START + 14 * DAY, bps))
    for for_seller, expected in ((False, buyer), (True, seller)):
        upcoming = next_event(told, START, for_seller=for_seller)
        assert upcoming.by == START + 14 * DAY
        assert "Both sides can add" in upcoming.headline.message
        assert expected in silence(upcoming)


MARKET_HELD = replace(HELD, is_market_held=True)


@pytest.mark.parametrize("is_in_person", [False, True])
def test_before_it_leaves_the_words_say_who_cancels_alone_and_from_when(is_in_person: bool) -> None:
    at_once = replace(story(PAID, leg=MARKET_HELD), is_in_person=is_in_person)
    asked = replace(at_once, leg=HELD)
    assert "you can cancel and get" in silence(next_event(at_once, START))
    assert "by then" not in silence(next_event(at_once, START)).split("cancel")[0]
    assert "you can ask the seller to cancel" in silence(next_event(asked, START))
    assert "you can cancel alone" in silence(next_event(asked, START))
    assert silence(next_event(at_once, START, for_seller=True)).startswith("The money is held for you. Until")
    assert "by then, the buyer may cancel" in silence(next_event(asked, START, for_seller=True))


def test_what_would_come_back_is_what_is_still_held() -> None:
    told = story(PAID, leg=replace(MARKET_HELD, refunded=MARKET_HELD.amount // 2))
    assert next_event(told, START).otherwise.values["amount"] == told.held_for_buyer < told.total
