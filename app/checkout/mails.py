"""What the market writes about orders that need an approver."""

from app.errors import N_

ASKED_SUBJECT = N_("%(who)s asks you to approve an order of %(total)s")
ASKED_BODY = N_(
    """Hello,

%(who)s would like to order for %(company)s at %(market)s. It comes to %(total)s, which is above the limit for one order.

Look at it, then approve or decline: %(link)s"""
)
ASKED_DEAL_BODY = N_(
    """Hello,

%(who)s agreed on a deal with %(seller)s for %(company)s at %(market)s. It comes to %(total)s, which is above the limit for one order.

The goods are kept until %(by)s. Look at it, then approve or decline until then. If nobody does, the deal ends and nothing is bought: %(link)s"""
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
APPROVED_DEAL_BODY = N_(
    """Hello,

your order of %(total)s at %(market)s is approved. You or the approver can pay it here: %(link)s

The goods are kept for you until %(by)s. If it is not paid by then, the deal ends and nothing is bought."""
)
DECLINED_DEAL_BODY = N_(
    """Hello,

your order of %(total)s at %(market)s was declined: %(reason)s

The deal with %(seller)s still stands until %(by)s. Take it back, so that the goods can be sold to others, or ask again: %(link)s"""
)
LEFT_SUBJECT = N_("An order of %(total)s waits, and who asked has left")
LEFT_BODY = N_(
    """Hello,

%(who)s does not buy for %(company)s any more and had asked for an order of %(total)s at %(market)s. Nobody can pay it in that name.

Take it over, so that it is yours, or decline it: %(link)s"""
)
EXPIRED_SUBJECT = N_("Your order of %(total)s was not made in time")
EXPIRED_BODY = N_(
    """Hello,

the deal with %(seller)s ended before your order of %(total)s at %(market)s was approved and paid. Nothing was bought, and nothing is held.

See it here: %(link)s"""
)
