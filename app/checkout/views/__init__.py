"""Pages of the cart and of checkout: contact, address, shipping, review, then the card page or one signature."""

from flask import Blueprint

from app.web.problem_words import sentence

bp = Blueprint("checkout", __name__)
bp.add_app_template_filter(sentence, "refusal")

from app.checkout.views import addresses, approvals, cart, of_deal, pay, steps, terms, wallet, wished  # noqa: E402, F401 - routes join `bp`
