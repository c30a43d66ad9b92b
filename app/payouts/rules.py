"""Pure rules of redemption: states, what can still be asked for, and what a bank takes."""

import re
import unicodedata
from dataclasses import dataclass

from stdnum import iban

from app.identity.rules.countries import COUNTRIES
from app.money.amounts import UNITS_PER_CENT, fee_due, share_due, shares_of
from app.payouts.errors import UnusableBankAccount, UnusableBankName, UnusableBic, WrongIban
from app.states.edges import Axis, By, edge, table

REQUESTED, BURNING, BURNED, PAID, REFUSED = "requested", "burning", "burned", "paid", "refused"
RETURNED = "returned"
STATES = (REQUESTED, BURNING, BURNED, PAID, RETURNED, REFUSED)
NOT_YET_BURNED = (REQUESTED, BURNING)
NOT_AT_THE_BANK = (*NOT_YET_BURNED, BURNED, RETURNED)
CAME_BACK, NOT_TAKEN = "came_back", "not_taken"
"""How a payment failed: paid and sent back, or refused by the bank, so that no money moved."""
REDEMPTION = Axis(
    "redemption",
    "redemptions.state",
    "Released tokens that become money at the seller's bank. What the bank sends back or does not take is owed again, and "
    "goes into another bank file when the seller or the market has seen to the account.",
    table(
        edge(None, REQUESTED, "payouts.request_redemption", By.SELLER),
        edge(None, BURNING, "payouts.charge_seller", By.OPERATOR),
        edge(REQUESTED, BURNING, "payouts.decide_redemption", By.OPERATOR),
        edge(REQUESTED, REFUSED, "payouts.decide_redemption", By.OPERATOR),
        edge(BURNING, BURNED, "payouts.handlers", By.NEWS),
        edge(BURNING, PAID, "payouts.keep_of_payout", By.NEWS),  # nothing is left for the bank
        edge(BURNED, PAID, "payouts.mark_paid", By.OPERATOR),
        edge(BURNED, RETURNED, "payouts.record_return", By.OPERATOR),
        edge(PAID, RETURNED, "payouts.record_return", By.OPERATOR),
        edge(RETURNED, BURNED, "payouts.pay_again", By.SELLER, By.OPERATOR),
    ),
)
NAME_LONGEST = 70
HELD, OWED, SETTLED, DROPPED = "held", "owed", "settled", "dropped"
LOST, WON = "lost", "won"
_NUMBER = re.compile(r"(?=(?:[0-9A-Z]*[0-9]){5})[0-9A-Z]{5,34}")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}")
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")


@dataclass(frozen=True)
class BankAccount:
    """Where a seller is paid. `bic` may be empty for banks of the operator's own country."""

    holder: str
    bank: str
    number: str
    bic: str = ""

    def as_json(self) -> dict[str, str]:
        return {"holder": self.holder, "bank": self.bank, "number": self.number, "bic": self.bic}


def bank_account(*, holder: str, bank: str, number: str, bic: str = "", country: str = "KH") -> BankAccount:
    """Cleaned and checked; `country` is the shop's, which gives the example of a BIC. Raises UnusableBankName, UnusableBankAccount, WrongIban or UnusableBic, each naming its field."""
    plain = re.sub(r"[\s.\u200b-]", "", unicodedata.normalize("NFKC", number)).upper()
    plain = "".join(str(unicodedata.decimal(sign, sign)) for sign in plain)
    if not _NUMBER.fullmatch(plain):
        raise UnusableBankAccount(field="number")
    if _IBAN.fullmatch(plain) and not iban.is_valid(plain, check_country=False):
        raise WrongIban(field="number")
    code = re.sub(r"\s", "", bic).upper()
    if code and not _BIC.fullmatch(code):
        raise UnusableBic(field="bic", example=COUNTRIES[country].bic)
    return BankAccount(_name(holder, "holder"), _name(bank, "bank"), plain, code)


def _name(text: str, field: str) -> str:
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not 2 <= len(name) <= NAME_LONGEST or not name.isprintable():  # noqa: PLR2004 - said in the message
        raise UnusableBankName(field=field)
    return name


def redeemable_cents(released_units: int, asked_units: int) -> int:
    """Whole cents that can still be asked for; less than a cent stays until it grows to one."""
    return max(0, released_units - asked_units) // UNITS_PER_CENT


def claims_of(disputed_cents: int, paid_cents: list[int]) -> list[int]:
    """What each seller may be asked for when a payment is charged back: at most what it was paid, all together at most
    what the bank took."""
    return shares_of(min(disputed_cents, sum(paid_cents)), paid_cents)


@dataclass(frozen=True)
class Earned:
    """What the market has of an order: of `released` units `fee` was kept, `vat` of it VAT; `given` and `given_vat` went
    back since, for `came_back` units that the seller gave the buyer back. All of it in token units."""

    released: int
    fee_bps: int
    fee: int
    vat: int
    came_back: int = 0
    given: int = 0
    given_vat: int = 0


def commission_back(earned: Earned, came_back: int) -> tuple[int, int]:
    """(commission with its VAT, VAT of it) that goes back when so many units more came back.

    What stays is what the escrow contract would have kept had they come back before the release: cumulative and floored,
    so that many parts give back what one does. VAT goes in proportion to what was booked, at the rate of its day.
    """
    stays = fee_due(earned.released - earned.came_back - came_back, earned.fee_bps)
    back = max(0, earned.fee - earned.given - stays)
    vat = share_due(earned.given + back, earned.vat, earned.fee) - earned.given_vat if earned.fee else 0
    return back, vat


def kept_of(asked_cents: int, owed_cents: int, percent: int) -> int:
    """The part of a payout the market keeps for chargebacks: never more than so many percent, so that a seller lives on."""
    return min(share_due(asked_cents, percent, 100), owed_cents)
