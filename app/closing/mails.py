"""What the people of the books get by mail."""

from app.errors import N_

CLOSED_SUBJECTS = {
    "soft_closed": N_("%(market)s: %(period)s is closed for entries"),
    "closed": N_("%(market)s: %(period)s is closed for good"),
    "reopened": N_("%(market)s: %(period)s is open again"),
    "asked": N_("%(market)s: somebody asks to open %(period)s again"),
    "refused": N_("%(market)s: %(period)s stays closed"),
}
CLOSED_BODIES = {
    "soft_closed": N_(
        """%(who)s closed %(period)s for entries. Corrections by people can still be booked in it; what comes late is booked in the next month.
%(reason)s
Look at it: %(link)s"""
    ),
    "closed": N_(
        """%(who)s closed %(period)s for good. Its trial balance is kept, with the hash %(hash)s.
%(reason)s
Look at it: %(link)s"""
    ),
    "reopened": N_(
        """%(who)s asked and %(second)s agreed: %(period)s and every month after it is open again.

Why: %(reason)s

Close them anew, in their order: %(link)s"""
    ),
    "asked": N_(
        """%(who)s asks to open %(period)s again, and every month after it.

Why: %(reason)s

Somebody else has to agree or refuse: %(link)s"""
    ),
    "refused": N_(
        """%(who)s did not agree to open %(period)s again.
%(reason)s
Look at it: %(link)s"""
    ),
}
