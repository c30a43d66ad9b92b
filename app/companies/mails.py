"""What the market writes about companies that buy."""

from app.errors import N_

INVITED_SUBJECT = N_("%(company)s asks you to buy for it at %(market)s")
INVITED_BODY = N_(
    """Hello,

%(company)s would like you to buy for it at %(market)s.

To agree or decline, sign in with this e-mail address here, or create an account with it: %(link)s

If you do nothing, nothing changes."""
)
