"""What payouts refuse."""

from app.errors import N_, Conflict, Invalid, NotFound


class BankAccountNeeded(Conflict):
    code = "bank-account-needed"
    message = N_("We do not know where to pay. Enter the shop's bank account first.")


class UnusableBankAccount(Invalid):
    code = "unusable-bank-account"
    message = N_("This account number cannot be used: 5 to 34 digits, in some countries with letters.")


class WrongIban(Invalid):
    code = "wrong-iban"
    message = N_("This IBAN has a wrong letter or digit: its check digits do not fit. Compare it with what the bank gave you.")  # fmt: skip


class UnusableBankName(Invalid):
    code = "unusable-bank-name"
    message = N_("Enter 2 to 70 characters, in the letters the bank uses.")


class UnusableBic(Invalid):
    code = "unusable-bic"
    message = N_("A BIC has 8 or 11 letters and digits, for example %(example)s. Ask the bank if unsure.")


class NothingAsked(Invalid):
    code = "nothing-asked"
    message = N_("Enter an amount of at least one cent.")


class NotEnoughReleased(Conflict):
    code = "not-enough-released"
    message = N_(
        "Only %(left)s can be paid out now; you asked for %(asked)s. Money in escrow follows when it is released."
    )


class RequestChanged(Conflict):
    code = "request-changed"
    message = N_("This request was sent before with another amount. Load the page again and look at the list below.")


class RedemptionNotFound(NotFound):
    code = "redemption-not-found"
    message = N_("There is no such redemption, or it is not yours to see.")


class RedemptionMovedOn(Conflict):
    code = "redemption-moved-on"
    message = N_("This redemption is %(state)s already. Look at it again before you go on.")


class NoSuchRelease(Conflict):
    code = "no-such-release"
    message = N_("There is no order of this number whose seller was paid.")


class CameBackTooMuch(Invalid):
    code = "came-back-too-much"
    message = N_("Only %(left)s of this order were released and have not come back; you entered %(asked)s.")


class NoCommission(Conflict):
    code = "no-commission"
    message = N_("No commission was taken on this part of the order, so there is none to give back.")


class CommissionGone(Conflict):
    code = "commission-gone"
    message = N_("The market's address of commission holds %(there)s, less than the %(asked)s to be given back. Send tokens there first.")  # fmt: skip


class ReturnTooMuch(Invalid):
    code = "return-too-much"
    message = N_("Between one cent and %(most)s, which was paid, can have come back.")


class ReturnReferenceUsed(Conflict):
    code = "return-reference-used"
    message = N_("The reference %(reference)s is booked for another payment that came back. Look at the bank's statement again.")  # fmt: skip


class BankLineUsed(Conflict):
    code = "bank-line-used"
    message = N_("This line of the bank's statement is booked already, or is no longer among those that can be it.")


class BankFileEmpty(Conflict):
    code = "bank-file-empty"
    message = N_("The bank took no payment of this file, so nothing of it can be booked as paid.")


class NothingToPay(Conflict):
    code = "nothing-to-pay"
    message = N_("No redemption waits for a bank file. The ones in earlier files are listed below.")


class ClaimNotFound(NotFound):
    code = "claim-not-found"
    message = N_("There is no such chargeback, or it is not yours to see.")


class ClaimMovedOn(Conflict):
    code = "claim-moved-on"
    message = N_("This was decided meanwhile. Look at it again before you go on.")


class ClaimRuns(Conflict):
    code = "claim-runs"
    message = N_(
        "The buyer's bank has not decided yet. The amount is held until then; decide when the chargeback is lost."
    )


class ClaimTooMuch(Invalid):
    code = "claim-too-much"
    message = N_("At most %(most)s can be booked here.")


class ClaimReferenceUsed(Conflict):
    code = "claim-reference-used"
    message = N_("The reference %(reference)s is booked for another payment. Look at the bank's statement again.")


class BankFileNotFound(NotFound):
    code = "bank-file-not-found"
    message = N_("There is no such bank file.")


class BankReferenceNeeded(Invalid):
    code = "bank-reference-needed"
    message = N_("Enter the reference the bank gave for this payment, at most 70 characters.")


class BankReferenceUsed(Conflict):
    code = "bank-reference-used"
    message = N_("The reference %(reference)s stands for another bank file. Look at the bank's statement again.")


class BankFilePaid(Conflict):
    code = "bank-file-paid"
    message = N_("This file was booked as paid before, with the reference %(reference)s.")
