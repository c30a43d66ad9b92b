"""Reading an amount somebody typed. Nothing is guessed: what could mean two amounts is refused with both named."""

import re
import unicodedata

from app.errors import N_, Invalid
from app.money.amounts import Money
from app.money.currencies import Currency, currency
from app.web.money_text import format_number, separators, symbol

MAX_MINOR = 10**15  # ten trillion dollars, a billion times any price; keeps sums far inside 64 bits
_LONGEST = len(str(MAX_MINOR)) + 1
_SPACES = re.compile(r"[\s\u00a0\u202f\u200b]+")
_SIGNED = ("-", "\u2212", "+", "(")


class AmountMissing(Invalid):
    code = "amount-missing"
    message = N_("Enter an amount, for example %(example)s.")


class AmountUnreadable(Invalid):
    code = "amount-unreadable"
    message = N_("“%(typed)s” is not an amount we can read. Write it like %(example)s.")


class AmountGroupsWrong(Invalid):
    code = "amount-groups-wrong"
    message = N_(
        "“%(typed)s” can be read in two ways: here “%(group)s” stands between thousands and “%(decimal)s” before the fraction. Write it like %(example)s."
    )


class AmountTooFine(Invalid):
    code = "amount-too-fine"
    message = N_("“%(typed)s” has more decimals than %(currency)s has (%(digits)s). Write it like %(example)s.")


class AmountNegative(Invalid):
    code = "amount-negative"
    message = N_("“%(typed)s” is less than zero. Enter an amount without a minus sign.")


class AmountTooLarge(Invalid):
    code = "amount-too-large"
    message = N_("“%(typed)s” is more than this market can handle. Check the number of zeros.")


def read_money(typed: str, code: str, locale: str = "en") -> Money:
    """The amount in `typed`, in minor units of `code`, digits of any script, the currency's symbol or code allowed.

    Raises AmountMissing, AmountUnreadable, AmountGroupsWrong, AmountTooFine, AmountNegative or AmountTooLarge.
    """
    unit = currency(code)
    about = {"typed": typed.strip(), "example": _example(unit, locale)}
    number = _bare(typed, unit, locale)
    if not number:
        raise AmountMissing(example=about["example"])
    if number.startswith(_SIGNED):
        raise AmountNegative(typed=about["typed"])
    group, decimal = separators(locale)
    whole, mark, fraction = number.partition(decimal)
    if not re.fullmatch(r"[\d.,]+", number):
        raise AmountUnreadable(**about)
    if not _is_grouped(whole or "0", group) or (mark and not fraction.isdigit()):
        raise AmountGroupsWrong(**about, group=group, decimal=decimal)
    if len(fraction) > unit.iso:
        raise AmountTooFine(**about, currency=code, digits=unit.iso)
    digits = ((whole.replace(group, "") or "0") + fraction.ljust(unit.iso, "0")).lstrip("0")
    minor = int(digits[:_LONGEST] or "0")  # one digit more than fits is too much already
    if minor > MAX_MINOR:
        raise AmountTooLarge(typed=about["typed"])
    return Money(minor, code)


def _example(unit: Currency, locale: str) -> str:
    return format_number(123_450 if unit.display else 15_000 * 10**unit.iso, unit, locale)


def latin_digits(typed: str) -> str:
    """Khmer, Thai, Lao, Burmese and full-width digits as 0-9; everything else as it is."""
    return "".join(str(unicodedata.decimal(letter, None) or 0) if letter.isdecimal() else letter for letter in typed)


def _bare(typed: str, unit: Currency, locale: str) -> str:
    text = _SPACES.sub("", latin_digits(unicodedata.normalize("NFC", typed)))
    for name in (unit.code, unit.code.lower(), symbol(unit, locale), unit.symbol):
        text = text.removeprefix(name).removesuffix(name)
    return text


def _is_grouped(whole: str, group: str) -> bool:
    pattern = rf"\d{{1,3}}(?:{re.escape(group)}\d{{3}})+|\d+"
    return re.fullmatch(pattern, whole) is not None
