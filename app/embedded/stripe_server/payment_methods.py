"""Cards as payment methods: made from a test token or from a number typed on the hosted page."""

import hashlib
from collections.abc import Mapping
from typing import Any

from app.embedded.stripe_server.cards import TOKENS, Decline, TestCard, card_for
from app.embedded.stripe_server.errors import ApiError, CardError, no_such
from app.embedded.stripe_server.params import merged_metadata
from app.embedded.stripe_server.store import Row
from app.embedded.stripe_server.work import Work

TOKEN_EXPIRY_YEARS = 4
SECONDS_A_YEAR = 31_556_952
NO_ADDRESS = {"city": None, "country": None, "line1": None, "line2": None, "postal_code": None, "state": None}


def billing_details(**known: str | None) -> Row:
    return {"address": dict(NO_ADDRESS), "email": None, "name": None, "phone": None, "tax_id": None} | known


def add_card(work: Work, card: TestCard, *, exp_month: int, exp_year: int, billing: Row | None = None) -> Row:
    """A payment method for that test card."""
    return work.add(
        "payment_method",
        allow_redisplay="unspecified",
        billing_details=billing or billing_details(),
        card={
            "brand": card.brand,
            "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
            "country": card.country,
            "display_brand": card.brand,
            "exp_month": exp_month,
            "exp_year": exp_year,
            "fingerprint": hashlib.sha256(card.number.encode()).hexdigest()[:16],
            "funding": card.funding,
            "generated_from": None,
            "last4": card.last4,
            "networks": {"available": [card.brand], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        },
        customer=None,
        customer_account=None,
        metadata={},
        type="card",
        _number=card.number,
    )


def current_year(work: Work) -> int:
    return 1970 + work.now // SECONDS_A_YEAR


def resolve(work: Work, reference: str, *, param: str = "payment_method") -> Row:
    """The payment method of that id, or a new one for a token as `pm_card_visa`. Raises ApiError resource_missing."""
    if reference in TOKENS:
        year = current_year(work) + TOKEN_EXPIRY_YEARS
        return add_card(work, TOKENS[reference], exp_month=8, exp_year=year)
    method = work.get("payment_method", reference)
    if method is None:
        raise no_such("PaymentMethod", reference, param=param, status=400)
    return method


def test_card(method: Row) -> TestCard:
    card = card_for(method["_number"])
    assert isinstance(card, TestCard)
    return card


def create(work: Work, params: Mapping[str, Any]) -> Row:
    """From a documented test number only. Raises CardError for any other number or a past expiry."""
    if "card" not in params:
        raise ApiError("Missing required param: card.", code="parameter_missing", param="card")
    typed = params["card"]
    card = card_for(typed["number"].replace(" ", ""))
    if isinstance(card, Decline):
        raise CardError(card.message, code=card.code, param="card[number]", extra={"decline_code": card.decline_code})
    year = typed["exp_year"] + (2000 if typed["exp_year"] < 100 else 0)  # noqa: PLR2004 - two digits mean this century
    if year < current_year(work):
        raise CardError("Your card's expiration year is invalid.", code="invalid_expiry_year", param="card[exp_year]")
    given = params.get("billing_details", {})
    billing = billing_details(**{key: value for key, value in given.items() if key != "address"})
    billing["address"] |= given.get("address", {})
    method = add_card(work, card, exp_month=typed["exp_month"], exp_year=year, billing=billing)
    method["metadata"] = merged_metadata({}, params.get("metadata", {}))
    return method


def retrieve(work: Work, _params: Mapping[str, Any], key: str) -> Row:
    return resolve(work, key) if key in TOKENS else work.require("payment_method", key)
