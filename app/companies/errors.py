"""What companies that buy refuse."""

from app.errors import N_, Conflict, Invalid, NotFound


class CompanyNotFound(NotFound):
    code = "company-not-found"
    message = N_("There is no such company, or you do not buy for it any more.")


class UnusableTaxNumber(Invalid):
    code = "unusable-tax-number"
    message = N_("Enter a tax number of at most 30 letters, digits, spaces, dots, dashes or slashes.")


class UnusableLimit(Invalid):
    code = "unusable-limit"
    message = N_("Enter a limit from $0 to %(most)s, or leave it empty for no limit.")


class InvitationNotFound(NotFound):
    code = "company-invitation-not-found"
    message = N_("There is no such invitation for you any more.")


class InvitedAlready(Conflict):
    code = "company-invited-already"
    message = N_("This address was invited already. Take that invitation back first.")


class ColleagueNotFound(NotFound):
    code = "colleague-not-found"
    message = N_("This person does not belong to the company any more.")


class LastApprover(Conflict):
    code = "last-approver"
    message = N_("A company keeps at least one approver. Make somebody else an approver first.")
