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
                "When you hold them, show the hand-over code. If you have not met by then, you can cancel and get all of your money back."
            )
        ),
    )


def seller_meets(story: Story) -> Said:
    return (
        say(N_("Next: meet the buyer and hand over by %(by)s."), by=Day(story.ship_by)),
        say(N_("The money is held for you. If you have not met by then, the buyer may cancel.")),
    )
