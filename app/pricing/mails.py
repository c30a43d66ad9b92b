"""What the market writes to buyers about groups."""

from app.errors import N_

LANGUAGES = ("en", "km")
ASKED_SUBJECT = N_("%(shop)s offers you prices of its own")
ASKED_BODY = N_(
    """Hello,

%(shop)s at %(market)s would like to add you to its customers “%(group)s”, with prices or goods of your own.

To agree or decline, sign in with this e-mail address here: %(link)s

If you do nothing, nothing changes."""
)
