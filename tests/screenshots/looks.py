"""The ways a page is looked at: two languages, a desk and a phone, by light and some in the dark."""

from app.web.languages import CODES
from tests.support.pages import DESK, PHONE

LANGUAGES = CODES
SCREENS = (DESK, PHONE)
IN_THE_DARK = frozenset(
    [
        "home",
        "category",
        "product",
        "cart",
        "review",
        "register-errors",
        "order-shipped",
        "order-refunded",
        "cancel",
        "desk",
        "desk-goods",
        "desk-money",
        "desk-listing-errors",
        "console",
        "console-dispute-open",
        "books",
        "books-desk",
        "books-exception-shown",
        "books-month-later",
        "books-trial-balance",
        "books-settlement",
        "new-erase",
        "new-shop-desk",
        "long-product",
    ]
)
"""Every kind of page and form once."""


def file_stem(name: str, language: str, width: int, scheme: str) -> str:
    return "-".join((name, language, str(width), *(["dark"] if scheme == "dark" else [])))


def schemes(name: str) -> tuple[str, ...]:
    return ("light", "dark") if name in IN_THE_DARK else ("light",)
