"""Pages of offers and deals, for both sides."""

from flask import Blueprint

from app.quotes.wording import parts_in_words

bp = Blueprint("quotes", __name__)
bp.add_app_template_global(parts_in_words)

from app.quotes.views import deal, offers  # noqa: E402, F401 - routes join `bp`
