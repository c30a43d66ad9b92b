"""The table of a tie-out from sums: what stands beside what. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.errors import N_
from app.ledger.chart import OWED_BY_BANK, RESERVE_ACCOUNTS
from app.money.amounts import UNITS_PER_CENT
from app.reconciliation.rules import GAS, TOKEN, USD, ChainView, Row, Rule, StripeView


@dataclass(frozen=True)
class Ledger:
    """Balances on the natural side: `now` by (number, asset), `at_block` by number for tokens, `sellers` by owner.

    `gas`: 1220 at the block, in wei.
    """

    now: Mapping[tuple[str, str], int]
    at_block: Mapping[str, int]
    sellers: Mapping[UUID, int]
    gas: int = 0

    def usd(self, number: str) -> int:
        return self.now.get((number, USD), 0)

    def token(self, number: str) -> int:
        return self.at_block.get(number, 0)


def read_ledger(rows: Iterable[Any]) -> Ledger:
    """From the rows of `ledger_balances.sql`."""
    now: Counter[tuple[str, str]] = Counter()
    at_block: Counter[str] = Counter()
    sellers: dict[UUID, int] = {}
    gas = 0
    for row in rows:
        now[row.number, row.asset] += int(row.balance)
        if (row.number, row.asset) == ("1220", GAS):
            gas = int(row.at_block)
        if row.asset == TOKEN:
            at_block[row.number] += int(row.at_block)
            if row.number == "1230" and row.owner_id is not None:
                sellers[row.owner_id] = int(row.at_block)
    return Ledger(now, at_block, sellers, gas)


def stripe_rows(ledger: Ledger, view: StripeView, sums: Any) -> list[Row]:
    """Dollars at Stripe, on the way and at the bank; and by our own records, what is owed for burned and withheld tokens."""
    return [
        Row("stripe_balance", N_("USD at Stripe"), USD, view.cents, ledger.usd("1100"), None),
        Row("stripe_transactions", N_("Stripe's transactions"), USD, int(sums.transactions), ledger.usd("1100"), None),
        Row("card_receivable", N_("Card payments on their way to Stripe"), USD, int(sums.receivable), ledger.usd("1105"), None),
        Row("disputed", N_("Disputed card payments"), USD, int(sums.disputed), ledger.usd("1120"), None),
        Row("payouts_on_the_way", N_("Stripe payouts on their way"), USD, int(sums.on_the_way), ledger.usd("1110"), None),
        Row("bank", N_("USD at the bank"), USD, int(sums.banked), ledger.usd("1010"), None),
        Row("redemptions", N_("Redemptions to be paid"), USD, int(sums.redemptions_due), ledger.usd("2210"), None),
        Row("owed_by_sellers", N_("Owed by sellers for chargebacks"), USD, int(sums.owed_by_sellers), ledger.usd("1310"), None),
        Row("remittances", N_("Withheld tax to be paid to countries"), USD, int(sums.remittances_due), ledger.usd("2310"), None),
        Row("tax_withheld", N_("CTM of tax owed to countries"), TOKEN, int(sums.tax_withheld), ledger.now.get(("2310", TOKEN), 0), None),
        Row("supply_vat_due", N_("VAT of sales to be paid to countries"), USD, int(sums.supply_vat_due), ledger.usd("2320"), None),
        Row("supply_vat", N_("CTM of VAT the market owes for sales"), TOKEN, int(sums.supply_vat), ledger.now.get(("2320", TOKEN), 0), None),
    ]  # fmt: skip


def token_rows(
    ledger: Ledger, view: ChainView, sellers: Mapping[UUID, bytes], owed: tuple[int, int], *, issues: bool
) -> list[Row]:
    """Tokens by address. `owed`: what is left in open legs, and what the books owe on orders.

    Other people's wallets and the supply are in the books of the market that issues the token, and of no other.
    """
    held = view.balances
    on_sellers = sum(held[address] for address in sellers.values())
    ours = held[view.treasury] + held[view.fees] + held[view.taxes] + held[view.escrow] + on_sellers
    rows = [
        Row("escrow", N_("CTM in escrow"), TOKEN, None, ledger.token("1210"), held[view.escrow]),
        Row("owed_on_orders", N_("CTM owed on open orders"), TOKEN, owed[0], owed[1], None),
        Row("treasury", N_("CTM in the treasury"), TOKEN, None, ledger.token("1200"), held[view.treasury]),
        Row("fees", N_("CTM of commission"), TOKEN, None, ledger.token("1205"), held[view.fees]),
        Row("taxes", N_("CTM of withheld tax"), TOKEN, None, ledger.token("1206"), held[view.taxes]),
        Row("sellers", N_("CTM kept for sellers"), TOKEN, None, ledger.token("1230"), on_sellers),
    ]
    if not issues:
        return rows
    return [
        *rows,
        Row("own_wallets", N_("CTM in own wallets"), TOKEN, None, ledger.token("1250"), view.total_supply - ours),
        Row("supply", N_("CTM in circulation"), TOKEN, None, ledger.token("3910"), view.total_supply),
    ]


def gas_rows(ledger: Ledger, view: ChainView, not_booked: int) -> list[Row]:
    """The chain's own coin. `not_booked`: gas of ours in blocks up to this one that the next round of the worker books.

    More than the books say is a top-up that the worker is about to book; less is a difference.
    """
    if view.gas is None:
        return []
    return [Row("gas", N_("Coin of the chain for gas"), GAS, None, ledger.gas, view.gas + not_booked, Rule.COVERS)]


def book_rows(ledger: Ledger, *, issues: bool) -> list[Row]:
    """What the books promise by themselves: reserve over supply, mirrored position, zero sums.

    Who resells tokens owes buyers what they paid and have not got yet: money or float has to be there for it.
    """
    reserve = sum(map(ledger.usd, RESERVE_ACCOUNTS)) - sum(map(ledger.usd, OWED_BY_BANK))
    supply = ledger.now.get(("3910", TOKEN), 0)
    position = ledger.now.get(("3900", TOKEN), 0)
    mirrored = -ledger.usd("3900") * UNITS_PER_CENT
    undelivered, float_ = ledger.usd("2150") * UNITS_PER_CENT, ledger.now.get(("1200", TOKEN), 0)
    return [
        Row("reserve", N_("Reserve against CTM in circulation"), TOKEN, reserve * UNITS_PER_CENT, supply, None, Rule.COVERS)
        if issues
        else Row("float", N_("Money and float against what buyers paid for"), TOKEN, max(reserve, 0) * UNITS_PER_CENT + float_, undelivered, None, Rule.COVERS),
        Row("position", N_("Dollars against tokens"), TOKEN, mirrored, position, None),
    ]  # fmt: skip


def trial_row(asset: str, debits: int, credits_: int) -> Row:
    """All debits against all credits of one asset."""
    key, label = _TRIALS[asset]
    return Row(key, label, asset, debits, credits_, None)


_TRIALS = {
    USD: ("trial_balance", N_("Trial balance in USD")),
    TOKEN: ("trial_balance_token", N_("Trial balance in CTM")),
    GAS: ("trial_balance_gas", N_("Trial balance in the chain's coin")),
}
