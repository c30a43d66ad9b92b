"""The owner's pages of getting a shop approved, and the documents themselves."""

from flask import Blueprint

bp = Blueprint("parties", __name__)

from app.parties.views import checklist, papers, telling  # noqa: E402, F401 - routes join `bp`
