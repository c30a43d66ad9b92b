"""What identity raises."""

from app.errors import N_, Conflict, Forbidden, Invalid, NotFound


class ShopNotFound(NotFound):
    code = "shop-not-found"
    message = N_("There is no such shop, or it is not yours to change.")


class SignInNeeded(Forbidden):
    code = "sign-in-needed"
    message = N_("Sign in to go on.")


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
