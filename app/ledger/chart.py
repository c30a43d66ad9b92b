"""The chart of accounts: number, name, natural side, and what splits it.

Assets `USD` (cents), `CTM` (token base units) and `GAS` (the chain's own coin, in its 18th decimal: wei) never mix in one
account; a journal sums to zero in each. On-chain addresses are mirrored by the 12xx accounts; `3910` is the token's total
supply.
"""

from dataclasses import dataclass
from uuid import UUID

from app.errors import N_
from app.money.amounts import TOKEN_DECIMALS

USD = "USD"
TOKEN = "CTM"
GAS = "GAS"
DECIMALS = {USD: 2, TOKEN: TOKEN_DECIMALS, GAS: 18}
"""Of one of each, in the order the books show them."""
DEBIT, CREDIT = 1, -1


@dataclass(frozen=True)
class ChartLine:
    """`may_go_negative` is False where a balance on the wrong side would mean money that is not there."""

    number: str
    name: str
    natural_side: int
    may_go_negative: bool = True


CHART = {
    line.number: line
    for line in (
        ChartLine("1010", N_("Bank"), DEBIT),
        ChartLine("1100", N_("Stripe balance"), DEBIT),
        ChartLine("1105", N_("Card payments not yet in the Stripe balance"), DEBIT),
        ChartLine("1110", N_("Stripe payouts on their way to the bank"), DEBIT),
        ChartLine("1120", N_("Disputed card payments"), DEBIT),
        ChartLine("1200", N_("Treasury, on chain"), DEBIT, may_go_negative=False),
        ChartLine("1205", N_("Commission received, on chain"), DEBIT, may_go_negative=False),
        ChartLine("1206", N_("Tax withheld from sellers, on chain"), DEBIT, may_go_negative=False),
        ChartLine("1210", N_("Escrow contract, on chain"), DEBIT, may_go_negative=False),
        ChartLine("1220", N_("Coin of the chain for gas"), DEBIT),
        ChartLine("1230", N_("Market-held address of a seller, on chain"), DEBIT, may_go_negative=False),
        ChartLine("1250", N_("Own wallets, on chain"), DEBIT, may_go_negative=False),
        ChartLine("1290", N_("Revaluation of the float"), DEBIT),
        ChartLine("1300", N_("Owed to the market from before it began"), DEBIT, may_go_negative=False),
        ChartLine("1310", N_("Owed to the market by sellers for chargebacks"), DEBIT, may_go_negative=False),
        ChartLine("2100", N_("Tokens in own wallets"), CREDIT, may_go_negative=False),
        ChartLine("2110", N_("Escrow owed on an order"), CREDIT, may_go_negative=False),
        ChartLine("2120", N_("Waiting in the escrow contract for its owner"), CREDIT, may_go_negative=False),
        ChartLine("2150", N_("On-ramp owed: paid, not yet delivered"), CREDIT),
        ChartLine("2200", N_("Seller's balance"), CREDIT, may_go_negative=False),
        ChartLine("2210", N_("Redemptions to be paid by bank"), CREDIT, may_go_negative=False),
        ChartLine("2300", N_("VAT on commission"), CREDIT),
        ChartLine("2310", N_("Tax withheld from sellers, owed to a country"), CREDIT, may_go_negative=False),
        ChartLine("2320", N_("VAT of sales the market answers for, owed to a country"), CREDIT, may_go_negative=False),
        ChartLine("2400", N_("Owed to sellers from before the market began"), CREDIT, may_go_negative=False),
        ChartLine("2410", N_("Owed to buyers from before the market began"), CREDIT, may_go_negative=False),
        ChartLine("2900", N_("Suspense"), CREDIT),
        ChartLine("3000", N_("Operator's capital"), CREDIT),
        ChartLine("3900", N_("Position: dollars against tokens"), CREDIT),
        ChartLine("3910", N_("Tokens issued"), CREDIT, may_go_negative=False),
        ChartLine("4100", N_("Commission earned"), CREDIT),
        ChartLine("4900", N_("Rounding"), CREDIT),
        ChartLine("4910", N_("Exchange differences"), CREDIT),
        ChartLine("5100", N_("Stripe fees"), DEBIT),
        ChartLine("5110", N_("Dispute fees"), DEBIT),
        ChartLine("5120", N_("Chargebacks"), DEBIT),
        ChartLine("5130", N_("Gas"), DEBIT),
        ChartLine("5140", N_("Bank charges"), DEBIT),
        ChartLine("5200", N_("Vouchers the market pays for"), DEBIT),
    )
}

RESERVE_ACCOUNTS = ("1010", "1100", "1105", "1110")
OWED_BY_BANK = ("2210", "2310", "2320", "2400", "2410")
"""Dollars that cover the tokens, and dollars that are somebody's already."""


@dataclass(frozen=True)
class AccountRef:
    """An account by number, asset and, where the chart splits it, whose it is."""

    number: str
    asset: str
    owner: UUID | None = None


def usd_account(number: str, owner: UUID | None = None) -> AccountRef:
    return AccountRef(number, USD, owner)


def country_owner(country: str) -> UUID:
    """A country as the owner of an account: its two letters are the last two bytes."""
    return UUID(bytes=country.encode("ascii").rjust(16, b"\0"))


def gas_account(number: str) -> AccountRef:
    return AccountRef(number, GAS)


def token_account(number: str, owner: UUID | None = None) -> AccountRef:
    return AccountRef(number, TOKEN, owner)
