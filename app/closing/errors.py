"""Why a month is not closed or opened."""

from app.errors import N_, Conflict, Forbidden, Invalid, NotFound


class CloserNeeded(Forbidden):
    code = "closer-needed"
    message = N_("Only the operator and the accountant of the market close months and open them again.")


class NoSuchAccount(NotFound):
    code = "no-such-account"
    message = N_("There is no such account in the books.")


class MonthNotOver(Conflict):
    code = "month-not-over"
    message = N_("%(period)s is not over yet. It can be closed from %(ends_at)s on.")


class MonthClosedAlready(Conflict):
    code = "month-closed-already"
    message = N_("%(period)s is closed already, maybe by somebody else just now.")


class MonthStillOpen(Conflict):
    code = "month-still-open"
    message = N_("%(period)s takes entries. Close it for entries first, then for good.")


class MonthsBeforeOpen(Conflict):
    code = "months-before-open"
    message = N_("Months are closed in their order: %(first)s is next.")


class GatesOpen(Conflict):
    code = "gates-open"
    message = N_("Not closed: %(count)s of the things that have to be in order for %(period)s are not. Each is marked below.")  # fmt: skip


class GateReasonNeeded(Invalid):
    code = "gate-reason-needed"
    message = N_("Not everything is in order. Write why the month is closed all the same; it is kept with the closing.")


class BalancesDisagree(Conflict):
    code = "balances-disagree"
    message = N_("%(period)s was not closed: the entries do not lead to the balances. Somebody changed the books behind the market's back; compare with a backup.")  # fmt: skip


class MonthIsOpen(Conflict):
    code = "month-is-open"
    message = N_("%(period)s is open.")


class ReopeningReasonNeeded(Invalid):
    code = "reopening-reason-needed"
    message = N_("Write why the month is opened again. Whoever has to agree reads it.")


class ReopeningAsked(Conflict):
    code = "reopening-asked"
    message = N_("Somebody has asked to open %(period)s already. Somebody else has to agree or refuse first.")


class ReopeningNotFound(NotFound):
    code = "reopening-not-found"
    message = N_("There is no such request to open a month.")


class ReopeningDecided(Conflict):
    code = "reopening-decided"
    message = N_("This request was answered already.")


class SecondPersonNeeded(Conflict):
    code = "second-person-needed"
    message = N_("Somebody else has to agree: two people open a month again.")


class NotTheAsker(Conflict):
    code = "not-the-asker"
    message = N_("Only whoever asked withdraws it. Refuse it instead.")


class AskerHasLeft(Conflict):
    code = "asker-has-left"
    message = N_("Whoever asked may not close months any more. Refuse this, and ask anew if it is needed.")


class NoSuchYear(NotFound):
    code = "no-such-year"
    message = N_("There is no such year in the books.")
