"""What sellers get by mail about withheld tax."""

from app.errors import N_

RENEW_SUBJECT = N_("Sign your tax statement for %(year)s")
RENEW_BODY = N_(
    """Your statement of having sold no more than the threshold ended with last year. Until %(shop)s signs one for %(year)s, %(market)s withholds tax from its orders, as the law of its country asks.

Sign it here if it is true: %(link)s"""
)
