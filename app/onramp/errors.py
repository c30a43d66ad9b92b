"""What the on-ramp refuses, and what Stripe answered."""

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
