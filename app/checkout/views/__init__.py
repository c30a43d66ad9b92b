"""Pages of the cart and of checkout: contact, address, shipping, review, then the card page or one signature."""

from flask import Blueprint

bp = Blueprint("checkout", __name__)

from app.checkout.views import approvals, cart, pay, steps, wallet  # noqa: E402, F401 - routes join `bp`
