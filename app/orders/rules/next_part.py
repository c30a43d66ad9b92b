"""What happens next while a part of an order has left and a part has not."""

from datetime import datetime

from app.errors import N_
from app.orders.rules.status import FactKind, FulfillmentStatus, SettlementStatus
from app.orders.rules.story import Story
from app.orders.rules.upcoming import MainAction, NextEvent, Tone
from app.orders.rules.words import Day, say


def part_event(story: Story, now: datetime, *, for_seller: bool) -> NextEvent | None:
    """None unless parcels have left and something is still missing."""
    if story.axes.fulfillment is not FulfillmentStatus.PARTIAL or story.axes.settlement is SettlementStatus.FUNDING:
        return None
    if story.happened(FactKind.CANCELED):
        return None
    return _for_seller(story, now) if for_seller else _for_buyer(story, now)


def _for_buyer(story: Story, now: datetime) -> NextEvent:
    if now <= story.ship_by:
        return NextEvent(
            say(N_("A part of it has left. Next: %(seller)s sends the rest by %(by)s."), seller=story.seller, by=Day(story.ship_by)),
            say(N_("If the rest does not come, you get back what it cost. If something is wrong with what came, report a problem.")),
            story.ship_by,
        )  # fmt: skip
    headline = say(
        N_("A part is still missing: all of it was to leave by %(by)s."),
        by=Day(story.ship_by),
    )
    if story.given_back_at:
        return NextEvent(
            headline,
            say(
                N_("You need not do anything: if the rest has not left by %(by)s, we see to it that you get back what it cost. You can also report a problem now."),
                by=Day(story.given_back_at),
            ),
            story.given_back_at,
            MainAction.REPORT,
            Tone.WARN,
        )  # fmt: skip
    return NextEvent(
        headline,
        say(
            N_("Report a problem before %(by)s and your money stays held. If you say nothing until then, the seller is paid."),
            by=Day(story.auto_release_at),
        ),
        story.auto_release_at,
        MainAction.REPORT,
        Tone.WARN,
    )  # fmt: skip


def _for_seller(story: Story, now: datetime) -> NextEvent:
    if now <= story.ship_by:
        return NextEvent(
            say(N_("Next: send the rest by %(by)s."), by=Day(story.ship_by)),
            say(N_("A part has left. You are paid when the buyer has all of it. If the rest is not coming, give back what it cost.")),
            story.ship_by,
            MainAction.SHIP,
            Tone.WARN,
        )  # fmt: skip
    return NextEvent(
        say(N_("You are late with the rest: all of it was to leave by %(by)s."), by=Day(story.ship_by)),
        say(
            N_("Send it now, or give back what it cost. If it has not left by %(by)s, the buyer gets that back, or the market decides."),
            by=Day(story.given_back_at),
        )
        if story.given_back_at
        else say(N_("Send it now, or give back what it cost. The buyer may report a problem at any time.")),
        story.given_back_at or story.ship_by,
        MainAction.SHIP,
        Tone.DANGER,
    )  # fmt: skip
