"""What the market writes to buyers and sellers: whole sentences, still without a language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.errors import N_
from app.money.amounts import Money
from app.orders.rules.words import Day, Text, say


@dataclass(frozen=True)
class Mail:
    subject: Text
    paragraphs: Sequence[Text]


def paid_for_buyer(*, numbers: str, total: Money, link: str) -> Mail:
    return Mail(
        say(
            N_("Your orders %(numbers)s are paid") if "," in numbers else N_("Your order %(numbers)s is paid"),
            numbers=numbers,
        ),
        (
            say(
                N_("Thank you. You paid %(total)s, and it waits in escrow until you say you have the goods."),
                total=total,
            ),
            say(N_("Follow the parcels, confirm them or tell us of a problem here:\n%(link)s"), link=link),
            say(N_("Whoever has this link can act on your order, so keep it to yourself.")),
        ),
    )


def paid_for_seller(*, number: str, total: Money, ship_by: datetime, link: str) -> Mail:
    return Mail(
        say(N_("New order %(number)s: ship by %(ship_by)s"), number=number, ship_by=Day(ship_by)),
        (
            say(N_("You sold goods for %(total)s. The money is being put into escrow for you."), total=total),
            say(N_("Pack now; the order page says when it is safe to send:\n%(link)s"), link=link),
        ),
    )


def late_payment(*, numbers: str, total: Money) -> Mail:
    return Mail(
        say(N_("Your payment for %(numbers)s goes back to your card"), numbers=numbers),
        (
            say(
                N_(
                    "Your card was charged after the time to pay was over, and the goods had been sold to somebody else."
                )
            ),
            say(
                N_("We sent all of it back at once: %(total)s. It takes your bank a few days to show it."), total=total
            ),
        ),
    )


def shipped(*, number: str, seller: str, carrier: str, tracking: str, release_at: datetime, link: str) -> Mail:
    parcel = (
        say(
            N_("%(seller)s gave your parcel to %(carrier)s, tracking number %(tracking)s."),
            seller=seller,
            carrier=carrier,
            tracking=tracking,
        )
        if tracking
        else say(N_("%(seller)s gave your parcel to %(carrier)s."), seller=seller, carrier=carrier)
    )
    return Mail(
        say(N_("Order %(number)s is on its way"), number=number),
        (
            parcel,
            say(
                N_("If nothing has arrived by %(release_at)s, tell us before then and your money stays held."),
                release_at=Day(release_at),
            ),
            say(N_("When you have it, say so here:\n%(link)s"), link=link),
        ),
    )


def refund_started(*, number: str, amount: Money, reason: str) -> Mail:
    return Mail(
        say(N_("You get %(amount)s back for order %(number)s"), amount=amount, number=number),
        (
            say(N_("The seller gave back %(amount)s. Reason: %(reason)s"), amount=amount, reason=reason),
            say(N_("It goes back the way you paid. A card takes a few days to show it.")),
        ),
    )


def cancel_asked(*, number: str, ship_by: datetime, link: str) -> Mail:
    return Mail(
        say(N_("The buyer of %(number)s asks you to cancel"), number=number),
        (
            say(N_("If you agree, refund the order. If you have packed it, ship it now.")),
            say(N_("After %(ship_by)s the buyer can cancel alone:\n%(link)s"), ship_by=Day(ship_by), link=link),
        ),
    )


def disputed(*, number: str, text: str, link: str) -> Mail:
    return Mail(
        say(N_("The buyer of %(number)s reports a problem"), number=number),
        (
            say(N_("The buyer writes:\n%(text)s"), text=text),
            say(
                N_(
                    "The money stays held until somebody of the market decides. Tell us your side by replying to this mail. The order:\n%(link)s"
                ),
                link=link,
            ),
        ),
    )


def resolved(*, number: str, seller_amount: Money, buyer_amount: Money, resolution: str) -> Mail:
    return Mail(
        say(N_("Decided: order %(number)s"), number=number),
        (
            say(
                N_("The seller gets %(seller_amount)s, the buyer gets %(buyer_amount)s back."),
                seller_amount=seller_amount,
                buyer_amount=buyer_amount,
            ),
            say(N_("Why: %(resolution)s"), resolution=resolution),
        ),
    )


def card_disputed(*, numbers: str) -> Mail:
    return Mail(
        say(N_("Do not ship %(numbers)s: the card payment was taken back"), numbers=numbers),
        (
            say(
                N_(
                    "The buyer's bank has asked for the payment back. The market answers the bank and will write to you."
                )
            ),
        ),
    )
