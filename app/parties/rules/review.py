"""How far the operator is with a shop: the states, what leads from one to another, and who may take each way."""

from enum import StrEnum

from app.parties.errors import ReviewCannotGoThere


class Review(StrEnum):
    """`MORE`: the operator asked for something, and the owner has the next word."""

    OPEN = "open"
    SENT = "sent"
    MORE = "more"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class By(StrEnum):
    OWNER = "owner"
    OPERATOR = "operator"


EDGES: dict[tuple[Review, Review], By] = {
    (Review.OPEN, Review.SENT): By.OWNER,
    (Review.MORE, Review.SENT): By.OWNER,
    (Review.ACCEPTED, Review.SENT): By.OWNER,  # the dossier changed: looked at again, the shop stays open
    (Review.SENT, Review.MORE): By.OPERATOR,
    (Review.ACCEPTED, Review.MORE): By.OPERATOR,
    (Review.REJECTED, Review.MORE): By.OPERATOR,
    (Review.OPEN, Review.ACCEPTED): By.OPERATOR,  # somebody the operator knows
    (Review.SENT, Review.ACCEPTED): By.OPERATOR,
    (Review.MORE, Review.ACCEPTED): By.OPERATOR,
    (Review.REJECTED, Review.ACCEPTED): By.OPERATOR,
    (Review.OPEN, Review.REJECTED): By.OPERATOR,
    (Review.SENT, Review.REJECTED): By.OPERATOR,
    (Review.MORE, Review.REJECTED): By.OPERATOR,
}


def may_go(before: Review, after: Review, by: By) -> bool:
    return EDGES.get((before, after)) is by


def require_way(before: str, after: Review, by: By) -> None:
    """Raises ReviewCannotGoThere."""
    if not may_go(Review(before), after, by):
        raise ReviewCannotGoThere


class Happening(StrEnum):
    """A line of a shop's history."""

    SENT = "sent"
    CHANGED = "changed"
    ASKED_MORE = "asked_more"
    APPROVED = "approved"
    REJECTED = "rejected"
    SUSPENDED = "suspended"
    LIFTED = "lifted"
