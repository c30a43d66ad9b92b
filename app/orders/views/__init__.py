"""Pages of orders: the buyer's, the shop's, and the one where a dispute is decided."""

from flask import Blueprint

bp = Blueprint("orders", __name__)

from app.orders.views import (  # noqa: E402
    buying,  # noqa: F401 - routes join `bp`
    deciding,  # noqa: F401
    evidence,  # noqa: F401
    files,  # noqa: F401
    returning,  # noqa: F401
    selling,  # noqa: F401
    sending,  # noqa: F401
    shared,  # noqa: F401
    signing,  # noqa: F401
    taking_back,  # noqa: F401
    today,  # noqa: F401
    writing,  # noqa: F401
)
