"""What the market writes to people about their accounts and shops."""

from app.errors import N_

CONFIRM_SUBJECT = N_("Confirm your e-mail address for %(market)s")
CONFIRM_BODY = N_(
    """Hello,

somebody, hopefully you, opened an account at %(market)s with this address. To confirm it and sign in, open this page within two days:

%(link)s

If that was not you, do nothing: without confirmation the account stays closed."""
)
KNOWN_SUBJECT = N_("You already have an account at %(market)s")
KNOWN_BODY = N_(
    """Hello,

somebody, hopefully you, tried to open an account at %(market)s with this address, but there is one already.

Sign in here: %(sign_in)s
If you forgot the password, choose a new one here: %(link)s

If that was not you, do nothing: your account is safe."""
)
RESET_SUBJECT = N_("Choose a new password for %(market)s")
RESET_BODY = N_(
    """Hello,

to choose a new password at %(market)s, open this page within four hours:

%(link)s

If you did not ask for it, do nothing: your password stays as it is."""
)
CHANGED_SUBJECT = N_("Your password at %(market)s was changed")
CHANGED_BODY = N_(
    """Hello,

your password at %(market)s was just changed, and every other place where you were signed in was signed out.

If that was not you, choose a new password at once: %(link)s"""
)
APPROVED_SUBJECT = N_("%(shop)s is open at %(market)s")
APPROVED_BODY = N_(
    """Hello,

we have looked at %(shop)s, and it is open: what you publish can be bought from now on.

Your goods: %(link)s"""
)
INVITED_SUBJECT = N_("Work for %(shop)s at %(market)s?")
INVITED_BODY = N_(
    """Hello,

the owner of %(shop)s asks you to work for the shop at %(market)s. Your role there: %(role)s.

To join, open this page until %(until)s. It asks you to sign in, or to create an account with this e-mail address:

%(link)s

If you do not know the shop, do nothing: nobody is told, and the link ends by itself."""
)
