"""Where a line may break in scripts that put no spaces between words.

Khmer, Thai, Lao and Burmese need a dictionary. Browsers carry different ones, or none, so the places are marked
by a zero-width space here, from ICU's dictionaries.
"""

import re
from functools import lru_cache
from itertools import pairwise

ZERO_WIDTH_SPACE = "\u200b"
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u19e0-\u19ff\ua9e0-\ua9ff\uaa60-\uaa7f"
_HAS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_BOTH_SIDES = re.compile(f"[{_UNSPACED}]{{2}}")


@lru_cache(maxsize=8192)
def mark_breaks(text: str) -> str:
    """`text` with a zero-width space wherever a line may break between two letters of an unspaced script.

    Other text comes back as it is; breaks that are already marked are not marked again.
    """
    if not _HAS_UNSPACED.search(text):
        return text
    from icu4py.breakers import LineBreaker  # loads ICU's dictionaries: only for those who read these scripts

    parts = list(LineBreaker(text, "km"))
    marked = [parts[0]]
    for before, after in pairwise(parts):
        if _BOTH_SIDES.fullmatch(before[-1:] + after[:1]):
            marked.append(ZERO_WIDTH_SPACE)
        marked.append(after)
    return "".join(marked)


def without_breaks(text: str) -> str:
    """The text as it was typed, for search and comparison."""
    return text.replace(ZERO_WIDTH_SPACE, "")
