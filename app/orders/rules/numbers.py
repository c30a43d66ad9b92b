"""Order numbers people can read out: `7F3K-2MQ`.

Six characters carry the order's sequence, the seventh checks them. The alphabet has 29 characters, none of which is
taken for another (no 0 O, 1 I L, 8 B, U V): a prime, so the weighted check catches every single wrong character and
every swap of two neighbors. A keyed Feistel permutation spreads the sequence, so that a number does not tell how many
orders came before it; being a permutation, it never gives one number twice.
"""

import hashlib
import hmac

ALPHABET = "23456789ACDEFGHJKMNPQRSTVWXYZ"
BASE = len(ALPHABET)
_HALF = BASE**3
CAPACITY = _HALF * _HALF
_ROUNDS = 6
_HEARD_AS = str.maketrans({"B": "8", "U": "V"})


def order_number(sequence: int, key: bytes) -> str:
    """The number of the `sequence`-th order (from 0). Raises ValueError once all 594,823,321 are used."""
    if not 0 <= sequence < CAPACITY:
        msg = f"order numbers end at {CAPACITY - 1}, not {sequence}"
        raise ValueError(msg)
    left, right = divmod(sequence, _HALF)
    for turn in range(_ROUNDS):
        left, right = right, (left + _mix(key, turn, right)) % _HALF
    digits = _digits(left * _HALF + right)
    text = "".join(ALPHABET[digit] for digit in (*digits, _check(digits)))
    return f"{text[:4]}-{text[4:]}"


def sequence_of(number: str, key: bytes) -> int:
    """The inverse of `order_number`. Raises ValueError for a number that does not check."""
    normal = normalize_number(number)
    if normal is None:
        msg = f"{number!r} is not an order number"
        raise ValueError(msg)
    value = 0
    for character in normal.replace("-", "")[:6]:
        value = value * BASE + ALPHABET.index(character)
    left, right = divmod(value, _HALF)
    for turn in reversed(range(_ROUNDS)):
        left, right = (right - _mix(key, turn, left)) % _HALF, left
    return left * _HALF + right


def normalize_number(typed: str) -> str | None:
    """`7f3k 2mq` as `7F3K-2MQ`; None when the check character says it was misread."""
    text = "".join(typed.upper().split()).replace("-", "").translate(_HEARD_AS)
    if len(text) != 7 or any(character not in ALPHABET for character in text):  # noqa: PLR2004 - six and a check
        return None
    *digits, check = (ALPHABET.index(character) for character in text)
    return f"{text[:4]}-{text[4:]}" if _check(digits) == check else None


def _mix(key: bytes, turn: int, half: int) -> int:
    digest = hmac.new(key, b"%d:%d" % (turn, half), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") % _HALF


def _digits(value: int) -> list[int]:
    digits = []
    for _ in range(6):
        value, digit = divmod(value, BASE)
        digits.append(digit)
    return digits[::-1]


def _check(digits: list[int]) -> int:
    return sum(weight * digit for weight, digit in enumerate(digits, start=2)) % BASE
