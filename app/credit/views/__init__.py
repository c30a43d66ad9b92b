"""Paying later: the shop's side of it, and the company's."""

from flask import Blueprint

bp = Blueprint("credit", __name__)

from app.credit.views import company, debts, grants  # noqa: E402, F401 - routes join `bp`
