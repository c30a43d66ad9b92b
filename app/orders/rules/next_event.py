"""What happens next, by when, and what if nobody acts: one answer for the buyer, one for the seller."""

from datetime import datetime

from app.errors import N_
from app.orders.rules.meeting import buyer_meets, seller_meets
from app.orders.rules.next_dispute import dispute_event
from app.orders.rules.next_owed import owed_event
from app.orders.rules.next_part import part_event
from app.orders.rules.next_return import return_event
from app.orders.rules.status import FactKind, FulfillmentStatus, SettlementStatus
from app.orders.rules.story import Story
from app.orders.rules.upcoming import MainAction, NextEvent, Tone
from app.orders.rules.words import Day, Text, say


def next_event(story: Story, now: datetime, *, for_seller: bool = False) -> NextEvent:
    """The next event as this side should hear it."""
    if story.card_is_disputed:
        return _card_disputed(for_seller=for_seller)
    owed = owed_event(story, now, for_seller=for_seller)
    if owed:
        return owed
    if not story.happened(FactKind.PAID):
        return _unpaid(story)
    settled = _settled(story, for_seller=for_seller)
    if settled:
        return settled
    special = return_event(story, for_seller=for_seller) or part_event(story, now, for_seller=for_seller)
    if special:
        return special
    return _for_seller(story, now) if for_seller else _for_buyer(story, now)


def _card_disputed(*, for_seller: bool) -> NextEvent:
    if for_seller:
        return NextEvent(
            say(N_("The buyer's bank took the card payment back.")),
            say(N_("Do not ship. The market is looking into it and will write to you.")),
            tone=Tone.DANGER,
        )
    return NextEvent(
        say(N_("Your bank is asking for this payment back.")),
        say(N_("We answer your bank. Until it decides, nothing is sent and nobody is paid.")),
        tone=Tone.WARN,
    )


def _unpaid(story: Story) -> NextEvent:
    if story.happened(FactKind.MONEY_RETURNED):
        return NextEvent(
            say(
                N_("Your payment came after the goods were gone, so we sent all of it back: %(amount)s."),
                amount=story.returned,
            ),
            say(N_("It takes your bank a few days to show it.")),
            action=MainAction.SHOP_AGAIN,
            tone=Tone.WARN,
        )
    if story.group_state == "expired":
        return NextEvent(
            say(N_("This order was not paid in time.")),
            say(N_("Nothing was charged, and the goods are back on the stall.")),
            action=MainAction.SHOP_AGAIN,
            tone=Tone.WARN,
        )
    if story.is_authorized:
        return NextEvent(
            say(N_("You signed. Your payment is on its way into escrow.")),
            say(
                N_("This usually takes less than a minute. If it cannot be done by %(by)s, nothing is taken."),
                by=story.hold_until,
            ),
            story.hold_until,
        )
    return NextEvent(
        say(N_("Next: your payment of %(amount)s."), amount=story.due),
        say(
            N_("The goods are kept for you until %(by)s. After that they go back on the stall and nothing is charged."),
            by=story.hold_until,
        ),
        story.hold_until,
        MainAction.PAY,
        Tone.WARN,
    )


def _settled(story: Story, *, for_seller: bool) -> NextEvent | None:
    settlement = story.axes.settlement
    if settlement is SettlementStatus.RELEASED:
        headline = say(N_("All done. The money is yours.")) if for_seller else say(N_("All done. The seller is paid."))
        return NextEvent(headline, tone=Tone.OK)
    if settlement is SettlementStatus.REFUNDED:
        return _refunded(story, for_seller=for_seller)
    if settlement is SettlementStatus.SPLIT:
        return _divided(story, for_seller=for_seller)
    if story.is_decided:
        return NextEvent(say(N_("Decided. The money is being paid out as decided.")), tone=Tone.OK)
    if story.is_in_dispute:
        return dispute_event(story, for_seller=for_seller)
    return None


def _divided(story: Story, *, for_seller: bool) -> NextEvent:
    values = {"sellers": story.released, "buyers": story.went_back}
    if for_seller:
        message = N_("All done. %(sellers)s of it went to you, less the commission, and %(buyers)s back to the buyer.")
        return NextEvent(say(message, **values), tone=Tone.OK)
    message = N_("All done. The seller was paid %(sellers)s, and %(buyers)s goes back to you.")
    return NextEvent(say(message, **values), coming_back(story), tone=Tone.OK)


def _refunded(story: Story, *, for_seller: bool) -> NextEvent:
    if for_seller:
        return NextEvent(say(N_("All of it went back to the buyer. Do not ship this order.")), tone=Tone.WARN)
    return NextEvent(say(N_("You get all of it back: %(amount)s."), amount=story.due), coming_back(story), tone=Tone.OK)


def given_back(story: Story) -> Text | None:
    """Where the money is that the seller gave back while the rest stays held; None when none was."""
    if not story.is_held:
        return None
    if story.asked_back:
        return say(N_("The seller gives you %(amount)s back. It is on its way."), amount=story.asked_back)
    return coming_back(story)


def coming_back(story: Story) -> Text | None:
    """Where the buyer's money is that left escrow; None when none did."""
    if story.on_its_way_back and story.happened(FactKind.REFUND_FAILED):
        return say(
            N_("Your card's bank sent %(amount)s back to us. We write to you about another way to return it."),
            amount=story.on_its_way_back,
        )
    if story.on_its_way_back:
        return say(N_("%(amount)s is on its way back to you."), amount=story.on_its_way_back)
    if story.returned and story.is_returned_by_bank:
        return say(
            N_("%(amount)s was sent back to you. Your card could not take it, so it came by bank transfer."),
            amount=story.returned,
        )
    if story.returned and story.card:
        return say(
            N_("%(amount)s was sent back to card %(card)s. It takes the bank a few days to show it."),
            amount=story.returned,
            card=story.card,
        )
    return say(N_("%(amount)s was sent back."), amount=story.returned) if story.returned else None


def _for_buyer(story: Story, now: datetime) -> NextEvent:
    if story.axes.settlement is SettlementStatus.FUNDING:
        return NextEvent(
            say(N_("Next: your money goes into escrow.")),
            say(N_("This usually takes less than a minute; the seller ships after it. You need not do anything.")),
        )
    if story.happened(FactKind.RECEIVED):
        return NextEvent(say(N_("You have the goods. %(seller)s is being paid."), seller=story.seller), tone=Tone.OK)
    if story.happened(FactKind.CANCELED):
        return NextEvent(say(N_("Canceled. Your money is on its way back.")), tone=Tone.OK)
    if story.axes.fulfillment is FulfillmentStatus.UNFULFILLED:
        return _before_shipping(story, now)
    return _parcel(story, now)


def _before_shipping(story: Story, now: datetime) -> NextEvent:
    if story.cancel_is_on_chain:
        return NextEvent(
            say(N_("You asked for your money back.")),
            say(
                N_("%(seller)s has two days to show that the parcel left. Otherwise all of it comes back to you."),
                seller=story.seller,
            ),
        )
    if now > story.ship_by:
        return NextEvent(
            say(
                N_("%(seller)s is late: the parcel was to leave by %(by)s."), seller=story.seller, by=Day(story.ship_by)
            ),
            _until_it_leaves(story),
            story.given_back_at or story.auto_release_at,
            MainAction.CANCEL,
            Tone.WARN,
        )
    if story.happened(FactKind.CANCEL_ASKED):
        return NextEvent(
            say(N_("You asked %(seller)s to cancel."), seller=story.seller),
            say(
                N_("If nothing has left by %(by)s, you can cancel it yourself. Your money stays held."),
                by=Day(story.ship_by),
            ),
            story.ship_by,
        )
    if story.is_in_person:
        return NextEvent(*buyer_meets(story), story.ship_by)
    return NextEvent(
        say(N_("Next: %(seller)s sends your parcel by %(by)s."), seller=story.seller, by=Day(story.ship_by)),
        say(N_("Until it leaves, you can cancel and get %(amount)s back."), amount=story.held_for_buyer)
        if story.cancels_at_once
        else say(
            N_(
                "Until it leaves, you can ask the seller to cancel. If it has not left by then, you can cancel alone and get %(amount)s back."
            ),
            amount=story.held_for_buyer,
        ),
        story.ship_by,
    )


def _until_it_leaves(story: Story) -> Text:
    if story.given_back_at:
        return say(
            N_(
                "You can cancel now and get %(amount)s back. If you do nothing and it has not left by %(by)s, all of it comes back to you by itself."
            ),
            amount=story.held_for_buyer,
            by=Day(story.given_back_at),
        )
    return say(
        N_("You can cancel now and get %(amount)s back. If you say nothing until %(by)s, the seller is paid."),
        amount=story.held_for_buyer,
        by=Day(story.auto_release_at),
    )


def _parcel(story: Story, now: datetime) -> NextEvent:
    silence = say(
        N_("If something is wrong, tell us before %(by)s and your money stays held. After that the seller is paid."),
        by=Day(story.auto_release_at),
    )
    if story.is_there:
        keeps = story.happened(FactKind.RETURN_SENT)
        return NextEvent(
            say(N_("Next: tell us that you have what you keep."))
            if keeps
            else say(N_("Next: look at your goods and tell us that you have them.")),
            silence,
            story.auto_release_at,
            MainAction.RECEIVE,
        )
    if now > story.promised_by:
        return NextEvent(
            say(N_("Has your parcel arrived? It was expected by %(by)s."), by=Day(story.promised_by)),
            silence,
            story.auto_release_at,
            MainAction.RECEIVE,
            Tone.WARN,
        )
    return NextEvent(
        say(N_("Next: your parcel arrives, expected by %(by)s."), by=Day(story.promised_by)),
        say(
            N_("If nothing has arrived by %(by)s, tell us before then and your money stays held."),
            by=Day(story.auto_release_at),
        ),
        story.promised_by,
        MainAction.RECEIVE,
    )


def _for_seller(story: Story, now: datetime) -> NextEvent:
    if story.axes.settlement is SettlementStatus.FUNDING:
        return NextEvent(
            say(N_("Paid. The money is on its way into escrow.")),
            say(N_("Pack, but wait with sending: it usually takes less than a minute.")),
        )
    if story.happened(FactKind.RECEIVED):
        return NextEvent(say(N_("The buyer has the goods. You are being paid.")), tone=Tone.OK)
    if story.happened(FactKind.CANCELED):
        return NextEvent(say(N_("Canceled. The money goes back to the buyer; do not ship.")), tone=Tone.WARN)
    if story.axes.fulfillment is FulfillmentStatus.UNFULFILLED:
        return _to_ship(story, now)
    return NextEvent(
        say(N_("Next: the buyer confirms, or %(by)s passes."), by=Day(story.auto_release_at)),
        say(N_("If the buyer says nothing, you are paid on that day.")),
        story.auto_release_at,
    )


def _to_ship(story: Story, now: datetime) -> NextEvent:
    if story.cancel_is_on_chain:
        return NextEvent(
            say(N_("The escrow was asked to give the money back.")),
            say(N_("If the parcel has left, say so within two days. Otherwise all of it goes back to the buyer.")),
            action=MainAction.SHIP,
            tone=Tone.DANGER,
        )
    if story.happened(FactKind.CANCEL_ASKED):
        return NextEvent(
            say(N_("The buyer asks you to cancel.")),
            say(
                N_("Refund the order, or ship it now. After %(by)s the buyer can cancel alone."), by=Day(story.ship_by)
            ),
            story.ship_by,
            MainAction.SHIP,
            Tone.WARN,
        )
    if now > story.ship_by:
        return NextEvent(
            say(N_("You are late: this was to leave by %(by)s."), by=Day(story.ship_by)),
            say(
                N_(
                    "Ship now and enter the tracking number. If nothing has left by %(by)s, all of it goes back to the buyer by itself."
                ),
                by=Day(story.given_back_at),
            )
            if story.given_back_at
            else say(N_("Ship now and enter the tracking number. The buyer may cancel at any time.")),
            story.given_back_at or story.ship_by,
            MainAction.SHIP,
            Tone.DANGER,
        )
    if story.is_in_person:
        return NextEvent(*seller_meets(story), story.ship_by, MainAction.SHIP, Tone.WARN)
    return NextEvent(
        say(N_("Next: ship by %(by)s."), by=Day(story.ship_by)),
        say(N_("The money is held for you. Until you ship, the buyer may cancel."))
        if story.cancels_at_once
        else say(N_("The money is held for you. If you do not ship by then, the buyer may cancel.")),
        story.ship_by,
        MainAction.SHIP,
        Tone.WARN,
    )
