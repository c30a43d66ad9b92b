"""Pages of closing: the months, one month, opening it again, the year, trial balances."""

from flask import Blueprint

bp = Blueprint("closing", __name__)

from app.closing.views import months, reopening, trial_balance, years  # noqa: E402, F401 - each adds its routes to `bp`
