"""What paying later refuses."""

from app.errors import N_, Conflict, Invalid, NotFound


class GrantNotFound(NotFound):
    code = "terms-not-found"
    message = N_("There are no such terms.")


class UnusableCreditLimit(Invalid):
    code = "unusable-credit-limit"
    message = N_("Enter a credit limit from $1 to %(most)s.")


class UnusableDays(Invalid):
    code = "unusable-days"
    message = N_("Choose one of the numbers of days on the list.")


class GrantedAlready(Conflict):
    code = "terms-granted-already"
    message = N_("This company has terms with you already. Change those.")


class CompanyUnknownToShop(NotFound):
    code = "company-unknown-to-shop"
    message = N_("Choose a company that has bought from you or agreed to one of your customer groups.")


class NoTerms(Conflict):
    code = "no-terms"
    message = N_("%(seller)s does not let your company pay later just now. Nothing was ordered: pay by card, or ask the shop.")  # fmt: skip


class TermsOverdue(Conflict):
    code = "terms-overdue"
    message = N_(
        "Your company has an overdue order with %(seller)s. Pay that first, or pay this one by card. Nothing was ordered."
    )


class OverCreditLimit(Conflict):
    code = "over-credit-limit"
    message = N_(
        "This order is above what your company may still owe %(seller)s: %(left)s of %(limit)s. Nothing was ordered."
    )


class TermsForOneShop(Conflict):
    code = "terms-for-one-shop"
    message = N_("Paying later works for the goods of one shop at a time. Nothing was ordered: take the others out, or pay by card.")  # fmt: skip


class UnusableDueDay(Invalid):
    code = "unusable-due-day"
    message = N_("Choose a day after the one that holds now, at most a year from today.")


class ReasonMissing(Invalid):
    code = "reason-missing"
    message = N_("Say how it was settled, for example: paid in cash on 3 December.")
