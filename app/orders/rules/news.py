"""What of the mails about orders stands as news on a person's page: the mail's subject, by a kind of its own."""

from collections.abc import Mapping

from app.errors import N_
from app.notify.rules import PROGRESS, SALES

NEWS: Mapping[str, str] = {
    "order.paid": N_("Your order %(numbers)s is paid"),
    "order.many_paid": N_("Your orders %(numbers)s are paid"),
    "order.new": N_("New order %(number)s: ship by %(ship_by)s"),
    "order.paid_late": N_("Your payment for %(numbers)s goes back to your card"),
    "order.shipped": N_("Order %(number)s is on its way"),
    "order.partly_shipped": N_("A part of order %(number)s is on its way"),
    "order.part_late": N_("A part of order %(number)s is late"),
    "order.part_missing": N_("A part of order %(number)s is missing"),
    "order.refund": N_("You get %(amount)s back for order %(number)s"),
    "order.cancel_asked": N_("The buyer of %(number)s asks you to cancel"),
    "order.disputed": N_("The buyer of %(number)s reports a problem"),
    "order.resolved": N_("Decided: order %(number)s"),
    "order.card_disputed": N_("Do not ship %(numbers)s: the card payment was taken back"),
    "order.canceled": N_("Do not ship %(number)s: it is canceled"),
    "order.sold_out": N_("Please refund %(number)s: the goods were gone when the payment came"),
    "order.late": N_("Order %(number)s is late"),
    "order.late_to_send": N_("You are late with order %(number)s"),
    "order.arrival_asked": N_("Has order %(number)s arrived? The seller is paid on %(release_at)s"),
    "order.paid_by_bank": N_("%(amount)s for order %(numbers)s was sent to you by bank"),
    "order.delivered": N_("Order %(number)s was delivered"),
    "order.held": N_("We hold the money of order %(number)s"),
    "order.complete": N_("Order %(number)s is complete"),
    "order.paid_out": N_("You are paid for order %(number)s"),
    "order.part_due": N_("Order %(number)s: a part of the money is due"),
    "order.part_released": N_("A part of order %(number)s was paid to you"),
    "return.asked": N_("The buyer of %(number)s wants to send goods back"),
    "return.approved": N_("Send it back: the seller of %(number)s agreed"),
    "return.declined": N_("The seller of %(number)s declined your return"),
    "return.sent": N_("A return of order %(number)s is on its way to you"),
    "return.received": N_("Your return of order %(number)s has arrived"),
    "return.ended": N_("The return of order %(number)s has ended"),
    "return.judged": N_("The market decides about the return of order %(number)s"),
    "order.judged": N_("The market decides about order %(number)s"),
    "return.hold": N_("Hold your money: the return of order %(number)s is not finished"),
    "order.evidence": N_("The other side added evidence to order %(number)s"),
    "order.went_back": N_("Order %(number)s: %(amount)s went back to the buyer"),
}
KIND_OF: Mapping[str, str] = {words: kind for kind, words in NEWS.items()}
TOPICS: Mapping[str, str] = {
    "order.shipped": PROGRESS,
    "order.partly_shipped": PROGRESS,
    "order.delivered": PROGRESS,
    "order.complete": PROGRESS,
    "order.new": SALES,
    "order.paid_out": SALES,
    "order.part_released": SALES,
}
"""The mails people can do without. All others are about money or trouble and are always sent."""
