"""Capital, opening balances, and taking back what was booked by hand."""

from functools import partial
from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.bookkeeping.actions.book_bank_line import book_difference, book_float, book_gas_bought, revalue_float
from app.bookkeeping.actions.book_capital import book_capital
from app.bookkeeping.actions.book_opening import book_opening
from app.bookkeeping.actions.settle_carried import settle_carried
from app.bookkeeping.actions.take_back import take_back
from app.bookkeeping.forms import COLUMNS, CapitalForm, CarriedForm, OpeningForm, TakeBackForm
from app.bookkeeping.queries.entries import hand_entries, hand_entry, openings, spare_cents
from app.bookkeeping.queries.parties import carried, carried_with, found_parties, party_names
from app.bookkeeping.rules import BOOKKEEPERS, BY_PARTY, OPENED_BY_HAND, OWED_BY_COMPANIES, Opening
from app.bookkeeping.views import bp
from app.config.current import settings
from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.actor import Actor, market_role
from app.identity.current import current_actor, require_keeper, require_market_role
from app.identity.rules.roles import READING_BOOKS
from app.ledger.chart import CHART
from app.ledger.entries import Line
from app.money.amounts import usd
from app.web.pages import flash, go_on, page
from app.web.spreadsheets import csv_line

HOME = "bookkeeping.by_hand"


@bp.route("/books/by-hand", methods=["GET", "POST"])
@require_market_role(*READING_BOOKS)
def by_hand() -> ResponseReturnValue:
    """Book a line of the bank's statement once per reference; below it all that was booked by hand."""
    require_keeper(*BOOKKEEPERS)
    form, actor, has_float = CapitalForm(), current_actor(), not settings().issues_tokens
    if has_float:
        form.offer_float()
    if form.validate_on_submit():
        try:
            in_transaction(partial(_book, actor, form))
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
        has_float=has_float,
        may_book=market_role(actor, *BOOKKEEPERS),
    )


@bp.route("/books/opening", methods=["GET", "POST"])
@require_market_role(*READING_BOOKS)
def opening() -> ResponseReturnValue:
    """Enter, or read from a file; look at the entry; book it."""
    require_keeper(*BOOKKEEPERS)
    form, actor = OpeningForm(), current_actor()
    lines: tuple[Line, ...] = ()
    if form.validate_on_submit():
        try:
            named = form.fill_from_file() if form.file.data else form.named()
            with reading() as session:
                asked = Opening(form.cents(), found_parties(session, named))
            lines = asked.lines()
            if form.seen.data and not form.file.data:
                in_transaction(partial(book_opening, actor=actor, opening=asked, at=form.day.begins_at()))
                flash(_("The opening balances are booked."))
                return go_on(url_for("bookkeeping.opening"))
        except DomainError as refusal:
            lines = ()
            form.add_problem(refusal)
    with reading() as session:
        booked = openings(session)
        standing = next((one for one in booked if not one.is_taken_back), None)
        open_now = carried(session)
        names = party_names(session, {line.account.owner for line in (standing.lines if standing else lines)})
    status = 422 if form.is_submitted() and not lines else 200
    return page(
        "bookkeeping/opening.html",
        status,
        form=form,
        lines=lines,
        standing=standing,
        open_now=open_now,
        names=names,
        owed_to_us=OWED_BY_COMPANIES,
        chart=CHART,
        may_book=market_role(actor, *BOOKKEEPERS),
    )


@bp.get("/books/opening.csv")
@require_market_role(*BOOKKEEPERS)
def opening_template() -> ResponseReturnValue:
    """The accounts that take an opening balance, to be filled in."""
    numbers = sorted((*OPENED_BY_HAND, *BY_PARTY))
    rows = [csv_line(COLUMNS), *(csv_line((number, CHART[number].name, "", "")) for number in numbers)]
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
        names = party_names(session, {line.account.owner for line in entry.lines})
    status = 422 if form.is_submitted() else 200
    return page("bookkeeping/take_back.html", status, form=form, entry=entry, names=names, chart=CHART)


@bp.route("/books/opening/<number>/<uuid:owner>", methods=["GET", "POST"])
@require_market_role(*BOOKKEEPERS)
def settle(number: str, owner: UUID) -> ResponseReturnValue:
    """A bank transfer of what was open with one party."""
    form, actor = CarriedForm(), current_actor()
    with reading() as session:
        one = carried_with(session, number, owner)
    if not form.is_submitted():
        form.amount.data = usd(one.cents)
    elif form.validate():
        assert form.amount.data is not None
        paid, reference, at = form.amount.data.minor, form.reference.data or "", form.day.begins_at()
        try:
            in_transaction(
                lambda session: settle_carried(session, actor, number, owner, cents=paid, reference=reference, at=at)
            )
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(_("Booked."))
            return go_on(url_for("bookkeeping.opening"))
    status = 422 if form.is_submitted() else 200
    return page("bookkeeping/settle.html", status, form=form, one=one, owed_to_us=OWED_BY_COMPANIES, chart=CHART)


def _book(actor: Actor, form: CapitalForm, session: Session) -> None:
    cents, reference, at = form.cents(), form.reference.data or "", form.day.begins_at()
    if form.direction.data in {"buy", "sell"}:
        book_float(session, actor, cents=cents, tokens=form.token_cents(), reference=reference, at=at)
    else:
        _ACTIONS[form.direction.data](session, actor, cents=cents, reference=reference, at=at)


_ACTIONS = {
    "in": book_capital,
    "out": book_capital,
    "gas": book_gas_bought,
    "more": book_difference,
    "less": book_difference,
    "dearer": revalue_float,
    "cheaper": revalue_float,
}
