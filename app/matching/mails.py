"""What the people who resolve exceptions get by mail."""

from app.errors import N_

SUBJECTS = {
    "asked": N_("%(market)s: somebody else has to agree about %(reference)s"),
    "given": N_("%(market)s: %(reference)s is yours to look after"),
}
BODIES = {
    "asked": N_(
        """%(who)s proposes how an exception of the books is resolved.

Why: %(words)s

Nothing is booked before somebody else agrees. Look at the entry: %(link)s"""
    ),
    "given": N_(
        """%(who)s gave you an exception of the books: what one side says and another does not.

Look at it: %(link)s"""
    ),
}
