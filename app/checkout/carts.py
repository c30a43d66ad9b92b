"""Carts as programs read them, whoever they are of."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.api.schemas import money_body
from app.checkout.models import Cart
from app.checkout.paying import home_country
from app.checkout.queries.carts import voucher_wish
from app.checkout.queries.pricing import priced_cart
from app.checkout.rules.discounts import CartVoucher
from app.checkout.rules.draft import ADDRESS, CONTACT, Draft
from app.checkout.rules.priced_cart import CartItem, PricedCart, PricedSeller, Problem
from app.config.days import market_day
from app.orders.rules.pricing import PricedShipping, seen_amounts
from app.web.filters import in_words
from app.web.problem_words import sentence


def missing(draft: Draft) -> list[str]:
    return [part for part in (CONTACT, ADDRESS) if not getattr(draft, part)]


def cart_body(session: Session, cart: Cart) -> dict[str, Any]:
    """As `CartSchema` promises."""
    draft = Draft.read(cart.draft)
    country, now = draft.country or home_country(), datetime.now(UTC)
    wish = voucher_wish(cart, user_id=cart.user_id, email=draft.contact.get("email"), now=now)
    priced = priced_cart(session, cart.id, country=country, chosen=draft.shipping, today=market_day(now), vouchers=wish)
    return {
        "token": cart.token,
        "country": priced.country,
        "sellers": [_seller(one) for one in priced.sellers],
        "total_usd": money_body(priced.total_usd),
        "vouchers": [_voucher(one) for one in priced.vouchers],
        "problems": [_problem(one) for one in priced.problems],
        "card_problem": _problem(priced.card_problem) if priced.card_problem else None,
        "missing": missing(draft),
        "amounts": _amounts(priced),
    }


def account_cart_body(session: Session, cart: Cart) -> dict[str, Any]:
    """As `AccountCartSchema` promises."""
    return without_token(cart_body(session, cart))


def without_token(body: Mapping[str, Any]) -> dict[str, Any]:
    """It opens nothing where the cart is an account's."""
    return {name: value for name, value in body.items() if name != "token"}


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
        "is_sample": line.is_sample,
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
