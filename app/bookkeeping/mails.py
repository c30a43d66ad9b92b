"""What the people of the books get by mail about journals that are turned back."""

from app.errors import N_

REVERSAL_SUBJECTS = {
    "asked": N_("%(market)s: somebody asks to turn journal %(number)s back"),
    "agreed": N_("%(market)s: journal %(number)s is turned back"),
    "refused": N_("%(market)s: journal %(number)s stays"),
}
REVERSAL_BODIES = {
    "asked": N_(
        """%(who)s asks to turn journal %(number)s back.

Why: %(words)s

Somebody else has to agree or refuse. The opposite is shown before it is posted: %(link)s"""
    ),
    "agreed": N_(
        """%(who)s agreed: the opposite of journal %(number)s is posted, and names it. Both stay in the books.

Why: %(words)s

Look at it: %(link)s"""
    ),
    "refused": N_(
        """Journal %(number)s is not turned back. Answered by %(who)s.
%(words)s
Look at it: %(link)s"""
    ),
}
