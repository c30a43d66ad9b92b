"""What happens next while the market looks into a problem, for each side."""

from app.errors import N_
from app.money.amounts import percent
from app.orders.rules.story import Judging, Story
from app.orders.rules.upcoming import NextEvent, Tone
from app.orders.rules.words import Day, Text, say

ALL = 10_000


def dispute_event(story: Story, *, for_seller: bool) -> NextEvent:
    """Of an order that is in dispute and not decided."""
    judging = story.judging or Judging(None)
    if judging.evidence_until is None:
        headline = say(N_("Somebody of the market is looking into the problem."))
    else:
        headline = say(
            N_("Somebody of the market is looking into the problem. Both sides can add what shows it until %(by)s."),
            by=Day(judging.evidence_until),
        )
    return NextEvent(headline, _otherwise(story, judging, for_seller=for_seller), judging.decide_by, tone=Tone.WARN)


def _otherwise(story: Story, judging: Judging, *, for_seller: bool) -> Text:
    if judging.decide_by is None or judging.seller_bps is None:
        return say(N_("%(amount)s stays held until it is decided. You need not do anything now."), amount=story.held)
    values = {"amount": story.held, "by": Day(judging.decide_by)}
    if judging.seller_bps == 0:
        message = (
            N_("%(amount)s stays held. If nobody decides by %(by)s, all of it goes back to the buyer.")
            if for_seller
            else N_("%(amount)s stays held. If nobody decides by %(by)s, all of it comes back to you.")
        )
    elif judging.seller_bps == ALL:
        message = N_("%(amount)s stays held. If nobody decides by %(by)s, the seller is paid.")
    else:
        message = N_(
            "%(amount)s stays held. If nobody decides by %(by)s, the seller gets %(percent)s %% and the buyer the rest."
        )
        values["percent"] = percent(judging.seller_bps)
    return say(message, **values)
