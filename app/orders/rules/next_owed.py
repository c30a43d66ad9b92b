"""What happens next with an order that a company pays later. While it is unpaid it is in no escrow, and this says so."""

from datetime import date, datetime

from app.config.days import market_day
from app.errors import N_
from app.orders.rules.status import FactKind, FulfillmentStatus, PaymentStatus
from app.orders.rules.story import Story
from app.orders.rules.upcoming import MainAction, NextEvent, Tone
from app.orders.rules.words import Text, say

NOT_LEFT = (FulfillmentStatus.UNFULFILLED, FulfillmentStatus.PARTIAL)


def owed_event(story: Story, now: datetime, *, for_seller: bool) -> NextEvent | None:
    """None for what was not ordered on terms, or is paid."""
    due = story.due_on
    if due is None:
        return None
    if story.axes.payment is PaymentStatus.SETTLED_OUTSIDE:
        return _settled_outside(story, for_seller=for_seller)
    if story.group_state == "ended":
        return NextEvent(
            say(N_("Canceled before it was paid.")),
            say(N_("Nothing was charged and nothing is owed. The goods are back on the stall.")),
            tone=Tone.WARN,
        )
    if not story.is_owed:
        return None
    if story.is_arriving(now):
        return _arriving(story, for_seller=for_seller)
    today = market_day(now)
    action: MainAction | None = MainAction.PAY
    if for_seller:
        action = MainAction.SHIP if story.axes.fulfillment in NOT_LEFT else None
    return NextEvent(
        _not_in_escrow(due, today),
        _for_seller(story) if for_seller else _for_buyer(story),
        None,
        action,
        Tone.DANGER if today > due else Tone.WARN,
    )


def _not_in_escrow(due: date, today: date) -> Text:
    if today > due:
        return say(N_("Overdue: not paid, and nothing is held in escrow. It was due on %(due)s."), due=due)
    return say(N_("Not paid yet: nothing is held in escrow. Due on %(due)s."), due=due)


def _arriving(story: Story, *, for_seller: bool) -> NextEvent:
    if for_seller:
        headline = say(N_("The buyer has signed. The payment is on its way into escrow."))
    else:
        headline = say(N_("You signed. Your payment is on its way into escrow."))
    return NextEvent(
        headline,
        say(
            N_("This usually takes less than a minute. If it cannot be done by %(by)s, nothing is taken."),
            by=story.hold_until,
        ),
        story.hold_until,
    )


def _for_buyer(story: Story) -> Text:
    if story.happened(FactKind.ACCEPTED):
        return say(N_("You said that you have the goods. Once you have paid, %(seller)s is paid at once; from a wallet, you sign that too."), seller=story.seller)  # fmt: skip
    if story.is_in_person and story.axes.fulfillment is FulfillmentStatus.UNFULFILLED:
        return say(N_("You may meet before you pay: when you hold the goods, show the hand-over code. Until then you can cancel it."))  # fmt: skip
    if story.axes.fulfillment is FulfillmentStatus.UNFULFILLED:
        return say(N_("%(seller)s may send it before you pay. Until it leaves you can cancel it."), seller=story.seller)
    return say(N_("What you pay goes into escrow first. It waits there until you say that you have the goods, or leaves it in the parts agreed on."))  # fmt: skip


def _for_seller(story: Story) -> Text:
    if story.happened(FactKind.ACCEPTED):
        return say(N_("The buyer has the goods. You are paid as soon as the buyer has paid."))
    if story.is_in_person and story.axes.fulfillment in NOT_LEFT:
        return say(N_("You may hand it over before it is paid: the buyer then shows a code. The market then protects neither the goods nor your money."))  # fmt: skip
    if story.axes.fulfillment in NOT_LEFT:
        return say(N_("You may send it before it is paid. The market then protects neither the goods nor your money."))
    return say(N_("It has left. The market takes no part in this debt until the buyer pays here."))


def _settled_outside(story: Story, *, for_seller: bool) -> NextEvent:
    is_to_ship = for_seller and story.axes.fulfillment in NOT_LEFT
    return NextEvent(
        say(N_("Settled outside the market: nothing is owed here any more.")),
        say(N_("Nothing was held in escrow, so the market can give nothing back and decide nothing.")),
        action=MainAction.SHIP if is_to_ship else None,
        tone=Tone.WARN if is_to_ship else Tone.OK,
    )
