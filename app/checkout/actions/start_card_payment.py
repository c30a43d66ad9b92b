"""Ordering a cart to be paid by card: the order and the open payment are one fact; the card service is asked after it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from app.catalog.rules.texts import unit_word
from app.checkout.actions.place_cart import CheckoutRequest, place_cart
from app.checkout.errors import OwedBelowCardMinimum, ShopDoesNotSell
from app.money.amounts import usd
from app.notify.words import in_language
from app.onramp.actions.open_card_payment import open_card_payment
from app.onramp.stripe_values import SessionCall
from app.orders.actions.lock_order import lock_group
from app.orders.actions.pay_owed_by_wallet import require_no_wallet_terms
from app.orders.models import Order, OrderGroup
from app.orders.rules.purchase import CARD, LEAST_CARD_CENTS, OrderPolicy
from app.shipping.rules import method_word

MOST_LISTED = 100
"""Lines of one card page (Stripe, "Checkout Sessions", line_items)."""

OWED_PAGE = timedelta(minutes=15)
"""How long the card page for an order on terms stands; another can be opened after it."""


@dataclass(frozen=True)
class Links:
    """Where the hosted card page leads back to; `{group}` and `{key}` stand for the order group and its access token."""

    success: str
    cancel: str


def start_card_payment(
    session: Session, cart_id: UUID, request: CheckoutRequest, policy: OrderPolicy, links: Links, now: datetime
) -> tuple[OrderGroup, SessionCall | None]:
    """The group, and what to ask of the card service; None when the group no longer waits for a card.

    Raises what `place_cart` raises.
    """
    group = place_cart(session, cart_id, request, policy, now)
    return group, card_call(session, group, links, now)


def card_call(session: Session, group: OrderGroup, links: Links, now: datetime) -> SessionCall | None:
    """The same hosted page, however often it is asked for; of what is owed a new one, once the one before has ended.

    Raises ShopDoesNotSell, PaymentUnderWay, OwedBelowCardMinimum.
    """
    if group.state not in ("pending_payment", "on_terms") or group.payment_method != CARD:
        return None
    if group.state == "on_terms":
        group = lock_group(session, group.id)
        if group.state != "on_terms":
            return None
        require_somebody_to_pay(group)
        require_no_wallet_terms(session, group.id)
    if group.is_below_card:
        raise OwedBelowCardMinimum(least=usd(LEAST_CARD_CENTS), missing=usd(LEAST_CARD_CENTS - group.total_cents))
    return open_card_payment(
        session,
        order_group_id=group.id,
        cents=group.total_cents,
        email=group.email,
        locale=group.locale,
        expires_at=group.hold_until if group.state == "pending_payment" else now + OWED_PAGE,
        lines=_all_lines(group),
        success_url=links.success.format(group=group.id, key=group.access_token),
        cancel_url=links.cancel.format(group=group.id, key=group.access_token),
    )


def require_somebody_to_pay(group: OrderGroup) -> None:
    """Nothing is paid any more to a shop taken off the market that has not sent anything. Raises ShopDoesNotSell."""
    if any(
        order.organization.status == "suspended" and order.fulfillment_status == "unfulfilled" for order in group.orders
    ):
        raise ShopDoesNotSell


def _all_lines(group: OrderGroup) -> list[tuple[str, int]]:
    """Every line, or one for each seller where there are more than the card page can list."""
    every = [line for order in group.orders for line in _lines(order, group.locale)]
    if len(every) <= MOST_LISTED:
        return every
    return [(order.organization.name, order.total_cents) for order in group.orders]


def _lines(order: Order, locale: str) -> list[tuple[str, int]]:
    """As the card page lists them; together they are the order's total."""
    goods = [
        (
            f"{_in(line.titles, locale)} × {line.quantity} {in_language(locale, unit_word(line.unit, line.quantity))}",
            line.net_cents - line.market_cents,
        )
        for line in order.lines
        if line.net_cents - line.market_cents
    ]
    method = in_language(locale, "%(method)s", method=method_word(order.shipping["method"]))
    shipping = f"{order.organization.name}: {method}"
    return [*goods, (shipping, order.shipping_cents)] if order.shipping_cents else goods


def _in(texts: dict[str, str], locale: str) -> str:
    return texts.get(locale) or texts.get("en") or next(iter(texts.values()))
