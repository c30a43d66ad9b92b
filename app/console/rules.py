"""What can need somebody of the market, and what they do about it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.errors import N_


class NeedKind(StrEnum):
    SHOP = "shop"
    DISPUTE = "dispute"
    REDEMPTION = "redemption"
    INTENT = "intent"
    WEBHOOK = "webhook"
    REFUND = "refund"
    CHARGEBACK = "chargeback"
    TIE_OUT = "tie_out"


@dataclass(frozen=True)
class KindWords:
    """`what` names it in a table, `action` is the button that leads to where it is done."""

    what: str
    action: str
    path: str


KIND_WORDS = {
    NeedKind.SHOP: KindWords(N_("Shop waits for approval"), N_("Look at shops"), "/console/shops"),
    NeedKind.DISPUTE: KindWords(N_("Dispute to decide"), N_("Decide"), "/console/disputes"),
    NeedKind.REDEMPTION: KindWords(N_("Redemption to approve or pay"), N_("Look at redemptions"), "/console/redemptions"),
    NeedKind.INTENT: KindWords(N_("The chain refused a task"), N_("Look at tasks"), "/console/tasks"),
    NeedKind.WEBHOOK: KindWords(N_("A message of Stripe is not handled"), N_("Look at messages"), "/console/messages"),
    NeedKind.REFUND: KindWords(N_("A card refund failed"), N_("Look at the refund"), "/console/refunds"),
    NeedKind.CHARGEBACK: KindWords(N_("A bank took a card payment back"), N_("Look at chargebacks"), "/console/refunds"),
    NeedKind.TIE_OUT: KindWords(N_("The books do not tie out"), N_("See the difference"), "/books"),
}  # fmt: skip


CHARGEBACK_REASONS = {
    "bank_cannot_process": N_("the bank could not process it"),
    "credit_not_processed": N_("the buyer says a promised refund did not come"),
    "customer_initiated": N_("the buyer asked the bank"),
    "duplicate": N_("the buyer says it was charged twice"),
    "fraudulent": N_("the cardholder says somebody else paid with the card"),
    "general": N_("the bank gives no closer reason"),
    "noncompliant": N_("the bank says a rule of the card network was not kept"),
    "product_not_received": N_("the buyer says nothing arrived"),
    "product_unacceptable": N_("the buyer says the goods are not as described"),
    "subscription_canceled": N_("the buyer says a subscription was canceled"),
    "unrecognized": N_("the cardholder does not recognize the payment"),
}
CHARGEBACK_STATES = {
    "needs_response": N_("answer the bank now"),
    "under_review": N_("answered, the bank decides"),
    "warning_needs_response": N_("the bank asks, answer it"),
    "warning_under_review": N_("answered, the bank looks at it"),
}
"""Stripe's words for what it reports; one that is not here is shown as Stripe says it."""


@dataclass(frozen=True)
class Need:
    """One thing that waits, and since when. `path` leads to it."""

    kind: NeedKind
    which: str
    since: datetime
    path: str
    note: str = ""
    total: int = 1
    """How many of this kind wait altogether: only the oldest few of each kind are listed."""

    @property
    def words(self) -> KindWords:
        return KIND_WORDS[self.kind]
