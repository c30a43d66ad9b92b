"""Pages of messages: the buyer's, the shop's, and the operator's list of what was reported."""

from flask import Blueprint

bp = Blueprint("messages", __name__)

from app.messages.views import asking, buying, deciding, files, reporting, selling  # noqa: E402, F401 - routes join `bp`
