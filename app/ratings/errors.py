"""What ratings refuse, and what to do about it."""

from app.errors import N_, Conflict, Invalid


class RatingTooEarly(Conflict):
    code = "rating-too-early"
    message = N_(
        "An order can be rated once it is over: when the seller is paid, or the money has come back. If that was just now, try again in a minute."
    )


class RatingTooLate(Conflict):
    code = "rating-too-late"
    message = N_("The time to rate this order is over.")


class RatingShown(Conflict):
    code = "rating-shown"
    message = N_("This rating can be read by everybody already and stays as it is.")


class OwnShop(Conflict):
    code = "own-shop"
    message = N_("You work for this shop. Its ratings come from its buyers.")


class UnusableStars(Invalid):
    code = "unusable-stars"
    message = N_("Give one to five stars.")
