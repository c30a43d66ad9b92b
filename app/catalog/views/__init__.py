"""Pages of goods: what buyers see, and what sellers change."""

from flask import Blueprint

bp = Blueprint("catalog", __name__)

from app.catalog.views import cards, home, listing, price_lists, product, quick, seller, shared, shelf, table  # noqa: E402, F401 - routes join `bp`
