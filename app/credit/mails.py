"""What the market writes to companies about their terms."""

from app.errors import N_

GRANTED_SUBJECT = N_("%(shop)s lets %(company)s pay later")
GRANTED_BODY = N_(
    """Hello,

%(shop)s at %(market)s lets %(company)s order up to %(limit)s and pay within %(days)s days.

At checkout choose “Order now, pay later”. Until such an order is paid, nothing of it is held in escrow, so the market can give nothing back.

What your company owes, and where it may pay later: %(link)s"""
)
