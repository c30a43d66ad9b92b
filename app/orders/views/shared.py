"""What templates of orders have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session, lazyload

from app.errors import N_
from app.fx.rules import DatedRate
from app.fx.shown import Shown
from app.money.amounts import Money, Rate, TokenAmount, in_cash, rate_text, usd
from app.orders.models import Order, OrderGroup
from app.orders.queries import stories_of
from app.orders.rules.milestones import TITLES, Part, PartState, Trigger, part_states
from app.orders.rules.next_event import given_back, next_event
from app.orders.rules.purchase import WALLET
from app.orders.rules.status import Fact, FactKind, SettlementStatus
from app.orders.rules.story import Story
from app.orders.rules.timeline import Step, timeline
from app.orders.rules.upcoming import NextEvent
from app.orders.rules.words import Text
from app.orders.views import bp
from app.orders.wording import text_in_words
from app.quotes.models import Deal
from app.web.filters import date_text

STATES = {
    "pending_payment": (N_("waiting for payment"), "warn"),
    "expired": (N_("not paid"), ""),
    "on_terms": (N_("not paid, not in escrow"), "warn"),
    "ended": (N_("canceled, unpaid"), ""),
    "settled_outside": (N_("settled outside"), ""),
    "funding": (N_("paid"), "escrow"),
    "in_escrow": (N_("money held"), "escrow"),
    "disputed": (N_("in dispute"), "danger"),
    "released": (N_("done"), "ok"),
    "refunded": (N_("refunded"), ""),
    "split": (N_("divided"), "ok"),
}
RETURN_STATES = {
    "requested": N_("return asked"),
    "approved": N_("return agreed"),
    "sent": N_("on its way back"),
    "received": N_("came back"),
}
FACTS = {
    FactKind.PLACED: N_("Ordered"),
    FactKind.ON_TERMS: N_("To be paid later, as the seller has granted"),
    FactKind.DUE_MOVED: N_("The day to pay was moved"),
    FactKind.ACCEPTED: N_("The buyer has the goods, unpaid"),
    FactKind.SETTLED_OUTSIDE: N_("Settled outside the market"),
    FactKind.OWED_AGAIN: N_("The payment came to nothing"),
    FactKind.PAID: N_("Paid"),
    FactKind.EXPIRED: N_("Not paid in time"),
    FactKind.FUNDED: N_("Final in escrow"),
    FactKind.PART_DUE: N_("A part of the money is due"),
    FactKind.LATE: N_("Not sent in time"),
    FactKind.SHIPPED: N_("Handed to the carrier"),
    FactKind.PARTLY_SHIPPED: N_("A part handed to the carrier"),
    FactKind.REST_CANCELED: N_("The rest is not coming"),
    FactKind.PARCEL_DELIVERED: N_("A parcel was delivered"),
    FactKind.RETURN_ASKED: N_("Return asked"),
    FactKind.RETURN_APPROVED: N_("Return agreed"),
    FactKind.RETURN_DECLINED: N_("Return declined"),
    FactKind.RETURN_CANCELED: N_("Return ended"),
    FactKind.RETURN_SENT: N_("Goods sent back"),
    FactKind.RETURN_RECEIVED: N_("Goods came back to the seller"),
    FactKind.RETURN_REFUNDED: N_("Return refunded"),
    FactKind.RETURN_DISPUTED: N_("Return given to the market to decide"),
    FactKind.RETURN_REMINDED: N_("Buyer asked to hold the money"),
    FactKind.EVIDENCE_ADDED: N_("Evidence added"),
    FactKind.ARRIVAL_ASKED: N_("Buyer asked whether it arrived"),
    FactKind.DELIVERED: N_("Delivered"),
    FactKind.RECEIVED: N_("Confirmed by the buyer"),
    FactKind.CANCEL_ASKED: N_("Cancellation asked"),
    FactKind.CANCELED: N_("Canceled"),
    FactKind.DISPUTED: N_("Problem reported"),
    FactKind.RESOLVED: N_("Dispute decided"),
    FactKind.REFUND_ASKED: N_("Refund by the seller"),
    FactKind.LEG_RELEASED: N_("Seller paid"),
    FactKind.LEG_REFUNDED: N_("Given back by the escrow"),
    FactKind.MONEY_RETURNED: N_("Money back with the payer"),
    FactKind.REFUND_FAILED: N_("The card's bank sent the refund back"),
    FactKind.CARD_DISPUTED: N_("The bank took the payment back"),
    FactKind.CARD_DISPUTE_WON: N_("The bank gave the payment back"),
}


@dataclass(frozen=True)
class Told:
    """An order as a page shows it: five steps and what comes next."""

    order: Order
    story: Story
    steps: list[Step]
    upcoming: NextEvent

    @property
    def given_back(self) -> Text | None:
        """Where the money is that the seller gave back while the rest stays held: `upcoming` tells it only at the end."""
        return given_back(self.story)

    @property
    def is_moving(self) -> bool:
        """Something will change by itself within seconds: the page looks again."""
        waiting = self.story.group_state == "pending_payment"  # a card may be paid in another tab, or at the bank
        reported = self.story.is_in_dispute and self.story.axes.settlement is not SettlementStatus.DISPUTED
        on_its_way = self.story.axes.settlement is SettlementStatus.FUNDING or self.story.is_leaving_escrow
        waiting = waiting or self.story.is_arriving(datetime.now(UTC))
        return waiting or reported or on_its_way


def quoted(session: Session, group: OrderGroup) -> Deal | None:
    """The deal of a quote that was ordered: its number, freight and terms, fixed for good. None for other orders."""
    if group.deal_id is None:
        return None
    deal = session.get_one(Deal, group.deal_id, options=[lazyload(Deal.organization), lazyload(Deal.lines)])
    return deal if deal.reference else None


def told(session: Session, orders: list[Order], *, for_seller: bool = False) -> list[Told]:
    """One query, however many orders."""
    now, stories = datetime.now(UTC), stories_of(session, orders)
    return [
        Told(order, story, timeline(story, now), next_event(story, now, for_seller=for_seller))
        for order, story in ((order, stories[order.id]) for order in orders)
    ]


@bp.app_template_global("shown_then")
def shown_then(group: OrderGroup, cents: int) -> Shown | None:
    """Dollars as the buyer read them on the day of the order; None for who read dollars."""
    if group.shown_currency is None or group.shown_per_usd_micro is None or group.shown_as_of is None:
        return None
    rate = Rate(group.shown_currency, group.shown_per_usd_micro)
    dated = DatedRate(rate, group.shown_as_of, group.shown_source or "")
    return Shown(in_cash(rate.from_usd(usd(cents))), dated)


@dataclass(frozen=True)
class PartShown:
    """A part of an order's money, in words; `must_sign`: the reader's own wallet has to release it now."""

    position: int
    title: str
    amount: Money
    state: PartState
    must_sign: bool


def parts_shown(agreed: Sequence[Part], told_order: Told, *, for_seller: bool = False) -> list[PartShown]:
    """Of the parts as agreed; empty for an order whose money leaves at once."""
    story = told_order.story
    states = part_states(agreed, story.facts, story.leg)
    signs = story.paid_by == WALLET and not for_seller and story.may_report
    return [
        PartShown(
            part.position,
            _(TITLES[part.trigger]),
            usd(part.cents),
            state,
            must_sign=signs and state is PartState.DUE and part.trigger is not Trigger.RECEIVED,
        )
        for part, state in zip(agreed, states, strict=True)
    ]


bp.add_app_template_filter(text_in_words, "text")


@bp.app_template_filter("step_items")
def step_items(steps: list[Step]) -> list[tuple[str, str, str]]:
    """For the `steps` component: title, note with its date, state."""
    return [(text_in_words(step.name), _note(step), step.state.value) for step in steps]


@bp.app_template_filter("usd")
def usd_of(cents: int) -> Money:
    return usd(cents)


@bp.app_template_global("state_pill")
def state_pill(row: Any) -> tuple[str, str]:
    """(words, kind) of an order in a list, from the axes as stored."""
    key = row.settlement_status if row.settlement_status != "none" else row.group_state
    if key == "ended" and row.payment_status == "settled_outside":
        key = row.payment_status
    words, kind = STATES.get(key, STATES["funding"])
    if row.return_state:
        return _(RETURN_STATES[row.return_state]), "warn"
    if row.settlement_status == "in_escrow" and row.fulfillment_status == "fulfilled":
        return _("on its way"), "escrow"
    if row.settlement_status == "in_escrow" and row.fulfillment_status == "partial":
        return _("a part has left"), "escrow"
    return _(words), kind


@bp.app_template_global("in_days")
def in_days(span: timedelta) -> datetime:
    """The moment that far from now."""
    return datetime.now(UTC) + span


@bp.app_template_global("tax_in_dollars")
def tax_in_dollars(order: Order, tax: Mapping[str, Any]) -> Money:
    """A tax inside an order as the buyer was shown it, at the order's own rate."""
    return Rate(order.currency, order.fx_per_usd_micro).to_usd(Money(tax["tax_minor"], tax["currency"]))


@bp.app_template_global("tokens_of")
def tokens_of(units: int) -> TokenAmount:
    return TokenAmount(units)


bp.add_app_template_global(rate_text)


@bp.app_template_global("fact_words")
def fact_words(fact: Fact) -> str:
    return _(FACTS[fact.kind])


def _note(step: Step) -> str:
    parts = [date_text(step.at) if step.at else "", text_in_words(step.note)]
    return ", ".join(part for part in parts if part)
