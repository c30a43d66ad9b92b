"""What is next when two people meet instead of sending a parcel: (what, and what if not)."""

from app.errors import N_
from app.orders.rules.story import Story
from app.orders.rules.words import Day, Text, say

Said = tuple[Text, Text]


def buyer_meets(story: Story) -> Said:
    return (
        say(
            N_("Next: you meet %(seller)s by %(by)s and look at the goods."), seller=story.seller, by=Day(story.ship_by)
        ),
        say(
            N_(
                "When you hold them, show the hand-over code. Until you have met, you can cancel and get %(amount)s back."
            ),
            amount=story.held_for_buyer,
        )
        if story.cancels_at_once
        else say(
            N_(
                "When you hold them, show the hand-over code. Until then you can ask the seller to cancel. If you have not met by that day, you can cancel alone and get %(amount)s back."
            ),
            amount=story.held_for_buyer,
        ),
    )


def seller_meets(story: Story) -> Said:
    return (
        say(N_("Next: meet the buyer and hand over by %(by)s."), by=Day(story.ship_by)),
        say(N_("The money is held for you. Until you have met, the buyer may cancel."))
        if story.cancels_at_once
        else say(N_("The money is held for you. If you have not met by then, the buyer may cancel.")),
    )
