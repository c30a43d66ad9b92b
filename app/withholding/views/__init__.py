"""Pages of withheld tax: the seller's, and the operator's."""

from flask import Blueprint

bp = Blueprint("withholding", __name__)

from app.withholding.views import operator, remittances, seller, words  # noqa: E402, F401 - each adds its routes to `bp`
