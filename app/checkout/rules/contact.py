"""Who can be written to and called, read from what people type."""

from email_validator import EmailNotValidError, validate_email
from phonenumbers import (
    NumberParseException,
    PhoneNumberFormat,
    PhoneNumberType,
    example_number_for_type,
    format_number,
    is_possible_number,
    parse,
)

from app.errors import N_, Invalid

LONGEST_EMAIL, LONGEST_NAME, LONGEST_PHONE = 254, 120, 32


class NotAnEmailAddress(Invalid):
    code = "not-an-email-address"
    message = N_("Enter an e-mail address like name@example.com.")


class NotAPhoneNumber(Invalid):
    code = "not-a-phone-number"
    message = N_("Enter a phone number the courier can call, for example %(here)s or %(abroad)s.")


def read_email(typed: str) -> str:
    """In lower case. Raises NotAnEmailAddress; whether somebody reads it is not asked."""
    try:
        found = validate_email(typed, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise NotAnEmailAddress(field="email") from None
    return found.normalized.lower()


def read_phone(typed: str, region: str) -> str:
    """In international form; without `+` it is a number of `region`. Raises NotAPhoneNumber.

    Possible is enough: number plans change faster than any list of them.
    """
    try:
        number = parse(typed, region)
    except NumberParseException:
        raise _no_number(region) from None
    if not is_possible_number(number):
        raise _no_number(region)
    return format_number(number, PhoneNumberFormat.INTERNATIONAL)


def _no_number(region: str) -> NotAPhoneNumber:
    """With the number of a mobile phone there as the example, as people write it there and abroad."""
    shown = example_number_for_type(region, PhoneNumberType.MOBILE)
    assert shown is not None, f"the library knows no mobile phones of {region}"
    return NotAPhoneNumber(
        field="phone",
        here=format_number(shown, PhoneNumberFormat.NATIONAL),
        abroad=format_number(shown, PhoneNumberFormat.INTERNATIONAL),
    )
