"""Pages of reports: anybody's, and the operator's."""

from flask import Blueprint

bp = Blueprint("moderation", __name__)

from app.moderation.views import deciding, reporting  # noqa: E402, F401 - each adds its routes to `bp`
