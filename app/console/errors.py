"""What the operator's desk refuses."""

from app.errors import N_, Conflict, Invalid, NotFound


class IntentNotFound(NotFound):
    code = "intent-not-found"
    message = N_("There is no such task for the chain.")


class IntentNotStuck(Conflict):
    code = "intent-not-stuck"
    message = N_("This task for the chain is no longer stuck: it is %(state)s. Look at it again.")


class WebhookNotFound(NotFound):
    code = "webhook-not-found"
    message = N_("There is no such message of Stripe.")


class AlarmNotFound(NotFound):
    code = "alarm-not-found"
    message = N_("There is no such alarm.")


class UnusableReceipt(Invalid):
    code = "unusable-receipt"
    message = N_("Enter the amount that arrived, at least one cent.")


class UnusableWallet(Invalid):
    code = "unusable-wallet"
    message = N_("Enter a wallet address as 0x and 40 hexadecimal digits.")


class ReceiptTooLarge(Invalid):
    code = "receipt-too-large"
    message = N_("One receipt can be at most %(most)s. Look at the bank's statement again.")


class OldReceipt(Invalid):
    code = "old-receipt"
    message = N_("This day is more than a year ago. Enter the day of the bank statement.")
