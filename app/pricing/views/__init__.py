"""Customer groups: the shop's side of them, and the buyer's."""

from flask import Blueprint

bp = Blueprint("pricing", __name__)

from app.pricing.views import groups, offers  # noqa: E402, F401 - routes join `bp`
