"""What a tie-out cannot do."""

from app.errors import N_, Unavailable


class NothingFinalYet(Unavailable):
    code = "nothing-final-yet"
    message = N_(
        "The chain has no final block that is booked yet. Start the settlement worker and try again in a minute."
    )


class NothingBookedYet(NothingFinalYet):
    """The market has just begun: no block at all is booked."""
