"""The operator's pages. Each decides nothing: it shows what waits and hands a press of a button to one action."""

from flask import Blueprint

bp = Blueprint("console", __name__)

from app.console.views import deciding, mending, overview, receipts, reviewing, watching  # noqa: E402, F401 - routes join `bp`
