"""Carts and orders as programs read and send them, whoever they are of."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from app.checkout.actions.change_cart import lock_cart
from app.checkout.actions.fill_cart import fill_cart
from app.checkout.actions.keep_draft import keep_draft
from app.checkout.actions.place_cart import CheckoutRequest, place_cart
from app.checkout.actions.start_card_payment import start_card_payment
from app.checkout.actions.use_voucher import enter_voucher
from app.checkout.carts import cart_body, missing
from app.checkout.errors import NotReadyToOrder, WalletNeeded
from app.checkout.models import Cart
from app.checkout.paying import card_links_with_key, card_page, home_country, policy
from app.checkout.rules.draft import Draft
from app.checkout.schemas import draft_of
from app.db.session import in_transaction
from app.identity.models import User
from app.onramp.stripe_values import SessionCall
from app.orders.models import OrderGroup
from app.orders.rules.purchase import TERMS, WALLET, Contact
from app.orders.schemas import group_body
from app.settlement.actions.fund_escrow import funding_message
from app.web.languages import current_locale


def placed(cart: Cart, key: str, wish: Mapping[str, Any], *, buyer_id: UUID | None = None) -> dict[str, Any]:
    """As `PlacedSchema` promises. The order is written down before the card service is asked."""
    if wish["paid_by"] == WALLET:
        return _placed_for_wallet(cart, key, wish, buyer_id)
    sent = checkout_request(cart, key, wish, buyer_id)
    if sent.paid_by == TERMS:
        return placed_body(in_transaction(lambda s: place_cart(s, cart.id, sent, policy(), datetime.now(UTC))), None)
    group, call = in_transaction(
        lambda session: start_card_payment(session, cart.id, sent, policy(), card_links_with_key(), datetime.now(UTC))
    )
    return placed_body(group, call)


def placed_body(group: OrderGroup, call: SessionCall | None) -> dict[str, Any]:
    """As `PlacedSchema` promises, with the card page, made now unless it stands. Raises StripeUnavailable."""
    page = card_page(call) if call else None
    return {**group_body(group), "key": group.access_token, "pay_url": page, "to_sign": None}


def _placed_for_wallet(cart: Cart, key: str, wish: Mapping[str, Any], buyer_id: UUID | None) -> dict[str, Any]:
    def place(session: Session) -> dict[str, Any]:
        wallet = _wallet_of(session, wish, buyer_id)
        sent = checkout_request(cart, key, wish, buyer_id, wallet)
        group = place_cart(session, cart.id, sent, policy(), datetime.now(UTC))
        session.flush()
        unpaid = group.state == "pending_payment" and group.authorized_at is None
        document = funding_message(session, group.id) if unpaid else None
        return {**group_body(group), "key": group.access_token, "pay_url": None, "to_sign": document}

    return in_transaction(place)


def _wallet_of(session: Session, wish: Mapping[str, Any], buyer_id: UUID | None) -> bytes:
    """That only its owner can pay from it, the signature shows. Raises WalletNeeded."""
    if wish["wallet"]:
        return bytes.fromhex(wish["wallet"][2:])
    account = session.get(User, buyer_id)
    if account is None or account.wallet_address is None:
        raise WalletNeeded(field="wallet")
    return account.wallet_address


def changed(session: Session, cart_id: UUID, content: Mapping[str, Any]) -> dict[str, Any]:
    """What is sent is written; what is left out stays."""
    cart = lock_cart(session, cart_id)
    kept = Draft.read(cart.draft)
    country = content.get("address", kept.address).get("country", home_country())
    if "lines" in content:
        fill_cart(session, cart.id, wants(content), datetime.now(UTC))
    for part, typed in draft_of(content, country=country).items():
        keep_draft(session, cart.id, part, typed)
    session.refresh(cart, ["draft"])
    use_vouchers(session, cart, content)
    return cart_body(session, cart)


def wants(content: Mapping[str, Any]) -> dict[UUID, int]:
    return {one["variant_id"]: one["quantity"] for one in content.get("lines", [])}


def checkout_request(
    cart: Cart, key: str, wish: Mapping[str, Any], buyer_id: UUID | None, wallet: bytes | None = None
) -> CheckoutRequest:
    draft = Draft.read(cart.draft)
    if missing(draft):
        raise NotReadyToOrder
    contact = draft.contact
    language = contact.get("language", current_locale())
    return CheckoutRequest(
        form_token=uuid5(cart.id, key),
        contact=Contact(contact["email"], contact["name"], contact["phone"], language),
        address={"name": contact["name"], **draft.address},
        shipping=draft.shipping,
        seen=wish["amounts"],
        paid_by=wish["paid_by"],
        buyer_id=buyer_id,
        buyer_address=wallet,
        company_id=wish.get("company_id"),
        po_number=wish.get("po_number", "") if wish.get("company_id") else "",
    )


def use_vouchers(session: Session, cart: Cart, content: Mapping[str, Any]) -> None:
    """The cart has just these. Raises why the first that cannot be used cannot; nothing is then changed."""
    if "vouchers" not in content:
        return
    cart.voucher_ids, draft = [], Draft.read(cart.draft)
    for code in content["vouchers"]:
        enter_voucher(
            session,
            cart.id,
            code,
            country=draft.country or home_country(),
            chosen=draft.shipping,
            user_id=cart.user_id,
            email=draft.contact.get("email"),
            now=datetime.now(UTC),
        )
