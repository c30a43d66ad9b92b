"""The problems of a line in words: the catalog's own, and those of codes."""

from app.catalog.errors import NoneLeft, QuantityNotInSteps, QuantityTooSmall, TooFewLeft
from app.errors import N_
from app.purchasing.rules.finding import AMBIGUOUS, CLOSED, OWN, UNKNOWN
from app.purchasing.rules.lines import NO_CODE, UNREADABLE

PROBLEMS = {
    UNKNOWN: N_("Nothing on sale has this code. Correct it, or take the line out."),
    AMBIGUOUS: N_("Several goods have this code. Choose one."),
    CLOSED: N_("The shop is closed for now."),
    OWN: N_("These are goods of a shop you work for. Take the line out."),
    NO_CODE: N_("There is no code in this line. Enter one, or take the line out."),
    UNREADABLE: N_("The quantity cannot be read. Enter a whole number."),
    **{error.code: error.message for error in (QuantityNotInSteps, QuantityTooSmall, TooFewLeft, NoneLeft)},
}
