"""What the market settles for every checkout: its terms, its country, and the card page, made once."""

from uuid import UUID

from flask import current_app

from app.checkout.actions.start_card_payment import Links
from app.config.settings import Settings
from app.db.session import in_transaction, reading, transaction
from app.onramp import stripe_gateway
from app.onramp.actions.apply_payment_snapshot import apply_payment_snapshot
from app.onramp.actions.open_card_payment import record_card_session
from app.onramp.queries import card_payment_of
from app.onramp.stripe_values import SessionCall
from app.orders.rules.purchase import OrderPolicy, order_policy


def policy() -> OrderPolicy:
    return order_policy(_settings())


def home_country() -> str:
    """Where prices are for as long as no address was given."""
    return _settings().market_country


def card_links() -> Links:
    """For a buyer whose browser carries the order's key."""
    return Links(f"{_base()}/checkout/return/{{group}}", f"{_base()}/checkout/canceled/{{group}}")


def card_links_with_key() -> Links:
    """For a buyer who ordered through a program: the browser that pays has never been here, so it is given the key."""
    key = f"{_base()}/orders/key/{{key}}?next=/checkout"
    return Links(f"{key}/return/{{group}}", f"{key}/canceled/{{group}}")


def card_page(call: SessionCall) -> str:
    """The address of the hosted page, made now unless it stands. Dies before it is kept: the same page is made again.

    Raises StripeUnavailable.
    """
    if call.url:
        return call.url
    answer = stripe_gateway.create_checkout_session(call)
    with transaction() as session:
        record_card_session(session, call.payment_id, answer)
    return answer.url


def close_card_page(order_group_id: UUID) -> None:
    """So that another way of paying can begin; a card charged there meanwhile counts. Raises StripeUnavailable."""
    with reading() as session:
        payment = card_payment_of(session, order_group_id)
    if payment is None or payment.state != "open" or payment.session_id is None:
        return
    snapshot = stripe_gateway.expire_checkout_session(payment.session_id)
    in_transaction(lambda session: apply_payment_snapshot(session, payment.id, snapshot))


def _base() -> str:
    return _settings().public_url


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
