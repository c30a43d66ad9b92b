"""The wish list, its hearts, and what this browser has looked at."""

from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from flask import Blueprint, Response, current_app, g, jsonify, make_response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.db.session import in_transaction, reading
from app.identity.current import current_account, require_signed_in
from app.web.forms import BaseForm
from app.web.pages import PROBLEM, flash, go_on, page, safe_next
from app.web.problem_words import sentence
from app.wishes.actions.keep_wish import drop_wish, keep_wish
from app.wishes.errors import WishListIsFull
from app.wishes.queries import is_wished, seen_cards, wish_page, wished_slugs
from app.wishes.rules import seen_next, seen_of

bp = Blueprint("wishes", __name__)
SEEN, KEPT, OK = "seen", timedelta(days=90), 200


@bp.app_template_global("is_wished")
def is_on_my_list(listing_id: UUID) -> bool:
    """Asks nothing for a guest."""
    account = current_account()
    if account is None:
        return False
    with reading() as session:
        return is_wished(session, account.id, listing_id)


@bp.after_app_request
def note_seen(answer: Response) -> Response:
    """Goods that were shown are named in the browser's own cookie; nothing of it is kept here."""
    number = g.get("listing_shown")
    if number is not None and answer.status_code == OK:
        before = request.cookies.get(SEEN, "")
        after = seen_next(before, number)
        if after != before:
            is_secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
            answer.set_cookie(SEEN, after, max_age=KEPT, httponly=True, samesite="Lax", secure=is_secure)
    return answer


@bp.get("/wishes")
@require_signed_in
def index() -> ResponseReturnValue:
    """The list with what changed since, and below it what was looked at in this browser."""
    with reading() as session:
        wishes = wish_page(session, _me(), cursor=request.args.get("cursor"))
        seen = seen_cards(session, seen_of(request.cookies.get(SEEN, "")))
    return page("wishes/index.html", wishes=wishes, seen=seen)


@bp.get("/seen")
def seen() -> ResponseReturnValue:
    """What this browser has looked at lately; nobody else knows it."""
    with reading() as session:
        found = seen_cards(session, seen_of(request.cookies.get(SEEN, "")))
    return page("wishes/seen.html", seen=found)


@bp.post("/seen/clear")
def clear_seen() -> ResponseReturnValue:
    answer: Response = make_response(go_on(safe_next(url_for("wishes.seen"))))
    answer.delete_cookie(SEEN, samesite="Lax", secure=bool(current_app.config["SESSION_COOKIE_SECURE"]))
    return answer


@bp.post("/wishes/<slug>/keep")
@require_signed_in
def keep(slug: str) -> ResponseReturnValue:
    """From a heart: by its form, which goes back to where it stood, or by the script of a list (204)."""
    BaseForm().validate()
    try:
        in_transaction(partial(_keep, _me(), slug))
    except WishListIsFull as refusal:
        if _is_script():
            raise
        flash(sentence(refusal), PROBLEM)
        return go_on(safe_next(url_for("wishes.index")))
    return _answered(_("It is on your wish list."))


@bp.post("/wishes/<slug>/drop")
@require_signed_in
def drop(slug: str) -> ResponseReturnValue:
    BaseForm().validate()
    in_transaction(partial(_drop, _me(), slug))
    return _answered(_("It is off your wish list."))


@bp.get("/wishes.json")
@require_signed_in
def hearts() -> ResponseReturnValue:
    """Which goods are on the list: a list's script fills their hearts."""
    with reading() as session:
        return jsonify(list(wished_slugs(session, _me())))


def _answered(words: str) -> ResponseReturnValue:
    if _is_script():
        return "", 204
    flash(words)
    return go_on(safe_next(url_for("wishes.index")))


def _is_script() -> bool:
    return request.form.get("by") == "script"


def _me() -> UUID:
    account = current_account()
    assert account is not None  # `require_signed_in`
    return account.id


def _keep(user_id: UUID, slug: str, session: Session) -> None:
    keep_wish(session, user_id, slug, now=datetime.now(UTC))


def _drop(user_id: UUID, slug: str, session: Session) -> None:
    drop_wish(session, user_id, slug)
