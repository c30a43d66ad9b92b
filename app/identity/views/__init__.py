"""Pages of accounts and of becoming a seller."""

from flask import Blueprint

bp = Blueprint("identity", __name__)

from app.identity.views import (  # noqa: E402, F401 - routes join `bp`
    account,
    joining,
    members,
    passwords,
    pausing,
    registration,
    shop,
    sign_in,
    wallet,
)
