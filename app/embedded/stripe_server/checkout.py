"""Checkout Sessions: what is bought, for how much, until when, and where the buyer goes afterwards."""

from collections.abc import Mapping
from typing import Any

from app.embedded.stripe_server.confirmation import confirm
from app.embedded.stripe_server.currencies import require_chargeable
from app.embedded.stripe_server.errors import ApiError, wrong_state
from app.embedded.stripe_server.events import emit
from app.embedded.stripe_server.ids import new_id
from app.embedded.stripe_server.listing import matching, page
from app.embedded.stripe_server.params import merged_metadata
from app.embedded.stripe_server.payment_intents import cancel_intent, new_intent
from app.embedded.stripe_server.store import Row
from app.embedded.stripe_server.work import Work

SHORTEST, LONGEST = 30 * 60, 24 * 60 * 60
CLOCK_SKEW = 5  # the caller reads its clock before we read ours


def create(work: Work, params: Mapping[str, Any]) -> Row:
    """Raises ApiError for mixed currencies, a total outside the limits, or an expiry outside 30 minutes to 24 hours."""
    currencies: set[Any] = {line["price_data"]["currency"] for line in params["line_items"]} | {
        params.get("currency")
    } - {None}
    if len(currencies) > 1:
        raise ApiError("All line items must have the same currency.", param="line_items")
    if not currencies:
        raise ApiError("Missing required param: line_items.", code="parameter_missing", param="line_items")
    currency: str = currencies.pop()
    total = sum(line["price_data"]["unit_amount"] * line.get("quantity", 1) for line in params["line_items"])
    require_chargeable(total, currency, subject="The Checkout Session's total amount due must add up to")
    session = _new_session(work, params, currency, total)
    for line in params["line_items"]:
        _add_line(work, session, line)
    session["url"] = f"{work.base_url}/c/pay/{session['id']}"
    work.schedule(session["expires_at"], "expire_session", session["id"], once=True)
    return session


def _expiry(work: Work, wanted: int | None) -> int:
    at = work.now + LONGEST if wanted is None else wanted
    if at < work.now + SHORTEST - CLOCK_SKEW:
        message = "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation."
        raise ApiError(message, param="expires_at")
    if at > work.now + LONGEST + CLOCK_SKEW:
        message = "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation."
        raise ApiError(message, param="expires_at")
    return at


def _new_session(work: Work, params: Mapping[str, Any], currency: str, total: int) -> Row:
    empty = (
        "after_expiration", "allow_promotion_codes", "client_secret", "collected_information", "consent",
        "consent_collection", "currency_conversion", "customer", "customer_account", "discounts",
        "integration_identifier", "invoice", "managed_payments", "origin_context", "payment_intent", "payment_link",
        "payment_method_configuration_details", "permissions", "recovered_from", "saved_payment_method_options",
        "setup_intent", "shipping_address_collection", "shipping_cost", "subscription", "wallet_options",
    )  # fmt: skip
    given = (
        "billing_address_collection", "cancel_url", "client_reference_id", "customer_email", "locale", "submit_type",
    )  # fmt: skip
    email = params.get("customer_email")
    return work.add(
        "checkout.session",
        **dict.fromkeys(empty),
        **{name: params.get(name) for name in given},
        adaptive_pricing={"enabled": False},
        amount_subtotal=total,
        amount_total=total,
        automatic_tax={"enabled": False, "liability": None, "provider": None, "status": None},
        currency=currency,
        custom_fields=[],
        custom_text=dict.fromkeys(("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")),
        customer_creation=params.get("customer_creation", "if_required"),
        customer_details=_customer_details(email, None) if email else None,
        expires_at=_expiry(work, params.get("expires_at")),
        invoice_creation={"enabled": False, "invoice_data": dict.fromkeys(
            ("account_tax_ids", "custom_fields", "description", "footer", "issuer", "rendering_options")
        ) | {"metadata": {}}},
        metadata=merged_metadata({}, params.get("metadata", {})),
        mode="payment",
        payment_method_collection="if_required",
        payment_method_options={"card": {"request_three_d_secure": "automatic"}},
        payment_method_types=["card"],
        payment_status="unpaid",
        phone_number_collection={"enabled": False},
        shipping_options=[],
        status="open",
        success_url=params["success_url"],
        total_details={"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        ui_mode="hosted_page",
        url=None,
        _intent=params.get("payment_intent_data", {}),
    )  # fmt: skip


def _customer_details(email: str | None, name: str | None, address: Row | None = None) -> Row:
    empty = dict.fromkeys(("business_name", "individual_name", "phone"))
    return empty | {"address": address, "email": email, "name": name, "tax_exempt": "none", "tax_ids": []}


def _add_line(work: Work, session: Row, line: Mapping[str, Any]) -> None:
    price, product = line["price_data"], line["price_data"]["product_data"]
    quantity = line.get("quantity", 1)
    row = work.add(
        "item",
        adjustable_quantity=None,
        amount_discount=0,
        amount_subtotal=price["unit_amount"] * quantity,
        amount_tax=0,
        amount_total=price["unit_amount"] * quantity,
        currency=price["currency"],
        description=product["name"],
        metadata={},
        price=_price(work, price),
        quantity=quantity,
        _session=session["id"],
        _note=product.get("description"),
    )
    for name in ("created", "livemode"):
        row.pop(name)


def _price(work: Work, price: Mapping[str, Any]) -> Row:
    empty = ("custom_unit_amount", "lookup_key", "nickname", "recurring", "tiers_mode", "transform_quantity")
    return dict.fromkeys(empty) | {
        "active": False,
        "billing_scheme": "per_unit",
        "created": work.now,
        "currency": price["currency"],
        "id": new_id("price"),
        "livemode": False,
        "metadata": {},
        "object": "price",
        "product": new_id("product"),
        "tax_behavior": price.get("tax_behavior", "unspecified"),
        "type": "one_time",
        "unit_amount": price["unit_amount"],
        "unit_amount_decimal": str(price["unit_amount"]),
    }


def pay(work: Work, session: Row, method: Row) -> Row:
    """Charge that card for the session, as its page does. Raises CardError when the card says no."""
    intent = _intent_of(work, session)
    intent["payment_method"] = method["id"]
    billing = method["billing_details"]
    session["customer_details"] = _customer_details(billing["email"], billing["name"], billing["address"])
    confirm(work, intent, {})
    if intent["status"] in ("succeeded", "requires_capture"):
        complete(work, session, intent)
    return intent


def _intent_of(work: Work, session: Row) -> Row:
    if session["payment_intent"]:
        return work.edit("payment_intent", session["payment_intent"])
    wanted = session["_intent"] | {"amount": session["amount_total"], "currency": session["currency"]}
    intent = new_intent(work, wanted | {"payment_method_types": ["card"]})
    intent["_session"] = session["id"]
    session["payment_intent"] = intent["id"]
    emit(work, "payment_intent.created", intent)
    return intent


def complete(work: Work, session: Row, intent: Row) -> None:
    """The card was charged: the session is done and its page closes."""
    paid = intent["status"] == "succeeded"
    work.unschedule("expire_session", session["id"])
    session |= {"status": "complete", "payment_status": "paid" if paid else "unpaid", "url": None}
    emit(work, "checkout.session.completed", session)


def expire(work: Work, _params: Mapping[str, Any], key: str) -> Row:
    """Raises ApiError unless the session is open."""
    session = work.require_edit("checkout.session", key)
    if session["status"] != "open":
        message = (
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of `{session['status']}`."
        )
        raise wrong_state(message, code="status_transition_invalid")
    return _expire(work, session)


def expire_session(work: Work, session_id: str) -> None:
    session = work.edit("checkout.session", session_id)
    if session["status"] == "open":
        _expire(work, session)


def _expire(work: Work, session: Row) -> Row:
    work.unschedule("expire_session", session["id"])
    session |= {"status": "expired", "url": None}
    if session["payment_intent"]:
        cancel_intent(work, work.edit("payment_intent", session["payment_intent"]), "expired")
    emit(work, "checkout.session.expired", session)
    return session


def update(work: Work, params: Mapping[str, Any], key: str) -> Row:
    session = work.require_edit("checkout.session", key)
    session["metadata"] = merged_metadata(session["metadata"], params.get("metadata", {}))
    return session


def list_sessions(work: Work, params: Mapping[str, Any]) -> Row:
    rows = matching(work.newest("checkout.session"), params, same=("payment_intent", "status"))
    if email := params.get("customer_details", {}).get("email"):
        rows = [row for row in rows if (row["customer_details"] or {}).get("email") == email]
    return page(work, "checkout.session", rows, params, "/v1/checkout/sessions")


def list_lines(work: Work, params: Mapping[str, Any], key: str) -> Row:
    work.require("checkout.session", key)
    rows = [row for row in work.rows("item") if row["_session"] == key]
    return page(work, "item", rows, params, f"/v1/checkout/sessions/{key}/line_items", oldest_first=True)
