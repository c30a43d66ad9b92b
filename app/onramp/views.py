"""Where Stripe calls us."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.db.session import transaction
from app.onramp import stripe_gateway
from app.onramp.actions.record_webhook import record_webhook

bp = Blueprint("onramp", __name__)


@bp.post("/webhooks/stripe")
def stripe_webhook() -> ResponseReturnValue:
    """200 once the event is kept, also for one we had: Stripe then stops sending it."""
    event = stripe_gateway.verify_webhook(request.get_data(), request.headers.get("Stripe-Signature"))
    with transaction() as session:
        record_webhook(session, event)
    return {"received": True}
