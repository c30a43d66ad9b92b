"""A small market with everything in it that money can do, seen from outside as Stripe and the chain see it."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from app.config.current import settings
from app.db.session import reading, transaction
from app.onramp.actions.ingest_balance import ingest_balance, ingest_payouts
from app.onramp.actions.record_bank_receipt import record_bank_receipt
from app.onramp.models import CardPayment, CardRefund
from app.onramp.stripe_values import BalanceRow, PayoutRow
from app.orders.actions.confirm_receipt import confirm_receipt
from app.orders.actions.refund_order import refund_order
from app.payouts.actions.decide_redemption import approve_redemption
from app.payouts.actions.make_bank_file import make_bank_file
from app.payouts.actions.mark_paid import mark_paid
from app.payouts.actions.request_redemption import request_redemption
from app.payouts.actions.set_bank_account import set_bank_account
from app.payouts.rules import bank_account
from app.reconciliation.outside import look_at_chain
from app.reconciliation.rules import ChainView, StripeView
from app.shipping.rules import RateTerms
from tests.support.trade import Shop, Trade, buyer_of

FREE = RateTerms("domestic", "Parcel", "VET Express", 1, 3, 0)
FEE = 320
PAYOUT = 5_000


@dataclass(frozen=True)
class World:
    """What the two outside parties say, and whose things are in it."""

    chain: ChainView
    stripe: StripeView
    shop: Shop


def build(trade: Trade) -> World:
    """One order released and partly redeemed, one half refunded, one open; a wallet topped up; a payout at the bank."""
    shop = trade.shop_of(rates=[FREE])
    own_wallet = trade.shop_of(name="Own Wallet", rates=[FREE], wallet=bytes.fromhex(trade.chain.accounts[5][2:]))
    _released(trade, shop, 10_000)
    _released(trade, own_wallet, 3_000)
    _half_refunded(trade, shop)
    trade.paid_group({trade.goods(shop, price=2_500): 1})
    _wallet_topped_up(trade)
    _redeemed(trade, shop)
    stripe = _stripe_settles(trade)
    return World(look_at_chain(), stripe, shop)


def _released(trade: Trade, shop: Shop, cents: int) -> None:
    group = trade.shipped_order(shop, price=cents)
    with transaction() as session:
        confirm_receipt(session, buyer_of(group), group.orders[0].id, now=trade.now())
    trade.settle()


def _half_refunded(trade: Trade, shop: Shop) -> None:
    group = trade.shipped_order(shop, price=4_000)
    with transaction() as session:
        refund_order(
            session, shop.owner, group.orders[0].id, cents=2_000, reason="bruised", form_token=uuid4(), now=trade.now()
        )
    trade.settle()
    assert trade.send_card_refunds() == 2_000


def _wallet_topped_up(trade: Trade) -> None:
    with transaction() as session:
        record_bank_receipt(
            session,
            recorded_by=trade.operator.user_id,
            reference="R-1",
            payer_name="Dara Chan",
            wallet_address=bytes.fromhex(trade.chain.accounts[4][2:]),
            cents=7_700,
            received_at=trade.now(),
        )
    trade.settle()


def _redeemed(trade: Trade, shop: Shop) -> None:
    account = bank_account(holder="Sothy", bank="ABA Bank", number="000123456")
    with transaction() as session:
        set_bank_account(session, shop.owner, shop.id, account)
        paid = request_redemption(session, shop.owner, shop.id, cents=6_000, form_token=uuid4()).id
        approve_redemption(session, trade.operator, paid, now=trade.now())
    trade.settle()
    with transaction() as session:
        file = make_bank_file(session, trade.operator)
        mark_paid(session, trade.operator, file.id, bank_reference="ABA-1", paid_at=trade.now())
        due = request_redemption(session, shop.owner, shop.id, cents=1_500, form_token=uuid4()).id
        approve_redemption(session, trade.operator, due, now=trade.now())
    trade.settle()


def _stripe_settles(trade: Trade) -> StripeView:
    """Stripe's own rows for every charge and refund, and one payout that has arrived."""
    with reading() as session:
        charges = [(row.charge_id, row.amount_minor) for row in session.query(CardPayment).filter_by(state="succeeded")]
        refunds = [(row.stripe_refund_id, -row.amount_minor) for row in session.query(CardRefund)]
    at = trade.now() - timedelta(hours=1)
    rows = [_row("charge", source, cents, FEE, at) for source, cents in charges if source]
    rows += [_row("refund", source, cents, 0, at) for source, cents in refunds if source]
    rows.append(_row("payout", "po_1", -PAYOUT, 0, at))
    with transaction() as session:
        ingest_balance(session, rows)
        ingest_payouts(session, [PayoutRow("po_1", PAYOUT, "USD", "paid", True, at, at, {})])
    net = sum(row.net for row in rows)
    return StripeView(available_cents=net - 1_000, pending_cents=1_000)


def _row(kind: str, source: str, amount: int, fee: int, at) -> BalanceRow:
    name = f"txn_{source}"
    return BalanceRow(
        name, kind, kind, source, amount, fee, amount - fee, "USD", at, at, {"chain": settings().chain_id}
    )
