"""Pages of orders: the buyer's, the shop's, and the one where a dispute is decided."""

from flask import Blueprint

bp = Blueprint("orders", __name__)

from app.orders.views import buying, deciding, handover, selling, shared, signing, today  # noqa: E402, F401 - routes join `bp`
