"""What owners of shops, and approvers of companies, are told about webhooks."""

from app.errors import N_

OFF_SUBJECT = N_("A webhook of %(shop)s was turned off")
OFF_BODY = N_(
    """Hello,

this address did not take any message of %(market)s for days, or said that it is gone for good. We have stopped sending to it:

%(url)s

See what it answered, and turn it on again when it works: %(link)s"""
)
