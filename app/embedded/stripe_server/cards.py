"""The documented test cards and payment method tokens. Source: docs.stripe.com/testing."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Decline:
    code: str
    decline_code: str
    message: str


def _plain(decline_code: str) -> Decline:
    return Decline("card_declined", decline_code, "Your card was declined.")


GENERIC = _plain("generic_decline")
NO_FUNDS = Decline("card_declined", "insufficient_funds", "Your card has insufficient funds.")
EXPIRED = Decline("expired_card", "expired_card", "Your card has expired.")
WRONG_CVC = Decline("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect.")
WRONG_NUMBER = Decline("incorrect_number", "incorrect_number", "Your card number is incorrect.")
UNPROCESSED = Decline(
    "processing_error", "processing_error", "An error occurred while processing your card. Try again in a little bit."
)
NOT_A_TEST_CARD = Decline(
    "card_declined",
    "test_mode_live_card",
    "Your card was declined. Your request was in test mode, but used a non test card. Use 4242 4242 4242 4242.",
)
NEEDS_CHALLENGE = Decline(
    "authentication_required",
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
)


@dataclass(frozen=True)
class TestCard:
    """What one test number does when it is charged."""

    number: str
    brand: str = "visa"
    funding: str = "credit"
    country: str = "US"
    decline: Decline | None = None
    challenge: bool = False
    dispute: str | None = None
    refund: str | None = None
    available_at_once: bool = False

    @property
    def last4(self) -> str:
        return self.number[-4:]


_BY_TOKEN = {
    "visa": TestCard("4242424242424242"),
    "visa_debit": TestCard("4000056655665556", funding="debit"),
    "mastercard": TestCard("5555555555554444", "mastercard"),
    "mastercard_debit": TestCard("5200828282828210", "mastercard", "debit"),
    "mastercard_prepaid": TestCard("5105105105105100", "mastercard", "prepaid"),
    "amex": TestCard("378282246310005", "amex"),
    "discover": TestCard("6011111111111117", "discover"),
    "diners": TestCard("3056930009020004", "diners"),
    "jcb": TestCard("3566002020360505", "jcb", country="JP"),
    "unionpay": TestCard("6200000000000005", "unionpay", country="CN"),
    "my": TestCard("4000004580000002", country="MY"),
    "sg": TestCard("4000007020000003", country="SG"),
    "th_credit": TestCard("4000007640000003", country="TH"),
    "jp": TestCard("4000003920000003", country="JP"),
    "bypassPending": TestCard("4000000000000077", available_at_once=True),
    "chargeDeclined": TestCard("4000000000000002", decline=GENERIC),
    "visa_chargeDeclined": TestCard("4000000000000002", decline=GENERIC),
    "chargeDeclinedInsufficientFunds": TestCard("4000000000009995", decline=NO_FUNDS),
    "visa_chargeDeclinedInsufficientFunds": TestCard("4000000000009995", decline=NO_FUNDS),
    "chargeDeclinedLostCard": TestCard("4000000000009987", decline=_plain("lost_card")),
    "visa_chargeDeclinedLostCard": TestCard("4000000000009987", decline=_plain("lost_card")),
    "chargeDeclinedStolenCard": TestCard("4000000000009979", decline=_plain("stolen_card")),
    "visa_chargeDeclinedStolenCard": TestCard("4000000000009979", decline=_plain("stolen_card")),
    "chargeDeclinedFraudulent": TestCard("4100000000000019", decline=_plain("fraudulent")),
    "chargeDeclinedExpiredCard": TestCard("4000000000000069", decline=EXPIRED),
    "chargeDeclinedIncorrectCvc": TestCard("4000000000000127", decline=WRONG_CVC),
    "chargeDeclinedProcessingError": TestCard("4000000000000119", decline=UNPROCESSED),
    "visa_chargeDeclinedVelocityLimitExceeded": TestCard("4000000000006975", decline=_plain("card_velocity_exceeded")),
    "chargeCustomerFail": TestCard("4000000000000341", decline=GENERIC),
    "authenticationRequiredOnSetup": TestCard("4000002500003155", challenge=True),
    "authenticationRequired": TestCard("4000002760003184", challenge=True),
    "authenticationRequiredChargeDeclinedInsufficientFunds": TestCard(
        "4000008260003178", decline=NO_FUNDS, challenge=True
    ),
    "threeDSecure2Required": TestCard("4000000000003220", challenge=True),
    "threeDSecureRequired": TestCard("4000000000003063", challenge=True),
    "threeDSecureRequiredChargeDeclined": TestCard("4000008400001629", decline=GENERIC, challenge=True),
    "createDispute": TestCard("4000000000000259", dispute="fraudulent"),
    "createDisputeProductNotReceived": TestCard("4000000000002685", dispute="product_not_received"),
    "createDisputeInquiry": TestCard("4000000000001976", dispute="inquiry"),
    "pendingRefund": TestCard("4000000000007726", refund="pending"),
    "refundFail": TestCard("4000000000005126", refund="failed"),
}
TOKENS = {f"pm_card_{name}": card for name, card in _BY_TOKEN.items()}
CARDS = {card.number: card for card in _BY_TOKEN.values()}


def passes_luhn(number: str) -> bool:
    """The check digit of ISO/IEC 7812."""
    digits = [int(digit) for digit in reversed(number)]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[1::2]]  # noqa: PLR2004 - above 4 the double has two digits
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def card_for(number: str) -> TestCard | Decline:
    """The behavior behind a typed number, or why it cannot be used at all."""
    if not passes_luhn(number):
        return WRONG_NUMBER
    return CARDS.get(number, NOT_A_TEST_CARD)
