"""What the order page says, in words, at each turn of an order's life."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.money.amounts import UNITS_PER_CENT, usd
from app.orders.rules.next_event import given_back, next_event
from app.orders.rules.status import Fact, FactKind, LegState
from app.orders.rules.story import Story
from app.orders.rules.timeline import StepState, timeline
from app.orders.rules.upcoming import MainAction, Tone
from app.orders.rules.words import Day
from tests.orders.test_status import START, TOTAL_CENTS, UNITS, fact, histories, legs

DAY = timedelta(days=1)
PAID = fact(FactKind.PAID, 1, card="visa ·· 4242")
HELD = LegState(is_funded=True, amount=UNITS)


def story(*facts: Fact, leg: LegState | None = None, group_state: str = "paid") -> Story:
    return Story(
        facts=(fact(FactKind.PLACED), *facts),
        leg=leg,
        paid_by="card",
        group_state=group_state,
        total=usd(TOTAL_CENTS),
        seller="Sothy’s Farm",
        hold_until=START + timedelta(minutes=15),
        ship_by=START + 2 * DAY,
        promised_by=START + 5 * DAY,
        auto_release_at=START + 12 * DAY,
    )


def states(told: Story, now: datetime = START) -> list[str]:
    return [step.state.value for step in timeline(told, now)]


def test_an_unpaid_order_waits_for_the_buyer_until_the_hold_ends() -> None:
    told = story(group_state="pending_payment")
    upcoming = next_event(told, START)
    assert states(told) == ["now", "todo", "todo", "todo", "todo"]
    assert (upcoming.action, upcoming.by) == (MainAction.PAY, told.hold_until)


def test_a_shipped_order_names_carrier_and_tracking_and_offers_to_confirm() -> None:
    told = story(
        PAID, fact(FactKind.FUNDED, 2), fact(FactKind.SHIPPED, 3, carrier="VET Express", tracking="KP 8812"), leg=HELD
    )
    assert states(told) == ["done", "done", "done", "now", "todo"]
    note = timeline(told, START)[2].note
    assert note is not None
    assert note.message % note.values == "VET Express, KP 8812"
    upcoming = next_event(told, START)
    assert upcoming.action is MainAction.RECEIVE
    assert upcoming.otherwise is not None
    assert upcoming.otherwise.values["by"] == Day(told.auto_release_at)


def test_a_late_seller_is_a_problem_and_the_buyer_may_cancel() -> None:
    told = story(PAID, leg=HELD)
    late = told.ship_by + timedelta(seconds=1)
    assert states(told, late)[2] == "problem"
    assert next_event(told, late).action is MainAction.CANCEL
    assert next_event(told, late, for_seller=True).tone is Tone.DANGER


def test_what_was_sent_back_had_come_and_its_money_is_said_until_it_is_there() -> None:
    shipped = fact(FactKind.SHIPPED, 5, carrier="VET", tracking="KP 1")
    back = fact(FactKind.RETURN_SENT, 7, state="sent")
    done = (PAID, shipped, back, fact(FactKind.RETURN_REFUNDED, 8))
    asked = story(*done, fact(FactKind.REFUND_ASKED, 9, cents=500), leg=HELD)
    assert states(asked) == ["done", "done", "done", "done", "now"]
    assert next_event(asked, START).headline.message == "Next: tell us that you have what you keep."
    said = given_back(asked)
    assert said is not None
    assert said.values["amount"] == usd(500)

    moved = story(*done, fact(FactKind.REFUND_ASKED, 9, cents=500), leg=replace(HELD, refunded=500 * UNITS_PER_CENT))
    said = given_back(moved)
    assert said is not None
    assert said.message == "%(amount)s is on its way back to you."
    held = timeline(moved, START)[1].note
    assert held is not None
    assert held.values == {"held": usd(TOTAL_CENTS - 500), "amount": usd(TOTAL_CENTS)}

    over = replace(
        moved, leg=replace(HELD, refunded=500 * UNITS_PER_CENT, released=(TOTAL_CENTS - 500) * UNITS_PER_CENT)
    )
    for is_seller in (False, True):
        told = next_event(over, START, for_seller=is_seller).headline
        assert told.values == {"sellers": usd(TOTAL_CENTS - 500), "buyers": usd(500)}
    assert given_back(over) is None


def test_a_refund_of_all_is_told_to_both_sides_alike() -> None:
    """The same steps stand on the page of the seller: nobody there was refunded."""
    told = story(PAID, leg=replace(HELD, refunded=UNITS))
    last = timeline(told, START)[-1]
    assert last.note is not None
    assert last.note.message == "nothing: all of it went back"


def test_a_dispute_keeps_the_money_held_and_asks_nothing_of_anybody() -> None:
    told = story(PAID, fact(FactKind.DISPUTED, 5), leg=replace(HELD, is_disputed=True))
    steps = timeline(told, START)
    assert StepState.PROBLEM in {step.state for step in steps}
    assert (steps[4].at, steps[4].note and steps[4].note.message) == (None, "once it is decided")
    assert next_event(told, START).action is None


def test_a_canceled_order_promises_nothing_while_its_money_is_on_the_way_back() -> None:
    told = story(PAID, fact(FactKind.FUNDED, 2), fact(FactKind.CANCELED, 3, by="buyer"), leg=HELD)
    steps = timeline(told, START)
    assert [step.note.message if step.note else None for step in steps[3:]] == ["nothing comes", "nothing"]
    assert [step.at for step in steps[3:]] == [None, None]


def test_a_late_payment_is_told_to_have_gone_back() -> None:
    told = story(
        fact(FactKind.EXPIRED, 15), fact(FactKind.MONEY_RETURNED, 20, cents=TOTAL_CENTS), group_state="expired"
    )
    headline = next_event(told, START).headline
    assert "sent all of it back" in headline.message
    assert headline.values["amount"] == usd(TOTAL_CENTS)


def test_a_payment_the_bank_took_back_stops_the_parcel() -> None:
    told = story(PAID, fact(FactKind.CARD_DISPUTED, 9), leg=HELD)
    upcoming = next_event(told, START, for_seller=True)
    assert upcoming.action is None
    assert upcoming.otherwise is not None
    assert "Do not ship" in upcoming.otherwise.message


def test_a_won_dispute_with_the_bank_lets_the_parcel_go() -> None:
    told = story(PAID, fact(FactKind.CARD_DISPUTED, 9), fact(FactKind.CARD_DISPUTE_WON, 10), leg=HELD)
    assert next_event(told, START, for_seller=True).action is MainAction.SHIP


moments = st.integers(-1, 30).map(lambda days: datetime(2026, 11, 23, tzinfo=UTC) + days * DAY)


@given(histories(), legs(), st.sampled_from(["pending_payment", "on_terms", "paid", "expired", "ended"]), moments)
def test_every_life_can_be_told_to_both_sides_in_whole_sentences(
    history: tuple[Fact, ...], leg: LegState | None, group_state: str, now: datetime
) -> None:
    told = replace(story(leg=leg, group_state=group_state), facts=history)
    steps = timeline(told, now)
    assert len(steps) == 5
    assert sum(step.state is StepState.NOW for step in steps) <= 1
    for text in [note for step in steps for note in (step.name, step.note) if note]:
        assert text.message % text.values
    for for_seller in (False, True):
        upcoming = next_event(told, now, for_seller=for_seller)
        for text in [upcoming.headline, *filter(None, [upcoming.otherwise])]:
            sentence = text.message % text.values
            assert not {"wallet", "gas", "mint", "blockchain"} & set(sentence.lower().split())
