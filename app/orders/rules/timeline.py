"""The five steps of money and parcel, in plain words: Paid, In escrow, On its way, Delivered, Seller paid."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.errors import N_
from app.orders.rules.status import Fact, FactKind, FulfillmentStatus, PaymentStatus, SettlementStatus
from app.orders.rules.story import Story
from app.orders.rules.words import Text, say
from app.shipping.rules import method_word


class StepState(StrEnum):
    DONE = "done"
    NOW = "now"
    TODO = "todo"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Step:
    """`at` is when it happened or, for a step still to come, when it is expected."""

    name: Text
    state: StepState
    at: datetime | None = None
    note: Text | None = None


SETTLED = (SettlementStatus.RELEASED, SettlementStatus.REFUNDED, SettlementStatus.SPLIT)


def timeline(story: Story, now: datetime) -> list[Step]:
    """Five steps; the first that is not done is the one that is going on."""
    steps = [_paid(story), _escrow(story), _on_its_way(story, now), _delivered(story), _seller_paid(story)]
    if story.group_state in ("expired", "ended") or story.axes.settlement in SETTLED or story.is_decided:
        return steps
    for position, step in enumerate(steps):
        if step.state is StepState.PROBLEM:
            break
        if step.state is StepState.TODO:
            steps[position] = Step(step.name, StepState.NOW, step.at, step.note)
            break
    return steps


def _paid(story: Story) -> Step:
    name = say(N_("Paid"))
    paid = story.last(FactKind.PAID)
    if story.is_owed:
        return Step(name, StepState.TODO, None, say(N_("not yet, due on %(due)s"), due=story.due_on))
    if story.axes.payment is PaymentStatus.SETTLED_OUTSIDE:
        return Step(name, StepState.TODO, None, say(N_("outside the market")))
    if story.card_is_disputed:
        return Step(name, StepState.PROBLEM, paid.at if paid else None, say(N_("the bank took it back")))
    if paid:
        note = say(N_("card %(card)s"), card=story.card) if story.card else None
        return Step(name, StepState.DONE, paid.at, note)
    if story.group_state == "expired":
        return Step(name, StepState.PROBLEM, None, say(N_("not paid in time")))
    if story.group_state == "ended":
        return Step(name, StepState.TODO, None, say(N_("nothing to pay")))
    if story.is_authorized:
        return Step(name, StepState.NOW, None, say(N_("signed, arriving")))
    return Step(name, StepState.TODO, story.hold_until, say(N_("waiting for you")))


def _escrow(story: Story) -> Step:
    name = say(N_("In escrow"))
    settlement = story.axes.settlement
    if settlement in (SettlementStatus.NONE, SettlementStatus.FUNDING):
        return Step(name, StepState.TODO, None, say(N_("nothing is held")) if story.is_owed else None)
    if story.is_in_dispute:
        disputed = story.last(FactKind.DISPUTED)
        at = disputed.at if disputed else None
        return Step(name, StepState.PROBLEM, at, say(N_("%(amount)s held in dispute"), amount=story.held))
    if settlement is SettlementStatus.REFUNDED:
        return Step(name, StepState.DONE, None, say(N_("%(amount)s went back"), amount=story.total))
    funded = story.last(FactKind.FUNDED)
    return Step(name, StepState.DONE, funded.at if funded else None, _what_is_held(story, is_final=funded is not None))


def _what_is_held(story: Story, *, is_final: bool) -> Text:
    if story.is_held and story.held < story.total:
        return say(N_("%(held)s of %(amount)s still held"), held=story.held, amount=story.total)
    return say(N_("%(amount)s, final") if is_final else N_("%(amount)s held"), amount=story.total)


def _on_its_way(story: Story, now: datetime) -> Step:
    name = say(N_("You meet")) if story.is_in_person else say(N_("On its way"))
    shipped = story.last(FactKind.SHIPPED) or story.last(FactKind.REST_CANCELED)
    if shipped:
        return Step(name, StepState.DONE, shipped.at, None if story.is_in_person else _parcels(story, shipped))
    if story.axes.fulfillment is FulfillmentStatus.CANCELED:
        return Step(name, StepState.PROBLEM, None, say(N_("canceled")))
    if story.axes.settlement is SettlementStatus.IN_ESCROW and now > story.ship_by:
        is_part = story.happened(FactKind.PARTLY_SHIPPED)
        return Step(name, StepState.PROBLEM, story.ship_by, say(N_("a part is late")) if is_part else say(N_("late")))
    if story.happened(FactKind.PARTLY_SHIPPED):
        return Step(name, StepState.TODO, story.ship_by, say(N_("a part has left, the rest by this day")))
    return Step(name, StepState.TODO, story.ship_by, say(N_("by this day")))


def _parcels(story: Story, last: Fact) -> Text | None:
    if story.happened(FactKind.PARTLY_SHIPPED):
        return say(N_("in several parcels")) if story.happened(FactKind.SHIPPED) else say(N_("a part of it"))
    return _parcel(last)


def _parcel(shipped: Fact) -> Text | None:
    carrier, tracking = shipped.details.get("carrier"), shipped.details.get("tracking")
    if not carrier:
        return None
    if not tracking:
        return say("%(carrier)s", carrier=method_word(carrier))
    return say(N_("%(carrier)s, %(tracking)s"), carrier=carrier, tracking=tracking)


def _delivered(story: Story) -> Step:
    name = say(N_("Handed over")) if story.is_in_person else say(N_("Delivered"))
    kinds = (FactKind.RECEIVED, FactKind.DELIVERED, FactKind.ACCEPTED)
    arrived = next((fact for kind in kinds if (fact := story.last(kind))), None)
    if arrived or story.is_there:
        return Step(name, StepState.DONE, arrived.at if arrived else None)
    if story.axes.settlement in SETTLED or story.is_decided:
        return Step(name, StepState.TODO, None, say(N_("not confirmed")))
    if story.axes.fulfillment is FulfillmentStatus.CANCELED:
        return Step(name, StepState.TODO, None, say(N_("nothing comes")))
    return Step(name, StepState.TODO, story.promised_by, say(N_("expected")))


def _seller_paid(story: Story) -> Step:
    name = say(N_("Seller paid"))
    settlement = story.axes.settlement
    released = story.last(FactKind.LEG_RELEASED)
    if settlement is SettlementStatus.RELEASED:
        return Step(name, StepState.DONE, released.at if released else None)
    if settlement is SettlementStatus.SPLIT:
        return Step(name, StepState.DONE, released.at if released else None, say(N_("in part")))
    if settlement is SettlementStatus.REFUNDED:
        return Step(name, StepState.TODO, None, say(N_("nothing: all of it went back")))
    if story.is_owed or story.group_state == "ended":
        return Step(name, StepState.TODO, None, say(N_("once it is paid")) if story.is_owed else None)
    if story.axes.fulfillment is FulfillmentStatus.CANCELED:
        return Step(name, StepState.TODO, None, say(N_("nothing")))
    if story.is_in_dispute or story.is_decided:
        note = N_("as decided") if story.is_decided else N_("once it is decided")
        return Step(name, StepState.TODO, None, say(note))
    return Step(name, StepState.TODO, story.auto_release_at, say(N_("at the latest")))
