"""Who can be written to and called, read from what people type."""

from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, is_possible_number, parse

from app.errors import N_, Invalid

LONGEST_EMAIL, LONGEST_NAME, LONGEST_PHONE = 254, 120, 32


class NotAnEmailAddress(Invalid):
    code = "not-an-email-address"
    message = N_("Enter an e-mail address like name@example.com.")


class NotAPhoneNumber(Invalid):
    code = "not-a-phone-number"
    message = N_("Enter a phone number the courier can call, for example 012 345 678 or +855 12 345 678.")


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
        raise NotAPhoneNumber(field="phone") from None
    if not is_possible_number(number):
        raise NotAPhoneNumber(field="phone")
    return format_number(number, PhoneNumberFormat.INTERNATIONAL)
