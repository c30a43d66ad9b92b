"""How far the operator is with a shop: the states, what leads from one to another, and who may take each way."""

from enum import StrEnum

from app.parties.errors import ReviewCannotGoThere
from app.states.edges import Axis, By, edge, table


class Review(StrEnum):
    """`MORE`: the operator asked for something, and the owner has the next word."""

    OPEN = "open"
    SENT = "sent"
    MORE = "more"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


REVIEW = Axis(
    "shop review",
    "dossiers.review",
    "How far the operator is with what a shop says about itself.",
    table(
        edge(None, Review.OPEN, "parties.hold_dossier", By.SELLER),
        edge(Review.OPEN, Review.SENT, "parties.send_for_review", By.SELLER),
        edge(Review.MORE, Review.SENT, "parties.send_for_review", By.SELLER),
        edge(Review.ACCEPTED, Review.SENT, "parties.send_for_review", By.SELLER),
        edge(Review.ACCEPTED, Review.SENT, "parties.tell_dossier", By.SELLER),  # it changed: the shop stays open
        edge((Review.SENT, Review.ACCEPTED, Review.REJECTED), Review.MORE, "parties.decide_review", By.OPERATOR),
        edge(Review.OPEN, Review.ACCEPTED, "parties.decide_review", By.OPERATOR),  # somebody the operator knows
        edge((Review.SENT, Review.MORE, Review.REJECTED), Review.ACCEPTED, "parties.decide_review", By.OPERATOR),
        edge((Review.OPEN, Review.SENT, Review.MORE), Review.REJECTED, "parties.decide_review", By.OPERATOR),
    ),
)


def may_go(before: Review, after: Review, by: By) -> bool:
    return REVIEW.leads(before, after, by)


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
