"""What people are told about tokens."""

from app.errors import N_

MADE_SUBJECT = N_("A new token for %(market)s")
MADE_BODY = N_(
    """Hello,

a token with the name "%(name)s" was just made at %(market)s. A program that has it may act for %(whom)s.

If that was not you, revoke it at once and choose a new password: %(link)s"""
)
