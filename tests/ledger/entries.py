"""One way to write each recipe, with amounts the test chooses."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from uuid import UUID

from app.ledger import recipes
from app.ledger.chart import token_account
from app.ledger.entries import JournalEntry, LegRef, LogRef

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
ORDER, SHOP, REDEMPTION = UUID(int=1), UUID(int=2), UUID(int=3)
_numbers = count(1)


def log_ref(number: int | None = None) -> LogRef:
    """A place on chain nobody else has."""
    number = next(_numbers) if number is None else number
    return LogRef(31337, 100 + number, number.to_bytes(32), (number + 1).to_bytes(32), 0, AT)


def leg(*, market_held: bool = True, order: UUID = ORDER, shop: UUID = SHOP) -> LegRef:
    return LegRef(order, shop, market_held)


def stray(units: int) -> JournalEntry:
    wallet, suspense = token_account("1250"), token_account("2900")
    return recipes.stray_transfer(
        source=(wallet, token_account("2100")), target=(token_account("1210"), suspense), units=units, log=log_ref()
    )


RECIPES: dict[str, Callable[[int, int], JournalEntry]] = {
    "capital_paid_in": lambda a, _: recipes.capital_paid_in(key="k", cents=a, at=AT),
    "card_payment_succeeded": lambda a, _: recipes.card_payment_succeeded(payment_intent="pi", cents=a, at=AT),
    "bank_line_in_suspense": lambda a, _: recipes.bank_line_in_suspense(key="k", cents=a, at=AT, reference="R"),
    "stripe_movement_in_suspense": lambda a, b: recipes.stripe_movement_in_suspense(
        key="k", balance_transaction="txn", net=a, fee=b, at=AT
    ),
    "stripe_corrected": lambda a, b: recipes.stripe_corrected(key="k", balance_transaction="txn", net=-a, fee=b, at=AT),
    "charge_settled": lambda a, b: recipes.charge_settled(balance_transaction="txn", gross=a + b, fee=b, at=AT),
    "card_refund_succeeded": lambda a, _: recipes.card_refund_succeeded(refund="re", cents=a, at=AT, order_id=ORDER),
    "refund_settled": lambda a, b: recipes.refund_settled(balance_transaction="txn", amount=a, fee=b, at=AT),
    "dispute_withdrawn": lambda a, b: recipes.dispute_withdrawn(balance_transaction="txn", amount=a, fee=b, at=AT),
    "dispute_reinstated": lambda a, b: recipes.dispute_reinstated(balance_transaction="txn", amount=a, fee=b, at=AT),
    "dispute_lost": lambda a, _: recipes.dispute_lost(dispute="dp", cents=a, at=AT),
    "refund_met_by_chargeback": lambda a, _: recipes.refund_met_by_chargeback(
        refund_key="r", payment_intent="pi", cents=a, at=AT, order_id=None
    ),
    "refund_paid_by_bank": lambda a, _: recipes.refund_paid_by_bank(
        refund_key="r", payment_intent="pi", cents=a, at=AT, order_id=None
    ),
    "stripe_payout_created": lambda a, _: recipes.stripe_payout_created(balance_transaction="txn", cents=a, at=AT),
    "stripe_payout_arrived": lambda a, _: recipes.stripe_payout_arrived(payout="po", cents=a, at=AT),
    "bank_receipt_recorded": lambda a, _: recipes.bank_receipt_recorded(reference="R1", cents=a, at=AT),
    "tokens_minted_to_treasury": lambda a, _: recipes.tokens_minted_to_treasury(units=a, log=log_ref()),
    "tokens_sold_to_wallet": lambda a, _: recipes.tokens_sold_to_wallet(
        units=a * 10_000, target=(token_account("1250"), token_account("2100")), log=log_ref()
    ),
    "leg_funded_by_card": lambda a, _: recipes.leg_funded_by_card(leg=leg(), units=a * 10_000, log=log_ref()),
    "leg_funded_by_wallet": lambda a, _: recipes.leg_funded_by_wallet(leg=leg(), units=a, log=log_ref()),
    "leg_released": lambda a, b: recipes.leg_released(
        leg=leg(market_held=a % 2 == 0), net=a, fee=b, fee_vat_bps=1000, log=log_ref()
    ),
    "leg_refunded_to_treasury": lambda a, _: recipes.leg_refunded_to_treasury(
        leg=leg(), units=a, refunded_before=0, log=log_ref()
    ),
    "leg_refunded_to_wallet": lambda a, _: recipes.leg_refunded_to_wallet(leg=leg(), units=a, log=log_ref()),
    "treasury_tokens_burned": lambda a, _: recipes.treasury_tokens_burned(units=a, log=log_ref()),
    "seller_tokens_redeemed": lambda a, _: recipes.seller_tokens_redeemed(
        organization_id=SHOP, units=a * 10_000, log=log_ref()
    ),
    "redemption_paid": lambda a, _: recipes.redemption_paid(
        redemption_id=REDEMPTION, organization_id=SHOP, cents=a, at=AT
    ),
    "stray_transfer": lambda a, _: stray(a),
}
