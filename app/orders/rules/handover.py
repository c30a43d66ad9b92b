"""Handing over in person: the buyer shows a word made for one order, and the seller gives it back to the market.

The word is the buyer's instruction "I have the goods". It is made of the market's secret key, so that nobody who reads
the database knows it: long for a QR code, six digits for a voice.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.errors import N_, Conflict, TooManyRequests
from app.orders.errors import NothingInEscrow
from app.orders.rules.status import FulfillmentStatus, PaymentStatus, SettlementStatus
from app.orders.rules.story import Story

IN_PERSON = "in_person"
VALID = timedelta(minutes=30)
MOST_TRIES = 5
CODE_DIGITS = 6


class NotInPerson(Conflict):
    code = "not-in-person"
    message = N_("This order is sent as a parcel, so there is no code for handing it over.")


class HandoverCodeMissing(Conflict):
    code = "handover-code-missing"
    message = N_("The buyer has not shown a code for this order yet. Ask the buyer to open the order and show it.")


class HandoverCodeWrong(Conflict):
    code = "handover-code-wrong"
    message = N_(
        "This is not the code of order %(number)s. Ask the buyer to show the code of this very order. Tries left: %(left)s."
    )


class HandoverCodeExpired(Conflict):
    code = "handover-code-expired"
    message = N_("This code is too old. Ask the buyer to show a new one.")


class HandoverCodeUsed(Conflict):
    code = "handover-code-used"
    message = N_("This code was used already. The order shows where its money is.")


class HandoverTriesOver(TooManyRequests):
    code = "handover-tries-over"
    message = N_("A wrong code was typed too often. Ask the buyer to show a new one.")


@dataclass(frozen=True)
class Words:
    """The same instruction twice: `secret` stands in the QR code, `code` is read out and typed."""

    secret: str
    code: str


def words_of(key: bytes, order_id: UUID, nonce: UUID) -> Words:
    made = hmac.new(key, b"hand-over:" + order_id.bytes + nonce.bytes, hashlib.sha256).digest()
    return Words(made[:18].hex(), f"{int.from_bytes(made[18:26]) % 10**CODE_DIGITS:0{CODE_DIGITS}d}")


def is_word(typed: str, words: Words) -> bool:
    """Either of the two, as it was scanned or typed with spaces; compared without telling how near it was."""
    plain = "".join(typed.split())
    found = [hmac.compare_digest(plain.encode(), word.encode()) for word in (words.secret, words.code)]
    return any(found)


def require_usable(*, used_at: datetime | None, expires_at: datetime, wrong_tries: int, now: datetime) -> None:
    """Raises HandoverCodeUsed, HandoverCodeExpired, HandoverTriesOver."""
    if used_at is not None:
        raise HandoverCodeUsed
    if expires_at <= now:
        raise HandoverCodeExpired
    if not tries_left(wrong_tries):
        raise HandoverTriesOver


def tries_left(wrong_tries: int) -> int:
    return max(MOST_TRIES - wrong_tries, 0)


def wrong_code(number: str, left: int) -> HandoverCodeWrong | HandoverTriesOver:
    """What is said of it: how many tries the code still has, or that it has none."""
    return HandoverCodeWrong(number=number, left=left) if left else HandoverTriesOver()


def may_hand_over(story: Story) -> bool:
    """The money waits, and nobody has said yet where it goes: no dispute, no refund, no release.

    What is sold on terms is handed over at the seller's own risk, once.
    """
    if story.axes.payment in (PaymentStatus.ON_TERMS, PaymentStatus.SETTLED_OUTSIDE):
        return story.axes.fulfillment is FulfillmentStatus.UNFULFILLED
    return story.axes.settlement is SettlementStatus.IN_ESCROW and story.may_report


def require_handing_over(story: Story) -> None:
    if not may_hand_over(story):
        raise NothingInEscrow
