"""What quick orders and requisition lists refuse."""

from app.errors import N_, Conflict, Invalid, NotFound


class NothingTyped(Invalid):
    code = "nothing-typed"
    message = N_("Paste lines or choose a file: on each line a code (SKU) and a quantity.")


class TooManyLines(Invalid):
    code = "too-many-lines"
    message = N_("These are %(count)s lines. At most %(most)s fit at once; send the rest afterwards.")


class UnreadableFile(Invalid):
    code = "unreadable-file"
    message = N_(
        "This file cannot be read. Save it as Excel (.xlsx) or CSV with the columns code and quantity, and send that."
    )


class FileTooLarge(Invalid):
    code = "file-too-large"
    message = N_("A file may have up to %(most)s MB. Send the code and the quantity only, or the lines in parts.")


class QuickOrderNotFound(NotFound):
    code = "quick-order-not-found"
    message = N_("There is no such list any more. Paste it once more.")


class QuickLineNotFound(NotFound):
    code = "quick-line-not-found"
    message = N_("This line was taken out meanwhile.")


class ListNotFound(NotFound):
    code = "requisition-list-not-found"
    message = N_("There is no such list.")


class UnusableListName(Invalid):
    code = "unusable-list-name"
    message = N_("Give the list a name of 1 to 60 characters.")


class ListIsFull(Conflict):
    code = "requisition-list-is-full"
    message = N_("A list holds at most %(most)s different goods.")


class TooManyLists(Conflict):
    code = "too-many-lists"
    message = N_("You have %(most)s lists already. Delete one first.")
