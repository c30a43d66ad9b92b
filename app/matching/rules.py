"""Families and reasons, how long an item may wait, how old an exception may become, what resolves it. Pure."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from app.errors import N_
from app.identity.rules.roles import ACCOUNTANT, AUDITOR, OPERATOR
from app.states.edges import Axis, By, edge, table

RESOLVERS = (OPERATOR, ACCOUNTANT)
READERS = (*RESOLVERS, AUDITOR)
STRIPE, CARD, PAYOUT, BANK, CHAIN, DRIFT = "stripe", "card", "payout", "bank", "chain", "drift"
FAMILIES = {
    STRIPE: N_("Stripe balance"),
    CARD: N_("Card payments and refunds"),
    PAYOUT: N_("Stripe payouts"),
    BANK: N_("Bank"),
    CHAIN: N_("Chain"),
    DRIFT: N_("Balances"),
}
REASONS = {
    "MISSING_STRIPE": N_("Stripe does not have it"),
    "MISSING_LEDGER": N_("Not booked"),
    "MISSING_CHAIN": N_("Not on the chain"),
    "MISSING_RECORD": N_("No order of ours explains it"),
    "AMOUNT": N_("Amounts differ"),
    "CURRENCY": N_("Another currency"),
    "FEE": N_("Fees differ"),
    "DUPLICATE": N_("There twice"),
    "REORGED": N_("Its block left the chain"),
    "UNFINALIZED": N_("Not final yet"),
    "PAYOUT_UNFOOTED": N_("Not the sum of its parts"),
    "BANK_MISSING": N_("The bank does not have it"),
    "LATE_PERIOD": N_("Booked in another month"),
    "UNKNOWN_TYPE": N_("A kind the books do not know"),
    "DRIFT": N_("A balance differs"),
}
RULES = {
    1: N_("by its identifier"),
    2: N_("by reference and amount"),
    3: N_("by the sum of its parts"),
}
ARRIVES_WITHIN = timedelta(days=7)
"""A payout that is not at the bank by then is no longer on its way."""
FINAL_WITHIN = timedelta(days=1)


@dataclass(frozen=True)
class Age:
    """A bucket of days since it happened: from `first` on, before `end`."""

    key: str
    label: str
    first: int
    end: int | None

    def moments(self, now: datetime) -> tuple[datetime | None, datetime]:
        """After the first and not after the second."""
        return None if self.end is None else now - timedelta(days=self.end), now - timedelta(days=self.first)


AGES = {
    age.key: age
    for age in (
        Age("0-1", N_("Up to 1 day"), 0, 1),
        Age("1-3", N_("1 to 3 days"), 1, 3),
        Age("3-7", N_("3 to 7 days"), 3, 7),
        Age("7-30", N_("7 to 30 days"), 7, 30),
        Age("30+", N_("More than 30 days"), 30, None),
    )
}
SLA = timedelta(days=3)
"""An exception is to be resolved within this time of being found."""


class Kind(StrEnum):
    """What resolves an exception."""

    BOOK = "book"
    CORRECT = "correct"
    TAKE_BACK = "take_back"
    LINK = "link"


KINDS = {
    Kind.BOOK: N_("Book what happened, into suspense"),
    Kind.CORRECT: N_("Book the difference"),
    Kind.TAKE_BACK: N_("Take the entry back"),
    Kind.LINK: N_("It is the same as another one"),
}


def kinds_for(family: str, reason: str, asset: str, *, has_journal: bool) -> tuple[Kind, ...]:
    """Those that can mend it. None where only the facts can: a difference that people cannot book away stays open."""
    if asset not in ("USD", "CTM") or family in (CARD, DRIFT):
        return ()
    found: list[Kind] = []
    if family in (BANK, STRIPE):
        found += _MENDS.get(reason, ())
    if has_journal and reason in _WRONGLY_BOOKED and family != BANK:
        found.append(Kind.TAKE_BACK)
    if family == BANK and reason == "MISSING_LEDGER":
        found.append(Kind.LINK)
    return tuple(found)


_MENDS: dict[str, Collection[Kind]] = {
    "UNKNOWN_TYPE": (Kind.BOOK,),
    "MISSING_LEDGER": (Kind.BOOK,),
    "FEE": (Kind.CORRECT,),
    "AMOUNT": (Kind.CORRECT,),
    "PAYOUT_UNFOOTED": (Kind.CORRECT,),
}
_WRONGLY_BOOKED = {"MISSING_STRIPE", "MISSING_CHAIN", "DUPLICATE", "REORGED", "LATE_PERIOD"}
LARGEST_EVIDENCE = 5 * 1024 * 1024


def seen_mark(kind: Kind, other: str, lines: Sequence[Any]) -> str:
    """Who sends this has seen just that entry."""
    return sha256(json.dumps([kind, other, lines]).encode()).hexdigest()


ASKED, AGREED, REFUSED, WITHDRAWN = "asked", "agreed", "refused", "withdrawn"
PROPOSAL = Axis(
    "proposal to resolve an exception",
    "match_proposals.state",
    "One person proposes a journal and says why, another one agrees, which books it, or refuses.",
    table(
        edge(None, ASKED, "matching.propose_resolution", By.OPERATOR),
        edge(ASKED, AGREED, "matching.decide_proposal", By.OPERATOR),
        edge(ASKED, REFUSED, "matching.decide_proposal", By.OPERATOR),
        edge(ASKED, WITHDRAWN, "matching.decide_proposal", By.OPERATOR),
    ),
)
