"""The one error family. A kind decides the HTTP status; a subclass has a stable code and says what to do.

Messages are marked for translation here and translated where they are shown, so that domain code knows no language.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "mark, translate later"
    """Mark a text for the translators and return it unchanged."""
    return text


class Word(str):
    """A value inside a message that is a text for translators itself, such as a unit."""

    __slots__ = ()


@dataclass(frozen=True)
class Until:
    """A moment inside a message at which something ends; the end of a day is named by that day."""

    at: datetime


class DomainError(Exception):
    """Something a person did or the world answered that the product has words for."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "error"
    message: ClassVar[str] = N_("Something went wrong on our side. Nothing was changed; please try again.")
    challenge: str = ""
    """How a program can prove itself better (RFC 9110), where that is what is wrong."""

    def __init__(self, *, field: str | None = None, **values: Any) -> None:
        self.field = field
        self.values = values
        super().__init__(self.message % values if values else self.message)


class Invalid(DomainError):
    """The input cannot be accepted as it is."""

    status = 422
    code = "invalid"
    message = N_("Some of what was sent cannot be accepted. Check the marked fields.")


class Unauthenticated(DomainError):
    """Nobody knows who asks."""

    status = 401
    code = "unauthenticated"
    message = N_("Sign in and you come back to this page.")
    challenge = "Bearer"


class Forbidden(DomainError):
    """Known who asks, and it is not for them."""

    status = 403
    code = "forbidden"
    message = N_("Your account may not do this. Ask the owner of the shop for a role that can.")


class NotFound(DomainError):
    """Nothing there, or nothing this person may see."""

    status = 404
    code = "not-found"
    message = N_("There is nothing at this address, or it is not yours to see.")


class Conflict(DomainError):
    """The request was fine, but the state has moved on."""

    status = 409
    code = "conflict"
    message = N_("This has changed in the meantime. Look at it again before you go on.")


class TooManyRequests(DomainError):
    """Slower, please."""

    status = 429
    code = "too-many-requests"
    message = N_("That was tried too often. Wait a minute and try again.")


class Unavailable(DomainError):
    """A part we need does not answer; trying again later is right."""

    status = 503
    code = "unavailable"
    message = N_("A part of the market does not answer just now. Nothing was lost; please try again in a minute.")
