"""Pages of ratings: each side's, and what everybody reads of a shop."""

from flask import Blueprint

bp = Blueprint("ratings", __name__)

from app.ratings.views import giving, reading, shared  # noqa: E402, F401 - each adds its routes to `bp`
