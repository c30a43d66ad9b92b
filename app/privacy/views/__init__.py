"""A person's own data: the account's, and a guest's by the link of the mail."""

from flask import Blueprint

bp = Blueprint("privacy", __name__)

from app.privacy.views import account, guest  # noqa: E402, F401 - routes join `bp`
