"""What the market writes to the two sides of an offer: what happened, what is next, by when, and what if nobody acts."""

from app.errors import N_

A_BUYER = N_("a buyer")
MADE_SUBJECT = N_("An offer for %(goods)s: %(price)s")
MADE_BODY = N_(
    """Hello,

%(buyer)s offers %(price)s each for %(count)s × %(goods)s. You ask %(asked)s.

Accept it, decline it or answer with a price of your own until %(by)s. If you do nothing, the offer ends then and nothing is sold.

%(link)s"""
)
COUNTER_SUBJECT = N_("A new price for %(goods)s: %(price)s")
COUNTER_BODY = N_(
    """Hello,

%(other)s now offers %(price)s each for %(count)s × %(goods)s.

Accept it, decline it or answer with a price of your own until %(by)s. If you do nothing, the offer ends then and nothing is sold.

%(link)s"""
)
COUNTER_PARTS_BODY = N_(
    """Hello,

%(other)s now offers %(price)s each for %(count)s × %(goods)s.

The seller is paid in parts: %(deposit)s %% of the order once your money is in escrow, %(shipment)s %% when the goods have left, %(rest)s %% when you accept them. What is paid out cannot be held back any more.

Accept it, decline it or answer with a price of your own until %(by)s. If you do nothing, the offer ends then and nothing is sold.

%(link)s"""
)
AGREED_BUYER_SUBJECT = N_("Agreed: %(goods)s for %(price)s")
AGREED_BUYER_BODY = N_(
    """Hello,

you and %(seller)s agreed on %(count)s × %(goods)s for %(price)s each. It is kept for you.

Pay until %(by)s. If you do not, the deal ends then and it can be sold to somebody else.

%(link)s"""
)
AGREED_SELLER_SUBJECT = N_("Agreed: %(goods)s for %(price)s")
AGREED_SELLER_BODY = N_(
    """Hello,

you and %(buyer)s agreed on %(count)s × %(goods)s for %(price)s each. It is taken off your stall and kept for the buyer.

The buyer pays until %(by)s; then you get an order to hand over. If the buyer does not pay, it is on your stall again by itself.

%(link)s"""
)
DECLINED_SUBJECT = N_("No deal about %(goods)s")
DECLINED_BODY = N_(
    """Hello,

%(other)s declined %(price)s each for %(count)s × %(goods)s. Nothing was sold, and nothing is held.

%(link)s"""
)
WITHDRAWN_BODY = N_(
    """Hello,

%(other)s took back the offer of %(price)s each for %(count)s × %(goods)s. You need not answer it.

%(link)s"""
)
EXPIRED_BODY = N_(
    """Hello,

the offer of %(price)s each for %(count)s × %(goods)s ended without an answer. Nothing was sold, and nothing is held.

%(link)s"""
)
