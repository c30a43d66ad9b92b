"""What sellers get by mail about chargebacks and failed payouts."""

from app.errors import N_

HELD_SUBJECT = N_("A buyer's bank takes back the payment of order %(number)s")
HELD_BODY = N_(
    """The buyer's bank wants the payment of order %(number)s back. You were paid %(amount)s for it already.

We answer the bank. Until it has decided, %(amount)s of your balance stay with us and cannot be paid out. If the bank decides for us, they are free again without your doing anything.

Do you have proof of delivery, photographs or messages? Send them to us by answering this mail. The order: %(link)s"""
)
FREE_SUBJECT = N_("Order %(number)s: you keep your money")
FREE_BODY = N_(
    """You keep the %(amount)s you were paid for order %(number)s. What we held of your balance is free again: %(money)s"""
)
CHARGED_SUBJECT = N_("You owe %(amount)s for order %(number)s")
CHARGED_BODY = N_(
    """The buyer's bank took back the payment of order %(number)s after you were paid for it. The market asks you for %(amount)s of that.

Why: %(reason)s

What is in your balance is taken for it now. If that is not enough, we keep at most %(percent)s %% of each later payout until it is paid. There is no interest. You see every step here: %(money)s

Do you think this is wrong? Answer this mail."""
)
RETURNED_SUBJECT = N_("%(amount)s did not reach your bank")
RETURNED_BODY = N_(
    """We had %(amount)s paid to your account ending in %(ending)s. It did not reach you.

What the bank says: %(reason)s

Your money is safe with us, all of it. Is something wrong with the account? Correct it here: %(account)s

Then press “Pay it again” on this page: %(money)s"""
)
COMMISSION_SUBJECT = N_("Commission of order %(number)s given back")
COMMISSION_BODY = N_(
    """You gave the buyer of order %(number)s %(came_back)s back after you were paid. We take no commission on that: %(amount)s are yours again, VAT included.

Why: %(reason)s

They go where the order was paid to, in a few minutes: %(money)s"""
)
