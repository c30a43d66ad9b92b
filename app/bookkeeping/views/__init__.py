"""Pages of what people book, and of journals that two people turn back."""

from flask import Blueprint

bp = Blueprint("bookkeeping", __name__)

from app.bookkeeping.views import by_hand, reversals  # noqa: E402, F401 - each adds its routes to `bp`
