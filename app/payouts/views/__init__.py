"""Pages of payouts: the seller's money, and the operator's redemptions."""

from flask import Blueprint

bp = Blueprint("payouts", __name__)

from app.payouts.views import account, chargebacks, commission, files, money, redemptions, returns  # noqa: E402, F401 - each adds its routes to `bp`
