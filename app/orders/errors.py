"""What orders refuse, and what to do about it."""

from app.errors import N_, Conflict, Invalid, NotFound


class OrderNotFound(NotFound):
    code = "order-not-found"
    message = N_("There is no such order, or it is not yours to see. Open it from the link in your mail, or sign in.")


class OrderOfAnotherAccount(Conflict):
    code = "order-of-another-account"
    message = N_("This order is in another account already. Sign in there to see it among your orders.")


class FormAlreadyUsed(Conflict):
    code = "form-already-used"
    message = N_("This form was already sent with other content. Reload the page to see what was done, then try again.")


class PricesChanged(Conflict):
    """`changed` names the lines, for the page that shows the new amounts beside the old ones."""

    code = "prices-changed"
    message = N_("Prices or stock changed while you were here. Nothing was charged: check the new total and pay again.")

    def __init__(self, *, changed: list[str]) -> None:
        self.changed = changed
        super().__init__()


class GroupExpired(Conflict):
    code = "payment-time-over"
    message = N_("The time to pay is over and the goods are back on the stall. Nothing was charged; check out again.")


class AlreadyShipped(Conflict):
    code = "already-shipped"
    message = N_("This order is already marked as shipped.")


class PaymentUnderWay(Conflict):
    code = "payment-under-way"
    message = N_("A payment of this order was begun and may still come until %(until)s. Try again after that. Nothing was changed.")  # fmt: skip


class BegunTooOften(Conflict):
    code = "payment-begun-too-often"
    message = N_("A payment from a wallet was begun %(most)s times within a day and did not come. Begin again after %(until)s, or pay by card. Nothing was changed.")  # fmt: skip


class CardPageIsOpen(Conflict):
    code = "card-page-is-open"
    message = N_("A card page for this order is open. Pay there, or try again in a moment. Nothing was changed.")


class SigningTimeOver(Conflict):
    code = "signing-time-over"
    message = N_("The time to sign this payment is over. Nothing was paid: begin it again.")


class NothingOwed(Conflict):
    code = "nothing-owed"
    message = N_("Nothing is owed for this order: it was paid, canceled or settled meanwhile. Reload it to see.")


class OrderNotShippable(Conflict):
    code = "order-not-shippable"
    message = N_("This order was canceled and its money went back to the buyer. Do not ship it.")


class NothingInEscrow(Conflict):
    code = "nothing-in-escrow"
    message = N_(
        "The money of this order is not waiting in escrow: it is still arriving, in dispute, or already paid out. "
        "Reload the order to see where it is."
    )


class OrderNotShipped(Conflict):
    code = "order-not-shipped"
    message = N_("The seller has not shipped this order yet.")


class MoreThanIsLeft(Conflict):
    code = "more-than-is-left"
    message = N_("Of this, %(left)s can still be chosen; you asked for %(asked)s. Reload the page to see what is left.")


class NothingChosen(Invalid):
    code = "nothing-chosen"
    message = N_("Nothing is chosen. Say how many of at least one kind of goods.")


class TrackingUsed(Conflict):
    code = "tracking-used"
    message = N_("A parcel of this order already has this tracking number. Enter the number of the new parcel.")


class NoSuchParcel(NotFound):
    code = "no-such-parcel"
    message = N_("This order has no such parcel. Reload the order to see its parcels.")


class NothingIsMissing(Conflict):
    code = "nothing-is-missing"
    message = N_(
        "Only an order of which a part has left can be ended like this. Reload the order to see how it stands."
    )


class CardIsDisputed(Conflict):
    code = "card-is-disputed"
    message = N_(
        "The buyer's bank has taken the card payment back. Until that is decided, the order is not shipped, canceled or "
        "refunded; the market will write to you."
    )


class PaymentTakenBack(Conflict):
    code = "payment-taken-back"
    message = N_("Your bank is asking for this payment back. Until it is decided, nobody is paid.")


class DisputeTooLate(Conflict):
    code = "dispute-too-late"
    message = N_("Problems could be reported until %(ended)s. Write to the seller instead.")


class RefundExceedsLeft(Conflict):
    code = "refund-exceeds-left"
    message = N_("Only %(left)s of this order can still be refunded; you asked for %(asked)s.")


class AllOrNothing(Conflict):
    code = "all-or-nothing"
    message = N_("The buyer reported a problem. Give back all that is left, or wait for the market to divide it.")


class SplitIsNotWhole(Invalid):
    code = "split-is-not-whole"
    message = N_("The seller can get between nothing and %(held)s, all that is held; you asked for %(asked)s.")


class NoSuchDispute(NotFound):
    code = "no-such-dispute"
    message = N_("This order has no open dispute.")


class NotInDollars(Invalid):
    code = "not-in-dollars"
    message = N_("Orders are settled in US dollars. Give the amount in USD.")


class ReturnNotFound(NotFound):
    code = "return-not-found"
    message = N_("There is no such return, or it is not yours to see.")


class ReturnMovedOn(Conflict):
    code = "return-moved-on"
    message = N_(
        "This return has moved on meanwhile, or it is the other side's turn. Reload the page to see where it is."
    )


class ReturnIsRunning(Conflict):
    code = "return-is-running"
    message = N_("Goods of this order are being returned. Finish or end that return first.")


class TooManyReturns(Conflict):
    code = "too-many-returns"
    message = N_(
        "A return of this order was asked %(limit)s times already. Report a problem if the seller and you do not agree."
    )


class EscrowIsOver(Conflict):
    code = "escrow-is-over"
    message = N_(
        "The money of this order has left escrow, so the market can no longer give it back. Write to the other side and "
        "arrange it between the two of you."
    )


class NotInDispute(Conflict):
    code = "not-in-dispute"
    message = N_(
        "This order has no open dispute, so there is nothing to add to. Reload the order to see how it stands."
    )


class EvidenceTooLate(Conflict):
    code = "evidence-too-late"
    message = N_("Both sides could add until %(ended)s. The market decides with what is there.")


class TooManyFiles(Invalid):
    code = "too-many-files"
    message = N_("At most %(limit)s files can be sent at once. Choose the ones that show most.")


class EvidenceIsFull(Conflict):
    code = "evidence-is-full"
    message = N_(
        "You have added %(limit)s times, and that is all one side can add. The market decides with what is there."
    )


class NotPaidYet(Conflict):
    code = "not-paid-yet"
    message = N_("This order is not paid. Ask about its goods on their page; about the order, write once it is paid.")


class PartNotDue(Conflict):
    code = "part-not-due"
    message = N_("This part of the money is not due yet. The order page says what it waits for.")
