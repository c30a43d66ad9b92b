"""What the market writes about orders that need an approver."""

from app.errors import N_

ASKED_SUBJECT = N_("%(who)s asks you to approve an order of %(total)s")
ASKED_BODY = N_(
    """Hello,

%(who)s would like to order for %(company)s at %(market)s. It comes to %(total)s, which is above the limit for one order.

Look at it, then approve or decline: %(link)s"""
)
APPROVED_SUBJECT = N_("Your order of %(total)s is approved")
APPROVED_BODY = N_(
    """Hello,

your order of %(total)s at %(market)s is approved. You or the approver can pay it here: %(link)s

Nothing is kept for you before it is paid."""
)
DECLINED_SUBJECT = N_("Your order of %(total)s was declined")
DECLINED_BODY = N_(
    """Hello,

your order of %(total)s at %(market)s was declined: %(reason)s

The goods are back in your cart. See it here: %(link)s"""
)
