"""Pages of requests and quotes, for both sides."""

from flask import Blueprint

bp = Blueprint("rfqs", __name__)

from app.rfqs.views import buying, comparing, files, price_files, quotes, quoting, selling  # noqa: E402, F401 - routes join `bp`
