"""Names of groups and lists, and how a buyer's place in a group may change."""

import unicodedata
from datetime import timedelta

from app.pricing.errors import AlreadyAnswered, UnusableName, UnusableShare

LONGEST_NAME = 60
MOST_AT_ONCE, MOST_A_DAY = 200, 500
A_DAY = timedelta(days=1)
LARGEST_OFF_BPS = 9000
ASKED, AGREED, DECLINED, REMOVED = "asked", "agreed", "declined", "removed"
# from -> to, and who does it: the buyer answers and may leave or come back; the shop takes out and asks again
_BUYER_MAY = {ASKED: {AGREED, DECLINED}, AGREED: {DECLINED}, DECLINED: {AGREED}}
_SHOP_MAY = {ASKED: {REMOVED}, AGREED: {REMOVED}, DECLINED: {REMOVED}, REMOVED: {ASKED}}


def usable_name(typed: str) -> str:
    """One line of 2 to 60 printable characters. Raises UnusableName."""
    name = " ".join(unicodedata.normalize("NFC", typed).split())
    printable = not any(unicodedata.category(letter) in {"Cc", "Cs", "Co", "Cn"} for letter in name)
    if not 2 <= len(name) <= LONGEST_NAME or not printable:  # noqa: PLR2004 - said in the error
        raise UnusableName(field="name")
    return name


def require_share(off_bps: int) -> None:
    """Raises UnusableShare."""
    if not 0 <= off_bps <= LARGEST_OFF_BPS:
        raise UnusableShare(field="off")


def require_answer(state: str, wanted: str) -> None:
    """What the buyer may do. Raises AlreadyAnswered."""
    if wanted not in _BUYER_MAY.get(state, set()):
        raise AlreadyAnswered


def shop_may(state: str, wanted: str) -> bool:
    return wanted in _SHOP_MAY.get(state, set())
