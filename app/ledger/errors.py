"""What posting refuses."""

from app.errors import N_, Conflict


class JournalKeyReused(Conflict):
    code = "journal-key-reused"
    message = N_("The journal %(key)s was posted before with other content. Look at both before going on.")


class UnbalancedJournal(Conflict):
    code = "unbalanced-journal"
    message = N_("The journal %(key)s does not balance in %(asset)s by %(difference)s.")
