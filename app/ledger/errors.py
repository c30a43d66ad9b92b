"""What posting refuses."""

from app.errors import N_, Conflict, NotFound


class JournalKeyReused(Conflict):
    code = "journal-key-reused"
    message = N_("The journal %(key)s was posted before with other content. Look at both before going on.")


class UnbalancedJournal(Conflict):
    code = "unbalanced-journal"
    message = N_("The journal %(key)s does not balance in %(asset)s by %(difference)s.")


class NoSuchMonth(NotFound):
    code = "no-such-month"
    message = N_("There is no such month in the books. Months are written as 2026-10.")
