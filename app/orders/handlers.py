"""Reactions to what Stripe and the chain said. Each can hear the same fact again and does nothing then."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.actions.return_stock import return_to_stock
from app.companies.events import ColleagueLeft
from app.identity.events import EmailConfirmed, ShopSuspended
from app.messages.events import GuestWrittenTo
from app.money.amounts import TokenAmount, usd
from app.onramp.actions.refund_card import refund_card
from app.onramp.events import (
    CardDisputed,
    CardPaymentExpired,
    CardPaymentFellShort,
    CardPaymentSucceeded,
    CardRefunded,
    CardRefundFailed,
)
from app.orders.actions.cancel_order import cancel_sold_out
from app.orders.actions.claim_orders import claim_by_email
from app.orders.actions.close_dispute import close_dispute
from app.orders.actions.end_links import end_links_of
from app.orders.actions.expire_group import expire_now, expire_unpaid_of_shop
from app.orders.actions.grant_vouchers import take_voucher_back
from app.orders.actions.hold_card_money import hold_card_money
from app.orders.actions.lock_order import lock_group, lock_order
from app.orders.actions.move_return import end_running_return
from app.orders.actions.note_private_limit import note_private_limit
from app.orders.actions.pay_group import pay_by_card, pay_by_wallet
from app.orders.actions.pay_owed import catch_up, owe_again
from app.orders.actions.pay_too_little import pay_too_little
from app.orders.actions.record_fact import project_status, record_fact
from app.orders.actions.release_part import make_part_due
from app.orders.actions.tell_people import (
    tell_card_disputed,
    tell_late_canceled,
    tell_not_funded,
    tell_paid_by_bank,
    tell_part_released,
    tell_released,
    tell_undecided,
    tell_written,
)
from app.orders.models import Order, OrderGroup
from app.orders.queries import card_refunds_done, escrow_attempts, facts_of, leg_refunded_cents
from app.orders.rules.milestones import Trigger
from app.orders.rules.purchase import WALLET
from app.orders.rules.returns import ReturnState
from app.orders.rules.status import FactKind, LegState, returned_cents
from app.orders.rules.story import BANK
from app.settlement.events import (
    EscrowUnfunded,
    LegDisputedFinal,
    LegFundedFinal,
    LegRefundedFinal,
    LegReleasedFinal,
    LegSeen,
)
from app.states.edges import By

CONFIRMED, UNSHIPPED, RESOLVED, TIMEOUT = "confirmed", "unshipped", "resolved", "timeout"


def take_card_payment(session: Session, event: CardPaymentSucceeded) -> None:
    pay_by_card(session, event.order_group_id, cents=event.cents, card=event.card, at=event.at)


def give_back_short(session: Session, event: CardPaymentFellShort) -> None:
    pay_too_little(session, event.order_group_id, payment_id=event.payment_id, cents=event.cents, now=datetime.now(UTC))


def close_unpaid(session: Session, event: CardPaymentExpired) -> None:
    """The hosted page is gone for good, so waiting for the hold's end would only keep goods off the stall."""
    expire_now(session, event.order_group_id, datetime.now(UTC))


def close_unpaid_of_shop(session: Session, event: ShopSuspended) -> None:
    expire_unpaid_of_shop(session, event.organization_id, datetime.now(UTC))


def end_links(session: Session, event: ColleagueLeft) -> None:
    end_links_of(session, company_id=event.company_id, buyer_id=event.user_id)


def claim_guest_orders(session: Session, event: EmailConfirmed) -> None:
    claim_by_email(session, event.user_id)


def tell_guest(session: Session, event: GuestWrittenTo) -> None:
    """Where a guest is told, only the order knows."""
    order = session.get_one(Order, event.order_id)
    tell_written(session, order, event.thread_id, event.sequence)


def show_leg(session: Session, event: LegSeen) -> None:
    """Pages follow the head; a wallet's payment counts once its deposit stands in a block."""
    group = _group_of(session, event)
    if event.is_funded and (group.state == "on_terms" or (group.payment_method == WALLET and group.state != "paid")):
        pay_by_wallet(session, group.id, at=datetime.now(UTC))
    order = lock_order(session, select(Order), event.order_id)
    leg = LegState(event.is_funded, event.amount, event.released, event.refunded, event.is_disputed)
    project_status(session, order, leg)


def record_funded(session: Session, event: LegFundedFinal) -> None:
    order = lock_order(session, select(Order), event.order_id)
    record_fact(session, order, FactKind.FUNDED, at=event.at, units=str(event.units), tx_hash=event.tx_hash.hex())
    cancel_sold_out(session, order, now=event.at)
    hold_card_money(session, order, now=event.at)
    make_part_due(session, order, Trigger.FUNDED, now=event.at)
    catch_up(session, order, now=event.at)


def record_released(session: Session, event: LegReleasedFinal) -> None:
    order = lock_order(session, select(Order), event.order_id)
    record_fact(
        session,
        order,
        FactKind.LEG_RELEASED,
        key=f"leg_released:{event.remaining}",
        at=event.at,
        net=str(event.net),
        fee=str(event.fee),
        reason=event.reason,
        tx_hash=event.tx_hash.hex(),
    )
    note_private_limit(session, order, at=event.at)
    if event.remaining == 0:
        close_dispute(session, order, at=event.at)
        end_running_return(session, order, ReturnState.CANCELED, By.NEWS, now=event.at)
        if event.reason != RESOLVED:  # that was told when it was decided
            tell_released(session, order)
    elif event.reason == CONFIRMED:
        tell_part_released(session, order, TokenAmount(event.net), key=str(event.remaining))


def record_refunded(session: Session, event: LegRefundedFinal) -> None:
    """Final on chain: a card is given its money back now, a wallet already has it."""
    order = lock_order(session, select(Order), event.order_id)
    key = f"leg_refunded:{event.remaining}"
    before = leg_refunded_cents(session, order.id) if order.market_cents else 0
    is_news = record_fact(
        session,
        order,
        FactKind.LEG_REFUNDED,
        key=key,
        at=event.at,
        units=str(event.units),
        reason=event.reason,
        tx_hash=event.tx_hash.hex(),
    )
    cents = event.cents
    if order.market_cents:
        if not is_news:
            return
        cents = take_voucher_back(session, order, before=before, cents=cents, part=str(event.remaining), at=event.at)
    if event.remaining == 0:
        close_dispute(session, order, at=event.at)
        end_running_return(session, order, ReturnState.REFUNDED, By.NEWS, now=event.at)
    if event.reason == UNSHIPPED and record_fact(session, order, FactKind.CANCELED, at=event.at):
        return_to_stock(session, order.id)
        tell_late_canceled(session, order, usd(cents))
    if event.reason == TIMEOUT:
        tell_undecided(session, order, usd(cents))
    if not event.to_treasury:
        record_fact(session, order, FactKind.MONEY_RETURNED, key=f"returned:{key}", at=event.at, cents=cents)
    elif cents:
        refund_card(
            session,
            order_group_id=order.group_id,
            order_id=order.id,
            cents=cents,
            key=f"leg:{order.id}:{event.remaining}",
            reason=event.reason,
        )


def record_disputed(session: Session, event: LegDisputedFinal) -> None:
    order = lock_order(session, select(Order), event.order_id)
    record_fact(session, order, FactKind.DISPUTED, at=event.at, reason="other")
    end_running_return(session, order, ReturnState.DISPUTED, By.NEWS, now=event.at)


def record_card_refund(session: Session, event: CardRefunded) -> None:
    """Without an order, a whole late payment was given back: every order of the group gets its part."""
    group = lock_group(session, event.order_group_id)
    by: dict[str, Any] = {"by": BANK} if event.is_by_bank else {}
    if event.order_id is None:
        key = "returned:late:bank" if event.is_by_bank else "returned:late"
        if event.is_by_bank:
            tell_paid_by_bank(session, group, group.orders, usd(event.cents), key=str(group.id))
        for order in group.orders:
            record_fact(session, order, FactKind.MONEY_RETURNED, key=key, at=event.at, cents=order.due_cents, **by)
        return
    order = lock_order(session, select(Order), event.order_id)
    so_far = card_refunds_done(session, order.id)
    if event.is_by_bank:
        tell_paid_by_bank(session, group, [order], usd(event.cents), key=f"{order.id}:{so_far}")
    facts = facts_of(session, [order.id])[order.id]
    news = so_far - returned_cents(facts)
    if news > 0:
        failed = sum(fact.kind is FactKind.REFUND_FAILED for fact in facts)
        key = f"returned:{so_far}:{failed}" if failed else f"returned:{so_far}"
        record_fact(session, order, FactKind.MONEY_RETURNED, key=key, at=event.at, cents=news, **by)


def give_back_unfunded(session: Session, event: EscrowUnfunded) -> None:
    """The chain was away for too long: no sale comes of it, the buyer gets all of it back and the goods stay on sale.

    What was ordered on terms and has left is owed again.
    """
    group = lock_group(session, event.order_group_id)
    attempt = escrow_attempts(session, group.id)
    refund_card(
        session,
        order_group_id=group.id,
        order_id=None,
        cents=group.total_cents,
        key=f"unfunded:{group.id}:{attempt}" if attempt > 1 else f"unfunded:{group.id}",
        reason="not_funded",
    )
    for order in group.orders:
        if owe_again(session, order, at=event.at):
            continue
        if record_fact(session, order, FactKind.CANCELED, at=event.at, reason="not_funded"):
            take_voucher_back(session, order, before=0, cents=order.total_cents, part="unfunded", at=event.at)
            return_to_stock(session, order.id)
            tell_not_funded(session, order)


def record_card_refund_failed(session: Session, event: CardRefundFailed) -> None:
    """The card's bank sent the money back to us: the buyer has not got it after all, and a person must find a way."""
    group = lock_group(session, event.order_group_id)
    for order in group.orders:
        if event.order_id in (None, order.id):
            cents = event.cents if event.order_id else order.due_cents
            key = f"refund_failed:{event.stripe_refund_id}"
            record_fact(session, order, FactKind.REFUND_FAILED, key=key, at=event.at, cents=cents)


def record_chargeback(session: Session, event: CardDisputed) -> None:
    """Nothing ships on a payment the bank has taken back and nobody is paid for it; shipping a dispute we win lifts."""
    if event.status.startswith("warning_"):
        return
    group = lock_group(session, event.order_group_id)
    kind = FactKind.CARD_DISPUTE_WON if event.status == "won" else FactKind.CARD_DISPUTED
    is_news = [
        record_fact(
            session,
            order,
            kind,
            key=f"{kind.value}:{event.stripe_dispute_id}",
            dispute=event.stripe_dispute_id,
            status=event.status,
        )
        for order in group.orders
    ]
    if any(is_news) and kind is FactKind.CARD_DISPUTED:
        for order in group.orders:
            hold_card_money(session, order, now=datetime.now(UTC))
        tell_card_disputed(session, group, event.stripe_dispute_id)


def _group_of(session: Session, event: LegSeen) -> OrderGroup:
    return session.scalars(
        select(OrderGroup).join(Order, Order.group_id == OrderGroup.id).where(Order.id == event.order_id)
    ).one()
