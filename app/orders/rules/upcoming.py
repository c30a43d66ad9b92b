"""The next event as a value: its words, its moment, and the one button that belongs to it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.orders.rules.words import Text


class MainAction(StrEnum):
    """The one button of the page; the others stay links."""

    PAY = "pay"
    SHOP_AGAIN = "shop_again"
    CANCEL = "cancel"
    RECEIVE = "receive"
    SHIP = "ship"
    REPORT = "report"
    RETURN = "return"


class Tone(StrEnum):
    ESCROW = "escrow"
    OK = "ok"
    WARN = "warn"
    DANGER = "danger"


@dataclass(frozen=True)
class NextEvent:
    """`otherwise` says what happens if nobody acts; `by` is the moment it turns on."""

    headline: Text
    otherwise: Text | None = None
    by: datetime | None = None
    action: MainAction | None = None
    tone: Tone = Tone.ESCROW
