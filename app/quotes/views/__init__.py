"""Pages of offers and deals, for both sides."""

from flask import Blueprint

bp = Blueprint("quotes", __name__)

from app.quotes.views import deal, offers  # noqa: E402, F401 - routes join `bp`
