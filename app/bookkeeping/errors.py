"""Why something is not booked by hand."""

from app.errors import N_, Conflict, Forbidden, Invalid, NotFound


class BookkeeperNeeded(Forbidden):
    code = "bookkeeper-needed"
    message = N_("Only the operator and the accountant of the market book by hand.")


class EntryNotFound(NotFound):
    code = "entry-not-found"
    message = N_("There is no such entry booked by hand.")


class EntryKnownDifferently(Conflict):
    code = "entry-known-differently"
    message = N_("The bank reference %(reference)s is booked already with another amount or day. Check the bank statement.")  # fmt: skip


class UnusableReference(Invalid):
    code = "unusable-entry-reference"
    message = N_("Enter the reference as the bank's statement shows it: letters and digits, nothing invisible.")


class ReserveNeeded(Conflict):
    code = "reserve-needed"
    message = N_("At most %(left)s can be taken out: the rest of the reserve covers tokens in circulation.")


class AlreadyTakenBack(Conflict):
    code = "entry-already-taken-back"
    message = N_("This entry was taken back already.")


class OpeningStands(Conflict):
    code = "opening-stands"
    message = N_("Opening balances are booked already. Take them back first, then enter them anew.")


class OpeningEmpty(Invalid):
    code = "opening-empty"
    message = N_("Enter at least one balance.")


class OpeningTooLate(Invalid):
    code = "opening-too-late"
    message = N_("The market's own books begin on %(first)s. Opening balances are those of a day before that.")


class UnknownOpeningAccount(Invalid):
    code = "unknown-opening-account"
    message = N_("Line %(line)s: account %(account)s takes no opening balance.")


class UnusableOpeningFile(Invalid):
    code = "unusable-opening-file"
    message = N_("Line %(line)s cannot be read. Each line is an account number and an amount, as in the template.")


class OpeningDoesNotBalance(Invalid):
    code = "opening-does-not-balance"
    message = N_("The capital in the file is %(given)s, but what the other accounts leave is %(rest)s.")
