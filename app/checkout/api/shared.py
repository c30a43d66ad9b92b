"""Carts and orders as programs read and send them, whoever they are of."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.api.schemas import money_body
from app.checkout.actions.change_cart import lock_cart
from app.checkout.actions.fill_cart import fill_cart
from app.checkout.actions.keep_draft import keep_draft
from app.checkout.actions.place_cart import CheckoutRequest
from app.checkout.actions.start_card_payment import start_card_payment
from app.checkout.actions.use_voucher import enter_voucher
from app.checkout.errors import NotReadyToOrder
from app.checkout.models import Cart
from app.checkout.paying import card_links_with_key, card_page, home_country, policy
from app.checkout.queries import priced_cart, voucher_wish
from app.checkout.rules.discounts import CartVoucher
from app.checkout.rules.draft import ADDRESS, CONTACT, Draft
from app.checkout.rules.priced_cart import CartItem, PricedCart, PricedSeller, Problem
from app.checkout.schemas import draft_of
from app.db.session import in_transaction
from app.orders.rules.pricing import PricedShipping, seen_amounts
from app.orders.rules.purchase import Contact
from app.orders.schemas import group_body
from app.web.filters import in_words
from app.web.languages import current_locale
from app.web.problem_words import sentence


def placed(cart: Cart, key: str, wish: Mapping[str, Any], *, buyer_id: UUID | None = None) -> dict[str, Any]:
    """As `PlacedSchema` promises. The order is written down before the card service is asked."""
    sent = _request(cart, key, wish, buyer_id)
    group, call = in_transaction(
        lambda session: start_card_payment(session, cart.id, sent, policy(), card_links_with_key(), datetime.now(UTC))
    )
    page = card_page(call) if call else None
    return {**group_body(group), "key": group.access_token, "pay_url": page}


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


def _request(cart: Cart, key: str, wish: Mapping[str, Any], buyer_id: UUID | None) -> CheckoutRequest:
    draft = Draft.read(cart.draft)
    if _missing(draft):
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


def _missing(draft: Draft) -> list[str]:
    return [part for part in (CONTACT, ADDRESS) if not getattr(draft, part)]


def cart_body(session: Session, cart: Cart) -> dict[str, Any]:
    """As `CartSchema` promises."""
    draft = Draft.read(cart.draft)
    country, now = draft.country or home_country(), datetime.now(UTC)
    wish = voucher_wish(cart, user_id=cart.user_id, email=draft.contact.get("email"), now=now)
    priced = priced_cart(session, cart.id, country=country, chosen=draft.shipping, today=now.date(), vouchers=wish)
    return {
        "token": cart.token,
        "country": priced.country,
        "sellers": [_seller(one) for one in priced.sellers],
        "total_usd": money_body(priced.total_usd),
        "vouchers": [_voucher(one) for one in priced.vouchers],
        "problems": [_problem(one) for one in priced.problems],
        "missing": _missing(draft),
        "amounts": _amounts(priced),
    }


def _amounts(priced: PricedCart) -> dict[str, int] | None:
    return seen_amounts(priced.orders()) if priced.count and not priced.problems else None


def _voucher(one: CartVoucher) -> dict[str, Any]:
    return {
        "code": one.code,
        "seller_id": str(one.organization_id) if one.organization_id else None,
        "off_usd": money_body(one.off),
        "problem": sentence(one.refusal) if one.refusal else None,
    }


def _seller(one: PricedSeller) -> dict[str, Any]:
    return {
        "id": str(one.seller.id),
        "name": one.seller.name,
        "slug": one.seller.slug,
        "lines": [_line(item) for item in one.items],
        "shipping": [_option(option, is_chosen=option is one.shipping) for option in one.options],
        "total_usd": money_body(one.total_usd),
    }


def _line(item: CartItem) -> dict[str, Any]:
    line = item.line
    return {
        "variant_id": str(line.variant_id),
        "titles": line.titles,
        "sku": line.sku,
        "quantity": line.quantity,
        "unit": line.unit,
        "pieces": line.pieces,
        "piece_unit": line.piece_unit,
        "most": item.most,
        "price": money_body(line.price),
        "total": money_body(line.total),
        "total_usd": money_body(line.usd),
    }


def _option(option: PricedShipping, *, is_chosen: bool) -> dict[str, Any]:
    return {
        "rate_id": str(option.rate_id),
        "method": option.method,
        "carrier": option.carrier,
        "days_min": option.days_min,
        "days_max": option.days_max,
        "price": money_body(option.price),
        "price_usd": money_body(option.usd),
        "is_chosen": is_chosen,
    }


def _problem(problem: Problem) -> dict[str, Any]:
    values = {name: in_words(value) for name, value in problem.text.values.items()}
    return {
        "code": problem.code,
        "message": _(problem.text.message, **values) if values else _(problem.text.message),
        "variant_id": str(problem.variant_id) if problem.variant_id else None,
        "seller_id": str(problem.organization_id) if problem.organization_id else None,
    }
