"""Pages for who buys a lot: the way in, quick orders, requisition lists."""

from flask import Blueprint

bp = Blueprint("purchasing", __name__)

from app.purchasing.views import hub, lists, quick  # noqa: E402, F401 - routes join `bp`
