"""Why a bank statement is not taken."""

from app.errors import N_, Conflict, Forbidden, Invalid, NotFound


class StatementKeeperNeeded(Forbidden):
    code = "statement-keeper-needed"
    message = N_("Only the operator and the accountant of the market take in bank statements.")


class StatementNotFound(NotFound):
    code = "statement-not-found"
    message = N_("There is no such bank statement.")


class UnreadableStatement(Invalid):
    code = "unreadable-statement"
    message = N_("This is no %(format)s file: %(why)s. Nothing of it was kept.")


class ColumnMissing(Invalid):
    code = "statement-column-missing"
    message = N_("No line of this file names the columns of %(format)s. Missing is: %(columns)s. Nothing of it was kept.")  # fmt: skip


class UnreadableCell(Invalid):
    code = "unreadable-statement-cell"
    message = N_("Line %(place)s, column “%(column)s”: “%(said)s” cannot be read. Nothing of the file was kept.")


class EmptyCell(Invalid):
    code = "empty-statement-cell"
    message = N_("Line %(place)s, column “%(column)s” is empty. Nothing of the file was kept.")


class StatementTooLarge(Invalid):
    code = "statement-too-large"
    message = N_("This file is larger than 5 MB. Take a shorter time. Nothing of it was kept.")


class EmptyStatement(Invalid):
    code = "empty-statement"
    message = N_("This statement has no lines that are booked.")


class TooManyLines(Invalid):
    code = "too-many-statement-lines"
    message = N_("This statement has %(count)s lines. At most %(most)s are read at once: take a shorter time.")


class OneCurrencyNeeded(Invalid):
    code = "statement-of-two-currencies"
    message = N_("Line %(place)s is in %(currency)s, others are in %(expected)s. One statement is in one currency. Nothing of it was kept.")  # fmt: skip


class BalancesDoNotAddUp(Invalid):
    code = "statement-does-not-add-up"
    message = N_("At line %(place)s the balances do not follow from the amounts. A line is missing or was changed: download the file from the bank anew. Nothing of it was kept.")  # fmt: skip


class AccountNeeded(Invalid):
    code = "statement-account-needed"
    message = N_("Enter the number of the bank account: the file does not name it.")


class OtherAccount(Invalid):
    code = "statement-of-another-account"
    message = N_("The file is of account %(named)s, not of %(typed)s. Nothing of it was kept.")


class ReadAsAnotherFormat(Conflict):
    code = "statement-in-another-format"
    message = N_("Days from %(first)s to %(last)s of this account were read from a %(format)s file. Another format writes the same lines differently, and they would count twice: take the same format, or days after these.")  # fmt: skip
