"""What is refused about a person's own data."""

from app.errors import N_, Conflict, Invalid, NotFound


class ExportNotFound(NotFound):
    code = "export-not-found"
    message = N_("This copy is not there any more, or it is not yours. Ask for a new one.")


class StillGoingOn(Conflict):
    """Money or goods are under way; `matters` says which, for the page."""

    code = "still-going-on"
    message = N_("Something is still going on. Nothing was erased: see what has to end first.")


class WrongEmail(Invalid):
    code = "wrong-email"
    message = N_("This order was not made with this e-mail address.")


class SignInAgain(Invalid):
    code = "sign-in-again"
    message = N_("Sign out, sign in with your wallet once more, and come back here within ten minutes.")
