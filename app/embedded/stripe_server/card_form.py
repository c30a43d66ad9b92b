"""Reading what a buyer typed on the card page. Field names are those of Stripe's own hosted page."""

import re
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from app.embedded.stripe_server.cards import NOT_A_TEST_CARD, Decline, TestCard, card_for

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
EXPIRY = re.compile(r"\s*(\d{1,2})\s*[/\-. ]?\s*(?:20)?(\d{2})\s*", re.ASCII)
NUMBER = re.compile(r"\d{12,19}", re.ASCII)
CVC = re.compile(r"\d{3,4}", re.ASCII)
MAX_TEXT = 200


@dataclass
class CardForm:
    """What was typed, what it means, and what is wrong with it (field name -> key of the sentence)."""

    email: str
    number: str
    expiry: str
    cvc: str
    name: str
    errors: dict[str, str] = field(default_factory=dict)
    card: TestCard | None = None
    exp_month: int = 0
    exp_year: int = 0


def blank() -> CardForm:
    return CardForm("", "", "", "", "")


def read_card_form(form: MultiDict[str, str], *, known_email: str | None, year: int, month: int) -> CardForm:
    """`year` and `month` are today's, by the server's clock."""

    def typed(name: str) -> str:
        return form.get(name, "").strip()[:MAX_TEXT]

    read = CardForm(
        known_email or typed("email"), typed("cardNumber"), typed("cardExpiry"), typed("cardCvc"), typed("billingName")
    )
    if not EMAIL.fullmatch(read.email):
        read.errors["email"] = "email_error"
    _read_number(read)
    _read_expiry(read, year, month)
    wanted = 4 if read.card and read.card.brand == "amex" else 3
    if not CVC.fullmatch(read.cvc) or len(read.cvc) != wanted:
        read.errors["cardCvc"] = "cvc_error"
    if not read.name:
        read.errors["billingName"] = "name_error"
    return read


def _read_number(read: CardForm) -> None:
    digits = re.sub(r"[\s-]", "", read.number)
    card = card_for(digits) if NUMBER.fullmatch(digits) else None
    if isinstance(card, TestCard):
        read.card = card
    elif isinstance(card, Decline) and card is NOT_A_TEST_CARD:
        read.errors["cardNumber"] = "not_test_error"
    else:
        read.errors["cardNumber"] = "number_error"


def _read_expiry(read: CardForm, year: int, month: int) -> None:
    match = EXPIRY.fullmatch(read.expiry)
    if not match or not 1 <= int(match[1]) <= 12:  # noqa: PLR2004 - months
        read.errors["cardExpiry"] = "expiry_error"
        return
    read.exp_month, read.exp_year = int(match[1]), 2000 + int(match[2])
    if (read.exp_year, read.exp_month) < (year, month):
        read.errors["cardExpiry"] = "expired_error"
