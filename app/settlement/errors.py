"""What settlement refuses."""

from app.errors import N_, Conflict, Invalid, NotFound, Unavailable


class EscrowNotFound(NotFound):
    code = "escrow-not-found"
    message = N_("There is no money in escrow for this order.")


class TokenPolicyKept(Conflict):
    code = "token-policy-kept"
    message = N_("The books of this market have entries under the token policy %(kept)s; TOKEN_POLICY says %(wanted)s. It is kept: begin a new market for another one.")  # fmt: skip


class SignatureRejected(Invalid):
    """`reason` is one of the sentences below, already marked for translation."""

    code = "signature-rejected"
    message = N_("Your signature could not be used: %(reason)s. Nothing was paid; please sign again.")


WRONG_SIGNER = N_("it was made by another account than the one this order is for")
WRONG_TIME = N_("its time is over or has not begun")
MALFORMED = N_("it is not a complete signature")


class NotEnoughTokens(Conflict):
    code = "not-enough-tokens"
    message = N_("The wallet holds %(held)s, but %(needed)s are needed. Top it up first, or pay by card.")


class NotEnoughInEscrow(Conflict):
    code = "not-enough-in-escrow"
    message = N_("Only %(left)s are still in escrow for this order.")


class SignatureNeeded(Invalid):
    code = "signature-needed"
    message = N_("This needs the signature of the wallet that the money belongs to.")


class SettlementUnavailable(Unavailable):
    code = "settlement-unavailable"
    message = N_("Settlement is not ready yet. Nothing was charged; please try again in a minute.")
