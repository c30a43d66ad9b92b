"""What the market writes to buyers and sellers: whole sentences, still without a language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.errors import N_
from app.money.amounts import Money, TokenAmount
from app.orders.rules.words import Day, Text, say

BY_BUYER, GONE = "canceled by the buyer", "the goods were sold to somebody else before the payment came"
UNSENT, REST = "the goods never left", "a part of the goods never left"
"""Why the market itself gives money back, as kept with the refund."""
OWN_REASONS = {
    BY_BUYER: N_("You canceled the order before it left."),
    UNSENT: N_("The seller did not send it in time."),
    REST: N_("A part of the goods is not coming, and this is what it cost."),
    GONE: N_("The goods were sold to somebody else before your payment came."),
}


@dataclass(frozen=True)
class Mail:
    subject: Text
    paragraphs: Sequence[Text]


def paid_for_buyer(*, numbers: str, total: Money, link: str, receipts: Sequence[str]) -> Mail:
    """`receipts` are the orders one by one, in the buyer's language already."""
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
            *(say("%(receipt)s", receipt=receipt) for receipt in receipts),
            say(N_("Follow the parcels, confirm them or tell us of a problem here:\n%(link)s"), link=link),
            say(N_("Whoever has this link can act on your order, so keep it to yourself.")),
        ),
    )


def company_words(company: Mapping[str, str]) -> Sequence[Text]:
    """Who bought, where it was a company: its name, tax number and PO number as they stand on the order."""
    if not company:
        return ()
    words = [say(N_("The buyer is %(company)s."), company=company["name"])]
    if "tax_number" in company:
        words.append(say(N_("Its tax number is %(number)s."), number=company["tax_number"]))
    if "po_number" in company:
        words.append(say(N_("Its purchase order number is %(number)s."), number=company["po_number"]))
    return words


def paid_for_seller(*, number: str, total: Money, ship_by: datetime, link: str, company: Sequence[Text] = ()) -> Mail:
    return Mail(
        say(N_("New order %(number)s: ship by %(ship_by)s"), number=number, ship_by=Day(ship_by)),
        (
            say(N_("You sold goods for %(total)s. The money is being put into escrow for you."), total=total),
            *company,
            say(N_("Pack now; the order page says when it is safe to send:\n%(link)s"), link=link),
        ),
    )


def short_payment(*, numbers: str, paid: Money, total: Money) -> Mail:
    return Mail(
        say(N_("Your payment for %(numbers)s goes back to your card"), numbers=numbers),
        (
            say(
                N_("Your card was charged %(paid)s, but the order costs %(total)s. This payment buys nothing."),
                paid=paid,
                total=total,
            ),
            say(N_("We sent all of it back at once: %(total)s. It takes your bank a few days to show it."), total=paid),
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


def shipped(
    *,
    number: str,
    seller: str,
    carrier: str,
    tracking: str,
    goods: str,
    is_part: bool,
    is_rest: bool,
    release_at: datetime,
    link: str,
    due: date | None = None,
) -> Mail:
    """`goods` are the lines of the parcel, in the buyer's language already; named when not all is in it.

    `due`: it is not paid yet, so nothing is held.
    """
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
    inside = say(N_("In this parcel:\n%(goods)s"), goods=goods)
    more = say(
        N_("That is all of it: nothing more is missing.") if is_rest else N_("The rest follows in another parcel.")
    )
    return Mail(
        say(
            N_("Order %(number)s is on its way") if is_rest else N_("A part of order %(number)s is on its way"),
            number=number,
        ),
        (
            parcel,
            *((inside, more) if is_part else ()),
            say(N_("Not paid yet: nothing is held in escrow. Due on %(due)s."), due=due)
            if due
            else say(
                N_("If nothing has arrived by %(release_at)s, tell us before then and your money stays held."),
                release_at=Day(release_at),
            ),
            say(N_("When you have it, say so here:\n%(link)s"), link=link),
        ),
    )  # fmt: skip


def refund_started(*, number: str, amount: Money, reason: str) -> Mail:
    own = OWN_REASONS.get(reason)
    why = (
        say(own)
        if own
        else say(N_("The seller gave back %(amount)s. Reason: %(reason)s"), amount=amount, reason=reason)
    )
    return Mail(
        say(N_("You get %(amount)s back for order %(number)s"), amount=amount, number=number),
        (
            why,
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


def what_to_add(until: datetime | None, link: str) -> Text:
    """How a side of a dispute says its side, and until when; `link` leads to where it does."""
    if until is None:
        return say(N_("The order:\n%(link)s"), link=link)
    return say(
        N_("Add what shows your side by %(until)s, as texts, pictures or PDFs:\n%(link)s"), until=Day(until), link=link
    )


def disputed(*, number: str, text: str, until: datetime | None, link: str) -> Mail:
    return Mail(
        say(N_("The buyer of %(number)s reports a problem"), number=number),
        (
            say(N_("The buyer writes:\n%(text)s"), text=text),
            say(N_("The money stays held until somebody of the market decides, from what both of you show.")),
            what_to_add(until, link),
            say(N_("If you agree with the buyer, you can give money back on the page of the order at any time.")),
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


def canceled_for_seller(*, number: str, link: str) -> Mail:
    return Mail(
        say(N_("Do not ship %(number)s: it is canceled"), number=number),
        (
            say(N_("All of the money goes back to the buyer. The goods are on your stall again.")),
            say(N_("The order:\n%(link)s"), link=link),
        ),
    )


def sold_out_for_seller(*, number: str, ship_by: datetime, link: str) -> Mail:
    """The market cannot sign for a seller with an own wallet, so it asks."""
    return Mail(
        say(N_("Please refund %(number)s: the goods were gone when the payment came"), number=number),
        (
            say(N_("The payment arrived after its time, and the goods had been sold to somebody else. Do not ship.")),
            say(
                N_("Give all of it back on the order page. After %(ship_by)s the buyer can cancel alone:\n%(link)s"),
                ship_by=Day(ship_by),
                link=link,
            ),
        ),
    )


def rest_late_for_buyer(
    *, number: str, seller: str, ship_by: datetime, back_at: datetime | None, release_at: datetime, link: str
) -> Mail:
    """A part has left. `back_at`: when what the rest costs comes back by itself, or the market looks into it."""
    silence = (
        say(
            N_("You need not do anything: if the rest has not left by %(back_at)s, we see to it that you get back what it cost. The order:\n%(link)s"),
            back_at=Day(back_at),
            link=link,
        )
        if back_at
        else say(
            N_("Report a problem before %(release_at)s and your money stays held. If you say nothing until then, the seller is paid.\n%(link)s"),
            release_at=Day(release_at),
            link=link,
        )
    )  # fmt: skip
    return Mail(
        say(N_("A part of order %(number)s is late"), number=number),
        (
            say(
                N_("%(seller)s was to send all of it by %(ship_by)s, and a part is still missing."),
                seller=seller,
                ship_by=Day(ship_by),
            ),
            silence,
        ),
    )


def rest_late_for_seller(*, number: str, ship_by: datetime, back_at: datetime | None, link: str) -> Mail:
    return Mail(
        say(N_("A part of order %(number)s is missing"), number=number),
        (
            say(
                N_("All of it was to leave by %(ship_by)s. Send the rest now, or give back what it cost:\n%(link)s"),
                ship_by=Day(ship_by),
                link=link,
            ),
            say(N_("If the rest has not left by %(by)s, the buyer gets back what it cost, or the market decides."), by=Day(back_at))
            if back_at
            else say(N_("The buyer may report a problem at any time.")),
        ),
    )  # fmt: skip


def late_for_buyer(
    *, number: str, seller: str, ship_by: datetime, back_at: datetime | None, release_at: datetime, link: str
) -> Mail:
    """`back_at`: when all of it comes back by itself; without it only the buyer's own wallet can ask for the money."""
    silence = (
        say(
            N_("You need not do anything: if it has not left by %(back_at)s, all of your money comes back to you by itself. You can also cancel now:\n%(link)s"),
            back_at=Day(back_at),
            link=link,
        )
        if back_at
        else say(
            N_("Cancel now if you do not want to wait. Only your wallet can ask for the money: if you say nothing until %(release_at)s, the seller is paid.\n%(link)s"),
            release_at=Day(release_at),
            link=link,
        )
    )  # fmt: skip
    return Mail(
        say(N_("Order %(number)s is late"), number=number),
        (
            say(N_("%(seller)s was to send it by %(ship_by)s and has not."), seller=seller, ship_by=Day(ship_by)),
            silence,
        ),
    )


def late_for_seller(*, number: str, ship_by: datetime, back_at: datetime | None, link: str) -> Mail:
    return Mail(
        say(N_("You are late with order %(number)s"), number=number),
        (
            say(
                N_("It was to leave by %(ship_by)s. Ship it now and enter the tracking number, or refund it:\n%(link)s"),
                ship_by=Day(ship_by),
                link=link,
            ),
            say(N_("If nothing has left by %(by)s, all of it goes back to the buyer by itself."), by=Day(back_at))
            if back_at
            else say(N_("The buyer may cancel at any time.")),
        ),
    )  # fmt: skip


def arrival_asked(*, number: str, release_at: datetime, link: str) -> Mail:
    """The last word before silence pays the seller."""
    return Mail(
        say(N_("Has order %(number)s arrived? The seller is paid on %(release_at)s"), number=number, release_at=Day(release_at)),
        (
            say(N_("If all is well, you need not do anything. If nothing has arrived, or something is wrong, tell us before that day and your money stays held:\n%(link)s"), link=link),
        ),
    )  # fmt: skip


def paid_by_bank(*, numbers: str, amount: Money, link: str) -> Mail:
    return Mail(
        say(N_("%(amount)s for order %(numbers)s was sent to you by bank"), amount=amount, numbers=numbers),
        (
            say(N_("Your card could not take the refund, so we sent it by bank transfer.")),
            say(N_("The order:\n%(link)s"), link=link),
        ),
    )


def not_funded_for_buyer(*, number: str, amount: Money) -> Mail:
    return Mail(
        say(N_("You get %(amount)s back for order %(number)s"), amount=amount, number=number),
        (
            say(N_("We could not put your money into escrow in time, so the order is canceled.")),
            say(N_("It goes back the way you paid. A card takes a few days to show it.")),
        ),
    )


def late_canceled_for_buyer(*, number: str, amount: Money) -> Mail:
    return Mail(
        say(N_("You get %(amount)s back for order %(number)s"), amount=amount, number=number),
        (
            say(N_("The seller did not ship in time, and you canceled.")),
            say(N_("It goes back the way you paid. A card takes a few days to show it.")),
        ),
    )


def delivered(*, number: str, release_at: datetime, link: str, due: date | None = None) -> Mail:
    """`due`: it is not paid yet, so nothing is held."""
    return Mail(
        say(N_("Order %(number)s was delivered"), number=number),
        (
            say(N_("Look at your goods and tell us that you have them:\n%(link)s"), link=link),
            say(N_("Not paid yet: nothing is held in escrow. Due on %(due)s."), due=due)
            if due
            else say(
                N_(
                    "If something is wrong, tell us before %(release_at)s and your money stays held. After that the seller is paid."
                ),
                release_at=Day(release_at),
            ),
        ),
    )


def dispute_noted(*, number: str, until: datetime | None, link: str) -> Mail:
    return Mail(
        say(N_("We hold the money of order %(number)s"), number=number),
        (
            say(N_("You reported a problem. The money stays held until somebody of the market has decided.")),
            what_to_add(until, link),
            say(N_("We write to you then. If the seller gives the money back before, you need not do anything.")),
        ),
    )


def completed_for_buyer(*, number: str, seller: str, link: str, rate: str) -> Mail:
    """`rate` leads to where the shop is rated."""
    return Mail(
        say(N_("Order %(number)s is complete"), number=number),
        (
            say(N_("%(seller)s is paid, and nothing is left to do. Thank you for buying here."), seller=seller),
            say(N_("How was it? Other buyers read what you say. You have two weeks to rate it:\n%(link)s"), link=rate),
            say(N_("The order, to look up or print:\n%(link)s"), link=link),
        ),
    )


def paid_out_for_seller(*, number: str, link: str, rate: str) -> Mail:
    """`rate` leads to where the buyer is rated."""
    return Mail(
        say(N_("You are paid for order %(number)s"), number=number),
        (
            say(N_("The money has left escrow and is yours. What you receive, and the commission, stand on the order page:\n%(link)s"), link=link),
            say(N_("How was the buyer? You have two weeks to say so:\n%(link)s"), link=rate),
        ),
    )  # fmt: skip


def link_again(*, number: str, seller: str, link: str) -> Mail:
    return Mail(
        say(N_("The link to your order %(number)s"), number=number),
        (
            say(N_("Somebody, hopefully you, asked for the link to this order of %(seller)s:\n%(link)s"), seller=seller, link=link),
            say(N_("Whoever has this link can act on your order, so keep it to yourself.")),
        ),
    )  # fmt: skip


def undecided_for_buyer(*, number: str, amount: Money) -> Mail:
    return Mail(
        say(N_("You get %(amount)s back for order %(number)s"), amount=amount, number=number),
        (
            say(N_("Nobody decided about the problem in time, so all that was held comes back to you.")),
            say(N_("It goes back the way you paid. A card takes a few days to show it.")),
        ),
    )


def undecided_for_seller(*, number: str, amount: Money, link: str) -> Mail:
    return Mail(
        say(N_("Order %(number)s: %(amount)s went back to the buyer"), number=number, amount=amount),
        (
            say(N_("Nobody decided about the problem in time. Then what was held goes back to the buyer.")),
            say(N_("The order:\n%(link)s"), link=link),
        ),
    )


def written_to_guest(*, number: str, seller: str, link: str) -> Mail:
    """For a buyer without an account, to whom no page of news belongs."""
    return Mail(
        say(N_("%(seller)s wrote to you about order %(number)s"), seller=seller, number=number),
        (
            say(N_("Read it and answer on the page of the order:\n%(link)s"), link=link),
            say(N_("You get no second mail about this conversation until you have read it.")),
        ),
    )


def part_due(*, number: str, seller: str, amount: Money, link: str) -> Mail:
    return Mail(
        say(N_("Order %(number)s: a part of the money is due"), number=number),
        (
            say(
                N_("As you agreed with %(seller)s, %(amount)s of this order is due now. Your wallet signs that it is paid out; the rest stays held."),
                seller=seller,
                amount=amount,
            ),
            say(N_("Sign it on the order page:\n%(link)s"), link=link),
        ),
    )  # fmt: skip


def part_released(*, number: str, net: TokenAmount, link: str) -> Mail:
    return Mail(
        say(N_("A part of order %(number)s was paid to you"), number=number),
        (
            say(N_("%(net)s of it is yours, as agreed. The rest stays in escrow until its time comes."), net=net),
            say(N_("See what is still held here:\n%(link)s"), link=link),
        ),
    )
