"""What the on-ramp refuses, and what Stripe answered."""

from typing import Any

from app.errors import N_, Conflict, Invalid, NotFound, Unavailable


class StripeUnavailable(Unavailable):
    code = "stripe-unavailable"
    message = N_("The card service does not answer just now. You were not charged; please try again in a minute.")


class CardServiceRefused(Conflict):
    code = "card-service-refused"
    message = N_("The card service refused: %(reason)s")


class RefundRefused(CardServiceRefused):
    """Asking again cannot help: the charge was taken back by the bank, or given back already."""

    code = "refund-refused"

    def __init__(self, stripe_code: str | None = None, **values: Any) -> None:
        super().__init__(**values)
        self.stripe_code = stripe_code


class RefundNotFound(NotFound):
    code = "refund-not-found"
    message = N_("There is no such refund.")


class RefundNotFailed(Conflict):
    code = "refund-not-failed"
    message = N_("This refund does not wait for a bank transfer any more. Look at the list again.")


class BankReferenceUsed(Conflict):
    code = "bank-reference-used"
    message = N_("The bank reference %(reference)s closes another refund already. Check the bank statement.")


class UnusableBankReference(Invalid):
    code = "unusable-bank-reference"
    message = N_("Enter the reference as the bank's statement shows it: letters and digits, nothing invisible.")


class WebhookRejected(Invalid):
    status = 400
    code = "webhook-rejected"
    message = N_("The signature of this webhook is missing, wrong or too old.")


class WebhookUnreadable(Invalid):
    status = 400
    code = "webhook-unreadable"
    message = N_("This webhook is signed, but it is no event of the card service.")


class PaymentMismatch(Conflict):
    """What was paid is not what was asked for: nobody is marked paid, a person must look."""

    code = "payment-mismatch"
    message = N_(
        "The card service reports %(paid)s, but %(asked)s was asked for. Nothing was ordered and nothing is lost: we look into it and write to you."
    )


class PaymentNotFound(NotFound):
    code = "payment-not-found"
    message = N_("There is no such card payment.")
