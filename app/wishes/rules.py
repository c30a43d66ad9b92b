"""What was seen lately, as a browser carries it."""

import re

MOST_SEEN = 12
_NUMBERS = re.compile(r"[1-9][0-9]{0,17}(?:\.[1-9][0-9]{0,17})*")
_LONGEST = 400


def seen_of(cookie: str) -> list[int]:
    """Numbers of listings, the latest first; nothing for a cookie that we did not write."""
    if len(cookie) > _LONGEST or not _NUMBERS.fullmatch(cookie):
        return []
    return list(dict.fromkeys(int(part) for part in cookie.split(".")))[:MOST_SEEN]


def seen_next(cookie: str, number: int) -> str:
    """The cookie after one more look."""
    return ".".join(str(each) for each in [number, *(old for old in seen_of(cookie) if old != number)][:MOST_SEEN])
