"""What the pages of withheld tax have in common."""

from datetime import date

from flask import Response, request

from app.withholding.errors import RemittanceNotFound
from app.withholding.rules import ACCOUNTS, WITHHELD

EARLIEST, LATEST = 2000, 9000


def asked_year(otherwise: int) -> int:
    """The year in `?year=`, if it is one."""
    text = request.args.get("year", "")
    return int(text) if text.isascii() and text.isdigit() and EARLIEST <= int(text) <= LATEST else otherwise


def asked_tax() -> str:
    """Which tax `?tax=` asks for; the withheld one otherwise."""
    text = request.args.get("tax", "")
    return text if text in ACCOUNTS else WITHHELD


def month_of_address(text: str) -> date:
    """`2026-11`. Raises RemittanceNotFound for what is no month."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise RemittanceNotFound from error
    if not EARLIEST <= found.year <= LATEST:
        raise RemittanceNotFound
    return found


def csv_answer(text: str, name: str) -> Response:
    answer = Response(text, mimetype="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
