"""How long an invitation stands, and what becomes of it."""

import hashlib
import secrets
from datetime import datetime, timedelta
from enum import StrEnum

LASTS = timedelta(days=7)
KEPT_AFTERWARDS = timedelta(days=30)
PAUSE = timedelta(minutes=1)
"""Sent again within it is sent once."""
MOST_OPEN = 50


class InvitationState(StrEnum):
    """Follows from what is written down and from the clock; only an open one can be accepted."""

    OPEN = "open"
    LATE = "late"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


def state_of(
    *, accepted_at: datetime | None, withdrawn_at: datetime | None, expires_at: datetime, now: datetime
) -> InvitationState:
    if accepted_at is not None:
        return InvitationState.ACCEPTED
    if withdrawn_at is not None:
        return InvitationState.WITHDRAWN
    return InvitationState.OPEN if now < expires_at else InvitationState.LATE


def new_secret() -> str:
    """256 bits, as an address can hold them."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> bytes:
    """What is kept of a secret. It is random and long, so a plain hash cannot be turned back."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
