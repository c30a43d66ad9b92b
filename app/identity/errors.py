"""What identity raises."""

from app.errors import N_, Conflict, Forbidden, Invalid, NotFound


class ShopNotFound(NotFound):
    code = "shop-not-found"
    message = N_("There is no such shop, or it is not yours to change.")


class MemberNotFound(NotFound):
    code = "member-not-found"
    message = N_("This person does not work for the shop any more. Look at the list again.")


class InvitationNotFound(NotFound):
    code = "invitation-not-found"
    message = N_("There is no such invitation, or it is over. Ask the owner of the shop for a new one.")


class MemberAlready(Conflict):
    code = "member-already"
    message = N_("Whoever has this address works for the shop already. Change the role in the list.")


class InvitedAlready(Conflict):
    code = "invited-already"
    message = N_("This address is invited already. Send that invitation again, or withdraw it first.")


class TooManyInvitations(Conflict):
    code = "too-many-invitations"
    message = N_("%(most)s invitations are open, and that is the most there can be. Withdraw some of them first.")


class InvitedByAnotherAddress(Conflict):
    code = "invited-by-another-address"
    message = N_("This invitation is for another e-mail address. Sign in with the account of that address.")


class LastOwnerStays(Conflict):
    code = "last-owner-stays"
    message = N_("A shop needs an owner, and this is the last one. Make somebody else an owner first.")


class SignInNeeded(Forbidden):
    code = "sign-in-needed"
    message = N_("Sign in to go on.")


class BooksReaderNeeded(Forbidden):
    code = "books-reader-needed"
    message = N_("Only an accountant, an auditor or an operator of the market reads all books.")


class OperatorNeeded(Forbidden):
    code = "operator-needed"
    message = N_("Only an operator of the market may do this.")


class EmailTaken(Conflict):
    code = "email-taken"
    message = N_("There is already an account with this e-mail address. Sign in, or reset its password.")


class UnusableEmail(Invalid):
    code = "unusable-email"
    message = N_("Enter an e-mail address such as name@example.com.")


class UnusableShopName(Invalid):
    code = "unusable-shop-name"
    message = N_("Give the shop a name of 2 to 80 characters with at least one letter.")


class UnusableChoice(Invalid):
    code = "unusable-choice"
    message = N_("Choose one of the listed values.")


class UnusableHandlingDays(Invalid):
    code = "unusable-handling-days"
    message = N_("Say in how many days you hand goods to the carrier: 0 to 60.")


class PauseEndsTooEarly(Invalid):
    code = "pause-ends-too-early"
    message = N_("Choose a day after today, or leave it empty.")


class ShopCannotChangeState(Conflict):
    code = "shop-cannot-change-state"
    message = N_("The shop is %(status)s already or cannot go there from where it is. Look at it again.")


class WrongPassword(Invalid):
    code = "wrong-password"
    message = N_("This e-mail address and password do not belong together. Check both, or choose a new password.")
