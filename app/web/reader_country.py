"""Which country a reader means when asking what sending costs: said in the address, remembered by the browser."""

from flask import Response, current_app, request

from app.web.addresses import COUNTRIES

COOKIE, KEPT = "to", 365 * 86_400


def reader_country() -> str:
    """`?to=`, else what this browser said before, else the market's own."""
    for said in (request.args.get("to", ""), request.cookies.get(COOKIE, "")):
        if said in COUNTRIES:
            return said
    market: str = current_app.config["SETTINGS"].market_country
    return market


def remember_country(answer: Response, country: str) -> Response:
    """For the next page; nothing of it is kept here."""
    if country in COUNTRIES and request.cookies.get(COOKIE) != country:
        is_secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        answer.set_cookie(COOKIE, country, max_age=KEPT, httponly=True, samesite="Lax", secure=is_secure)
    return answer
