"""What comes next in a dispute, as the one who decides it should hear it."""

from app.errors import N_
from app.money.amounts import percent
from app.orders.rules.status import SettlementStatus
from app.orders.rules.story import Story
from app.orders.rules.upcoming import NextEvent, Tone
from app.orders.rules.words import Text, say


def judging_event(story: Story, *, is_decided: bool) -> NextEvent:
    """Until the chain shows the dispute, nobody can decide it."""
    if story.card_is_disputed:
        return NextEvent(
            say(N_("The buyer's bank took the card payment back.")),
            say(N_("Answer the bank in Stripe's dashboard first; what it decides comes back here by itself.")),
            tone=Tone.DANGER,
        )
    is_held = story.axes.settlement is SettlementStatus.DISPUTED
    if is_decided:
        return NextEvent(
            say(N_("Decided. The money is on its way as divided below."))
            if is_held
            else say(N_("Decided, and the money has moved as divided below.")),
            say(N_("You need not do anything more.")),
            tone=Tone.OK,
        )
    judging = story.judging
    if is_held and judging and judging.decide_by is not None and judging.seller_bps is not None:
        return NextEvent(
            say(N_("Next: decide by %(by)s."), by=judging.decide_by),
            _otherwise(story, judging.seller_bps),
            judging.decide_by,
            tone=Tone.WARN,
        )
    if is_held or story.axes.settlement is SettlementStatus.IN_ESCROW:
        return NextEvent(
            say(N_("The dispute is on its way to the chain.")),
            say(N_("Load this page again in a minute, then you can decide.")),
        )
    return NextEvent(say(N_("The money has moved. There is nothing left to decide.")), tone=Tone.OK)


def _otherwise(story: Story, seller_bps: int) -> Text:
    if seller_bps == 0:
        return say(
            N_(
                "Read what both sides say and divide the money below. Without a decision by then, all of it goes back to the buyer by itself: %(amount)s."
            ),
            amount=story.held,
        )
    return say(
        N_(
            "Read what both sides say and divide the money below. Without a decision by then, the seller gets %(percent)s %% by itself and the buyer gets the rest back."
        ),
        percent=percent(seller_bps),
    )
