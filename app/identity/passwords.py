"""Passwords: argon2id by the OWASP Password Storage parameters (19 MiB, two passes, one lane)."""

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.errors import N_, Invalid

SHORTEST, LONGEST = 10, 128
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


class WeakPassword(Invalid):
    code = "weak-password"
    message = N_("Choose a password of 10 to 128 characters that is not your e-mail address and not one repeated sign.")


def hash_password(password: str) -> str:
    return _hasher.hash(unicodedata.normalize("NFC", password))


def is_right(password_hash: str | None, password: str) -> bool:
    """Takes as long for an account that does not exist, so that time does not tell which addresses do."""
    try:
        _hasher.verify(password_hash or _nobodys(), unicodedata.normalize("NFC", password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def needs_new_hash(password_hash: str) -> bool:
    """Whether the parameters were raised since it was made."""
    return _hasher.check_needs_rehash(password_hash)


def require_strong(password: str, *, email: str) -> None:
    """Length before kinds of characters (NIST SP 800-63B). Raises WeakPassword."""
    is_repeated = len(set(password)) < 3  # noqa: PLR2004
    if not SHORTEST <= len(password) <= LONGEST or is_repeated or password.lower() == email.lower():
        raise WeakPassword(field="password")


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody has this password")
