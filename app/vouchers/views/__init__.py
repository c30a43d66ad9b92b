"""Pages of vouchers: a seller's own, and the market's for its operator."""

from flask import Blueprint

bp = Blueprint("vouchers", __name__)

from app.vouchers.views import market, shop  # noqa: E402, F401 - each adds its routes to `bp`
