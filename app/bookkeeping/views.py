"""Capital, opening balances, and taking back what was booked by hand."""

from functools import partial
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.bookkeeping.actions.book_capital import book_capital
from app.bookkeeping.actions.book_opening import book_opening
from app.bookkeeping.actions.take_back import take_back
from app.bookkeeping.forms import COLUMNS, CapitalForm, OpeningForm, TakeBackForm
from app.bookkeeping.queries import hand_entries, hand_entry, openings, spare_cents
from app.bookkeeping.rules import BOOKKEEPERS, OPENED_BY_HAND, READERS
from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.actor import Actor, market_role
from app.identity.current import current_actor, require_market_role
from app.ledger.chart import CHART
from app.ledger.entries import Line
from app.money.amounts import usd
from app.web.pages import flash, go_on, page
from app.web.spreadsheets import csv_line

bp = Blueprint("bookkeeping", __name__)
HOME = "bookkeeping.by_hand"


@bp.route("/books/by-hand", methods=["GET", "POST"])
@require_market_role(*READERS)
def by_hand() -> ResponseReturnValue:
    """Book capital once per bank reference; below it all that was booked by hand."""
    form, actor = CapitalForm(), current_actor()
    if form.validate_on_submit():
        try:
            in_transaction(partial(_book_capital, actor, form))
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(_("Booked. What waited for the reserve goes by itself."))
            return go_on(url_for(HOME))
    with reading() as session:
        entries = hand_entries(session, cursor=request.args.get("cursor"))
        spare = usd(spare_cents(session))
    return page(
        "bookkeeping/by_hand.html",
        422 if form.is_submitted() else 200,
        form=form,
        entries=entries,
        spare=spare,
        may_book=market_role(actor, *BOOKKEEPERS),
    )


@bp.route("/books/opening", methods=["GET", "POST"])
@require_market_role(*READERS)
def opening() -> ResponseReturnValue:
    """Enter, or read from a file; look at the entry; book it."""
    form, actor = OpeningForm(), current_actor()
    lines: tuple[Line, ...] = ()
    if form.validate_on_submit():
        try:
            if form.file.data:
                form.fill_from_file()
            lines = form.opening().lines()
            if form.seen.data and not form.file.data:
                in_transaction(partial(_book_opening, actor, form))
                flash(_("The opening balances are booked."))
                return go_on(url_for("bookkeeping.opening"))
        except DomainError as refusal:
            lines = ()
            form.add_problem(refusal)
    with reading() as session:
        booked = openings(session)
    standing = next((one for one in booked if not one.is_taken_back), None)
    status = 422 if form.is_submitted() and not lines else 200
    return page(
        "bookkeeping/opening.html",
        status,
        form=form,
        lines=lines,
        standing=standing,
        chart=CHART,
        may_book=market_role(actor, *BOOKKEEPERS),
    )


@bp.get("/books/opening.csv")
@require_market_role(*BOOKKEEPERS)
def opening_template() -> ResponseReturnValue:
    """The accounts that take an opening balance, to be filled in."""
    rows = [csv_line(COLUMNS), *(csv_line((number, CHART[number].name, "")) for number in OPENED_BY_HAND)]
    answer = Response("\ufeff" + "".join(rows), mimetype="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="opening-balances.csv"'
    return answer


@bp.route("/books/by-hand/<uuid:journal_id>/take-back", methods=["GET", "POST"])
@require_market_role(*BOOKKEEPERS)
def undo(journal_id: UUID) -> ResponseReturnValue:
    """Asks once: the opposite is booked for good as well."""
    form, actor = TakeBackForm(), current_actor()
    if form.validate_on_submit():
        try:
            in_transaction(lambda session: take_back(session, actor, journal_id, reason=form.reason.data or ""))
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(_("Taken back. Both entries stay in the books."))
            return go_on(url_for(HOME))
    with reading() as session:
        entry = hand_entry(session, journal_id)
    return page("bookkeeping/take_back.html", 422 if form.is_submitted() else 200, form=form, entry=entry, chart=CHART)


def _book_capital(actor: Actor, form: CapitalForm, session: Session) -> None:
    book_capital(session, actor, cents=form.cents(), reference=form.reference.data or "", at=form.at())


def _book_opening(actor: Actor, form: OpeningForm, session: Session) -> None:
    book_opening(session, actor, form.opening(), at=form.at())
