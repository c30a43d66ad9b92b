"""The page `docs/accountants/recipes.md`: every journal there is, written by its own recipe for an order of 100 dollars."""

import inspect
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from app.ledger import recipes
from app.ledger.chart import DECIMALS, token_account, usd_account
from app.ledger.entries import Holder, JournalEntry, LegRef, LogRef, credit, debit

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
ORDER, SHOP, BUYER, SOME = UUID(int=1), UUID(int=2), UUID(int=3), UUID(int=4)
LOG = LogRef(1, 100, bytes(32), bytes(32), 0, AT)
LEG = LegRef(ORDER, SHOP, seller_is_market_held=True)
WALLET: Holder = (token_account("1250"), token_account("2100"))
BALANCE: Holder = (token_account("1230", SHOP), token_account("2200", SHOP))
DOLLAR = 1_000_000
Example = partial[JournalEntry]

SECTIONS: dict[str, tuple[Example, ...]] = {
    "An order of 100 dollars paid by card, 5 % commission, 10 % VAT inside it": (
        partial(recipes.card_payment_succeeded, payment_intent="pi", cents=10_000, at=AT),
        partial(recipes.charge_settled, balance_transaction="txn", gross=10_000, fee=320, at=AT),
        partial(recipes.tokens_minted_to_treasury, units=100 * DOLLAR, log=LOG),
        partial(recipes.leg_funded_by_card, leg=LEG, units=100 * DOLLAR, log=LOG),
        partial(recipes.leg_released, leg=LEG, net=95 * DOLLAR, fee=5 * DOLLAR, fee_vat_bps=1000, log=LOG),
        partial(recipes.seller_tokens_redeemed, organization_id=SHOP, units=95 * DOLLAR, log=LOG),
        partial(recipes.redemption_paid, redemption_id=SOME, organization_id=SHOP, cents=9_500, at=AT),
        partial(
            recipes.redemption_returned,
            redemption_id=SOME,
            organization_id=SHOP,
            attempt=1,
            cents=9_500,
            back=9_300,
            at=AT,
        ),
        partial(recipes.stripe_payout_created, balance_transaction="txn", cents=9_680, at=AT),
        partial(recipes.stripe_payout_arrived, payout="po", cents=9_680, at=AT),
    ),
    "The same, paid from a wallet of the buyer's own": (
        partial(recipes.bank_receipt_recorded, reference="R1", cents=10_000, at=AT),
        partial(recipes.tokens_sold_to_wallet, units=100 * DOLLAR, target=WALLET, log=LOG),
        partial(recipes.leg_funded_by_wallet, leg=LEG, units=100 * DOLLAR, log=LOG),
        partial(recipes.leg_refunded_to_wallet, leg=LEG, units=40 * DOLLAR, log=LOG),
    ),
    "Refunds": (
        partial(recipes.leg_refunded_to_treasury, leg=LEG, units=40_005_000, refunded_before=0, log=LOG),
        partial(recipes.treasury_tokens_burned, units=40 * DOLLAR, log=LOG),
        partial(recipes.card_refund_succeeded, refund="re", cents=4_000, at=AT, order_id=ORDER),
        partial(recipes.refund_settled, balance_transaction="txn", amount=4_000, fee=0, at=AT),
        partial(recipes.card_refund_failed, refund="re", cents=4_000, at=AT, order_id=ORDER),
        partial(recipes.refund_returned, balance_transaction="txn", amount=4_000, fee=0, at=AT),
        partial(recipes.commission_given_back, leg=LEG, units=2 * DOLLAR, vat=181_818, log=LOG),
        partial(recipes.refund_paid_by_bank, refund_key="r", payment_intent="pi", cents=4_000, at=AT, order_id=ORDER),
    ),
    "Chargebacks": (
        partial(recipes.dispute_withdrawn, balance_transaction="txn", amount=10_000, fee=1_500, at=AT),
        partial(recipes.dispute_reinstated, balance_transaction="txn", amount=10_000, fee=1_500, at=AT),
        partial(recipes.dispute_lost, dispute="dp", cents=10_000, at=AT),
        partial(
            recipes.refund_met_by_chargeback, refund_key="r", payment_intent="pi", cents=4_000, at=AT, order_id=ORDER
        ),
        partial(recipes.chargeback_charged, claim_id=SOME, organization_id=SHOP, order_id=ORDER, cents=9_500, at=AT),
        partial(
            recipes.chargeback_kept,
            redemption_id=SOME,
            claim_id=SOME,
            organization_id=SHOP,
            order_id=ORDER,
            cents=4_000,
            at=AT,
        ),
        partial(recipes.chargeback_received, step_id=SOME, organization_id=SHOP, order_id=ORDER, cents=5_000, at=AT),
        partial(recipes.chargeback_given_up, step_id=SOME, organization_id=SHOP, order_id=ORDER, cents=500, at=AT),
    ),
    "Payouts of Stripe that come back": (
        partial(recipes.stripe_payout_returned, payout="po", cents=9_680, at=AT),
        partial(recipes.stripe_payout_failed, balance_transaction="txn", cents=9_680, at=AT),
    ),
    "Vouchers the market pays for": (
        partial(recipes.market_voucher_granted, order_id=ORDER, organization_id=SHOP, cents=1_000, at=AT),
        partial(recipes.market_voucher_returned, order_id=ORDER, organization_id=SHOP, part="1", cents=500, at=AT),
    ),
    "Tax withheld from sellers": (
        partial(
            recipes.tax_withheld,
            key="t",
            organization_id=SHOP,
            order_id=ORDER,
            country="PH",
            units=DOLLAR // 2,
            at=AT,
            log=LOG,
        ),
        partial(recipes.withheld_tokens_moved, organization_id=SHOP, units=DOLLAR // 2, log=LOG),
        partial(
            recipes.tax_given_back,
            key="t",
            organization_id=SHOP,
            order_id=ORDER,
            country="PH",
            units=DOLLAR // 5,
            at=AT,
        ),
        partial(recipes.withheld_tokens_returned, organization_id=SHOP, units=DOLLAR // 5, log=LOG),
        partial(recipes.withheld_tokens_burned, country="PH", units=3 * DOLLAR // 10, log=LOG),
        partial(recipes.tax_remitted, remittance_id=SOME, country="PH", cents=30, at=AT),
    ),
    "VAT of a sale of 110 dollars that the market answers for, 10 % inside it": (
        partial(
            recipes.supply_vat_taken,
            key="t",
            organization_id=SHOP,
            order_id=ORDER,
            country="KH",
            units=10 * DOLLAR,
            at=AT,
            log=LOG,
        ),
        partial(recipes.withheld_tokens_moved, organization_id=SHOP, units=10 * DOLLAR, log=LOG),
        partial(
            recipes.supply_vat_given_back,
            key="t",
            organization_id=SHOP,
            order_id=ORDER,
            country="KH",
            units=4 * DOLLAR,
            at=AT,
        ),
        partial(recipes.withheld_tokens_returned, organization_id=SHOP, units=4 * DOLLAR, log=LOG),
        partial(recipes.withheld_tokens_burned, country="KH", units=6 * DOLLAR, log=LOG, number="2320"),
        partial(recipes.tax_remitted, remittance_id=SOME, country="KH", cents=600, at=AT, number="2320"),
    ),
    "Gas": (
        partial(recipes.gas_topped_up, chain_id=1, block_number=100, wei=10**17, at=AT),
        partial(recipes.gas_spent, purpose="release", wei=147_000 * 12 * 10**9, log=LOG),
        partial(recipes.gas_bought, key="k", cents=30_000, at=AT, reference="ABA-7"),
    ),
    "A token of somebody else's issue (`TOKEN_POLICY=treasury`): instead of minting and burning": (
        partial(recipes.float_bought, key="k", units=1_000 * DOLLAR, cents=100_150, at=AT),
        partial(recipes.float_sold, key="k", units=500 * DOLLAR, cents=49_990, at=AT),
        partial(recipes.float_revalued, key="k", cents=-75, at=AT),
        partial(recipes.float_sold_to_wallet, units=100 * DOLLAR, log=LOG),
        partial(recipes.seller_tokens_bought_back, organization_id=SHOP, units=95 * DOLLAR, log=LOG),
        partial(recipes.withheld_tokens_bought_back, country="PH", units=3 * DOLLAR // 10, log=LOG),
    ),
    "Lines of the bank's statement, booked by hand": (
        partial(recipes.capital_paid_in, key="k", cents=50_000, at=AT),
        partial(recipes.capital_paid_out, key="k", cents=20_000, at=AT),
        partial(recipes.bank_difference, key="k", cents=-1, at=AT),
        partial(recipes.exchange_difference, key="k", cents=-215, at=AT),
    ),
    "What two people book for an exception": (
        partial(recipes.bank_line_in_suspense, key="k", cents=7_700, at=AT, reference="ABA-10"),
        partial(recipes.stripe_movement_in_suspense, key="k", balance_transaction="txn", net=-520, fee=20, at=AT),
        partial(recipes.stripe_corrected, key="k", balance_transaction="txn", net=-1, fee=1, at=AT),
    ),
    "From before the market began": (
        partial(
            recipes.opening_balances,
            key="k",
            lines=(debit(usd_account("1010"), 50_000), credit(usd_account("3000"), 50_000)),
            at=AT,
        ),
        partial(recipes.carried_paid, key="k", owed=usd_account("2400", SHOP), cents=5_000, at=AT, reference="ABA-8"),
        partial(
            recipes.carried_received, key="k", owed=usd_account("1300", BUYER), cents=5_000, at=AT, reference="ABA-9"
        ),
    ),
    "What the token refuses, what strangers do, what was wrong": (
        partial(recipes.transfer_refused, target=BALANCE, is_ours=False, units=95 * DOLLAR, who=bytes(20), log=LOG),
        partial(
            recipes.waiting_withdrawn,
            target=BALANCE,
            is_ours=False,
            units=95 * DOLLAR,
            known=95 * DOLLAR,
            who=bytes(20),
            log=LOG,
        ),
        partial(
            recipes.stray_transfer,
            source=WALLET,
            target=(token_account("1200"), token_account("2900")),
            units=3 * DOLLAR,
            log=LOG,
        ),
        partial(
            recipes.taken_back,
            journal_id=SOME,
            event="capital_paid_in",
            lines=(debit(usd_account("1010"), 50_000), credit(usd_account("3000"), 50_000)),
            at=AT,
            reason="typed wrong",
        ),
        partial(
            recipes.turned_back,
            recipes.bank_receipt_recorded(reference="R1", cents=10_000, at=AT),
            journal_id=SOME,
            reason="read twice",
        ),
    ),
}


def recipes_page() -> str:
    parts = [
        (
            "# Every journal\n\n"
            "This page is generated: `phsar docs recipes > docs/accountants/recipes.md`; a test keeps it true. Each row is one "
            "function of `app/ledger/recipes.py`, run with the amounts of the example: what it books, and what its text says. "
            "USD has 2 decimals, CTM 6, GAS (the chain's own coin) 18. Accounts: [the books](books.md).\n"
        )
    ]
    for title, examples in SECTIONS.items():
        parts.append(f"\n## {title}\n\n| Event | Debit | Credit | |\n|---|---|---|---|\n")
        parts += [_row(example) for example in examples]
    return "".join(parts)


def _row(example: Example) -> str:
    entry = example()
    debits, credits_ = ("<br>".join(_amounts(entry, side)) for side in (1, -1))
    text = (inspect.getdoc(example.func) or "").split("\n\n", maxsplit=1)[0]
    return f"| `{entry.event}` | {debits} | {credits_} | {' '.join(text.split())} |\n"


def _amounts(entry: JournalEntry, side: int) -> Iterator[str]:
    for line in entry.lines:
        if line.amount * side > 0:
            asset = line.account.asset
            yield f"{line.account.number} {_text(line.amount * side, DECIMALS[asset])} {asset}"


def _text(amount: int, places: int) -> str:
    whole, fraction = divmod(amount, 10**places)
    digits = f"{fraction:0{places}d}".rstrip("0").ljust(2, "0")
    return f"{whole:,}.{digits}"
