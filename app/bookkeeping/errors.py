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


class NoFloat(Conflict):
    code = "no-float"
    message = N_("This market issues its token itself: it has no float to buy or sell.")


class FloatNotThere(Invalid):
    code = "float-not-there"
    message = N_("Only %(there)s lie in suspense. Tokens come or leave on chain first; then what was paid for them is booked.")  # fmt: skip


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
    message = N_(
        "Line %(line)s cannot be read. Each line is an account number, a name, an amount, and for some accounts a party, as in the template."
    )


class OpeningDoesNotBalance(Invalid):
    code = "opening-does-not-balance"
    message = N_("The capital in the file is %(given)s, but what the other accounts leave is %(rest)s.")


class UnknownParty(Invalid):
    code = "unknown-opening-party"
    message = N_("Line %(line)s: nobody here is “%(party)s”. Write the short name in the address of the shop or company, its whole name, or the buyer's e-mail address.")  # fmt: skip


class AmbiguousParty(Invalid):
    code = "ambiguous-opening-party"
    message = N_("Line %(line)s: several are called “%(party)s”. Write the short name in the address of the one you mean.")  # fmt: skip


class UnusablePartyLine(Invalid):
    code = "unusable-opening-line"
    message = N_("Line %(line)s cannot be read. Write the account, whose it is, and the amount, with a semicolon between them.")  # fmt: skip


class PartyNeeded(Invalid):
    code = "opening-party-needed"
    message = N_("Line %(line)s: account %(account)s is opened for each party. Say whose it is.")


class NoPartyHere(Invalid):
    code = "no-opening-party-here"
    message = N_("Line %(line)s: account %(account)s is nobody's in particular. Leave the party empty.")


class DoubledParty(Invalid):
    code = "doubled-opening-line"
    message = N_("Line %(line)s: this is in the file already. Add both amounts up.")


class UnusablePartyAmount(Invalid):
    code = "unusable-opening-amount"
    message = N_("Line %(line)s: enter an amount above zero.")


class TooManyParties(Invalid):
    code = "too-many-opening-parties"
    message = N_("At most %(most)s parties fit; these are %(count)s. Add up small ones that you will never pay singly.")


class OpeningUncovered(Conflict):
    code = "opening-uncovered"
    message = N_("%(short)s of what sellers and buyers are owed is covered by no money at the bank. Enter the bank's balance with it, or book capital first.")  # fmt: skip


class OpeningSettled(Conflict):
    code = "opening-settled"
    message = N_("Some of these balances were paid already. Take those payments back first.")


class CarriedLess(Conflict):
    code = "carried-less"
    message = N_("Only %(left)s of this is still open.")


class CarriedNotFound(NotFound):
    code = "carried-not-found"
    message = N_("Nothing from before the market began is open with them.")


class JournalNotFound(NotFound):
    code = "journal-not-found"
    message = N_("There is no such journal.")


class ReversalNotFound(NotFound):
    code = "reversal-not-found"
    message = N_("There is no such request.")


class JournalBookedByHand(Conflict):
    code = "journal-booked-by-hand"
    message = N_("This entry was booked by hand: take it back under “Booked by hand”. One person is enough for that.")


class JournalTurnedBack(Conflict):
    code = "journal-turned-back"
    message = N_("This journal was turned back already.")


class JournalIsReversal(Conflict):
    code = "journal-is-reversal"
    message = N_("This journal turns another one back, and is not turned back itself.")


class ReversalAsked(Conflict):
    code = "reversal-asked"
    message = N_("Somebody asked for this already. Answer that first.")


class ReversalReasonNeeded(Invalid):
    code = "reversal-reason-needed"
    message = N_("Write what is wrong with the journal. It is kept with the one that turns it back.")


class ReversalDecided(Conflict):
    code = "reversal-decided"
    message = N_("This request was answered already.")


class AnotherBookkeeperNeeded(Conflict):
    code = "another-bookkeeper-needed"
    message = N_("You asked for this yourself. Somebody else has to answer it.")


class NotYourRequest(Conflict):
    code = "not-your-request"
    message = N_("Only who asked for it can withdraw it.")


class RequesterHasLeft(Conflict):
    code = "requester-has-left"
    message = N_("Who asked for this keeps the books no longer. Refuse it, and ask anew yourself.")


class WouldBeBelowZero(Conflict):
    code = "would-be-below-zero"
    message = N_("Account %(account)s would be below zero, which it must never be: what this journal booked was used since. Turn that back first.")  # fmt: skip
