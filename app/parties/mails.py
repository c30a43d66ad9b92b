"""What owners are told of the operator's decisions."""

from app.errors import N_

MORE_SUBJECT = N_("%(shop)s at %(market)s: we need something more")
MORE_BODY = N_(
    """Hello,

we have looked at %(shop)s and need something more:

%(reason)s

Put it right on this page, then press “Send for review”:

%(link)s"""
)
REJECTED_SUBJECT = N_("%(shop)s cannot sell at %(market)s")
REJECTED_BODY = N_(
    """Hello,

we have looked at %(shop)s and cannot let it sell here:

%(reason)s

If you think that we are wrong, answer this mail."""
)
SUSPENDED_SUBJECT = N_("%(shop)s is off the market at %(market)s")
SUSPENDED_BODY = N_(
    """Hello,

we took %(shop)s off the market:

%(reason)s

Nobody can order from it now. Ship what is paid already and answer your buyers as before; your money is held and paid as promised. What you can do about it is on this page:

%(link)s"""
)
LIFTED_SUBJECT = N_("%(shop)s is back at %(market)s")
LIFTED_BODY = N_(
    """Hello,

%(shop)s is open again: your goods can be ordered from now on.

Your goods: %(link)s"""
)
ACCEPTED_SUBJECT = N_("What you changed about %(shop)s is accepted")
ACCEPTED_BODY = N_(
    """Hello,

we have looked at what you changed about %(shop)s at %(market)s, and all is well. You need to do nothing.

%(link)s"""
)
