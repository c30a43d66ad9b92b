"""Confirming a payment: charge the card, or send its holder through the bank's challenge first."""

from collections.abc import Mapping
from typing import Any

from app.embedded.stripe_server import charges
from app.embedded.stripe_server.cards import NEEDS_CHALLENGE, Decline
from app.embedded.stripe_server.errors import DOCS, ApiError, CardError
from app.embedded.stripe_server.events import emit
from app.embedded.stripe_server.expand import shown
from app.embedded.stripe_server.payment_methods import test_card
from app.embedded.stripe_server.store import Row
from app.embedded.stripe_server.work import Work

NOT_AUTHENTICATED = (
    "We are unable to authenticate your payment method. Please choose a different payment method and try again."
)


def confirm(work: Work, intent: Row, params: Mapping[str, Any]) -> Row:
    """Raises CardError when the card declines; the failed attempt stays recorded."""
    _require_return_url(intent, params)
    method = work.require("payment_method", intent["payment_method"])
    intent |= {"next_action": None, "last_payment_error": None, "_return_url": params.get("return_url")}
    if "receipt_email" in params:
        intent["receipt_email"] = params["receipt_email"]
    card = test_card(method)
    if card.challenge:
        if params.get("off_session") or params.get("error_on_requires_action"):
            return _charge(work, intent, method, NEEDS_CHALLENGE, challenged=False)
        return _challenge(work, intent)
    return _charge(work, intent, method, card.decline, challenged=False)


def _require_return_url(intent: Row, params: Mapping[str, Any]) -> None:
    redirects = (intent["automatic_payment_methods"] or {}).get("allow_redirects") == "always"
    if redirects and not params.get("return_url") and not intent["_session"]:
        raise ApiError(
            "This PaymentIntent is configured to accept payment methods that might redirect your customer off of your "
            "page, so you must provide a `return_url`. If you don't want to accept them, set "
            "`automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` "
            "to `never`.",
            param="return_url",
        )


def _challenge(work: Work, intent: Row) -> Row:
    page = f"{work.base_url}/3ds/{intent['id']}?key={intent['client_secret']}"
    if intent["_return_url"]:
        details = {"return_url": intent["_return_url"], "url": page}
        action: Row = {"type": "redirect_to_url", "redirect_to_url": details}
    else:
        action = {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect", "stripe_js": page}}
    intent |= {"status": "requires_action", "next_action": action}
    emit(work, "payment_intent.requires_action", intent)
    return intent


def authenticate(work: Work, intent: Row, *, passed: bool) -> Row:
    """What the holder did on the challenge page. Raises CardError when the bank says no after all."""
    method = work.require("payment_method", intent["payment_method"])
    intent["next_action"] = None
    if passed:
        return _charge(work, intent, method, test_card(method).decline, challenged=True)
    code = "payment_intent_authentication_failure"
    error: Row = {"code": code, "doc_url": DOCS + code.replace("_", "-"), "message": NOT_AUTHENTICATED}
    error |= {"payment_method": shown(work, method, []), "type": "invalid_request_error"}
    _fail(work, intent, error)
    return intent


def _charge(work: Work, intent: Row, method: Row, decline: Decline | None, *, challenged: bool) -> Row:
    charge = charges.attempt(work, intent, method, challenged=challenged, decline=decline)
    intent["latest_charge"] = charge["id"]
    if decline:
        raise _declined(work, intent, method, charge, decline)
    if intent["capture_method"] == "manual":
        intent |= {"status": "requires_capture", "amount_capturable": intent["amount"]}
        emit(work, "payment_intent.amount_capturable_updated", intent)
    else:
        intent |= {"status": "succeeded", "amount_received": intent["amount"]}
        emit(work, "payment_intent.succeeded", intent)
    return intent


def _declined(work: Work, intent: Row, method: Row, charge: Row, decline: Decline) -> CardError:
    details: Row = {
        "charge": charge["id"],
        "decline_code": decline.decline_code,
        "payment_method": shown(work, method, []),
        "payment_method_type": "card",
    }
    error: Row = {"code": decline.code, "doc_url": DOCS + decline.code.replace("_", "-"), "message": decline.message}
    _fail(work, intent, error | details | {"type": "card_error"})
    return CardError(decline.message, code=decline.code, extra=details | {"payment_intent": shown(work, intent, [])})


def _fail(work: Work, intent: Row, error: Row) -> None:
    intent |= {"status": "requires_payment_method", "payment_method": None, "last_payment_error": error}
    emit(work, "payment_intent.payment_failed", intent)
