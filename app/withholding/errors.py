"""What withholding refuses."""

from app.errors import N_, Conflict, Invalid, NotFound


class UnknownCountry(Invalid):
    code = "no-withholding-rule"
    message = N_("No rule of this country is on file.")


class ImpossibleSpan(Invalid):
    code = "impossible-span"
    message = N_("The last day is before the first. Enter days such as 2026-12-01.")


class SwitchedAlready(Conflict):
    code = "switched-already"
    message = N_("Some of these days are switched on already for this country. Look at the list below.")


class PastDays(Invalid):
    code = "past-days"
    message = N_("This day is over. Orders keep the terms they were placed with; choose today or later.")


class SwitchNotFound(NotFound):
    code = "switch-not-found"
    message = N_("There is no such switch.")


class SwitchOver(Conflict):
    code = "switch-over"
    message = N_("This span has ended already.")


class ReasonNeeded(Invalid):
    code = "withholding-reason-needed"
    message = N_("Write what it rests on, for example whose advice and its day, at most 500 characters.")


class UnusableTaxNumber(Invalid):
    code = "unusable-tax-number"
    message = N_("This tax number cannot be used: 5 to 40 digits or letters, without other signs.")


class NothingToState(Conflict):
    code = "nothing-to-state"
    message = N_("The rules of this country know no statement that lifts the tax for a shop of this kind.")


class SoldMore(Conflict):
    code = "sold-more-than-threshold"
    message = N_("The shop has sold more than that here this year, so it cannot state this any more.")


class NoStatement(Conflict):
    code = "no-statement"
    message = N_("There is no statement of this year to take back.")


class NothingWithheld(Conflict):
    code = "nothing-withheld"
    message = N_("No tax was withheld of this order.")


class MoreThanKept(Invalid):
    code = "more-than-kept"
    message = N_("Only %(left)s of this order were released and have not come back; you entered %(asked)s.")


class TaxRemitted(Conflict):
    code = "tax-remitted"
    message = N_(
        "%(owed)s are owed to this country now, less than the %(asked)s to be given back: the rest was remitted. Wait until more is withheld, or ask the tax office."
    )


class MonthNotOver(Conflict):
    code = "month-not-over"
    message = N_("This month is not over. It can be remitted from its last midnight on.")


class NothingToRemit(Conflict):
    code = "nothing-to-remit"
    message = N_("Nothing is owed to this country for this month, or it is less than a cent.")


class TaxUnderWay(Conflict):
    code = "tax-under-way"
    message = N_("Tax of this month is still on its way to the market's address. Try again in a few minutes.")


class RemittanceNotFound(NotFound):
    code = "remittance-not-found"
    message = N_("There is no such remittance.")


class RemittanceNotReady(Conflict):
    code = "remittance-not-ready"
    message = N_("The tokens of this remittance are not burned yet. Try again in a few minutes.")


class RemittancePaid(Conflict):
    code = "remittance-paid"
    message = N_("This remittance was booked as paid before, with the reference %(reference)s.")


class RemittanceReferenceUsed(Conflict):
    code = "remittance-reference-used"
    message = N_("The reference %(reference)s stands for another remittance. Look at the bank's statement again.")
