"""A journal that turned out wrong: one asks, another one sees the opposite and agrees or refuses."""

from datetime import UTC, datetime
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.bookkeeping.actions.ask_reversal import ask_reversal
from app.bookkeeping.actions.decide_reversal import agree_to_reversal, refuse_reversal, withdraw_reversal
from app.bookkeeping.errors import ReversalNotFound
from app.bookkeeping.forms import AnswerForm, ReversalForm
from app.bookkeeping.models import Reversal
from app.bookkeeping.queries.parties import party_names
from app.bookkeeping.queries.reversals import below_zero, posted, reversal_page, reversals_for
from app.bookkeeping.rules import ASKED, BOOKKEEPERS, HAND_EVENTS
from app.bookkeeping.views import bp
from app.db.locks import load_one
from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.actor import market_role
from app.identity.current import current_actor, require_market_role
from app.identity.rules.roles import READING_BOOKS
from app.ledger.chart import CHART, DECIMALS
from app.ledger.entries import Line
from app.ledger.plain_text import exact
from app.ledger.recipes import turned_back
from app.ledger.words import EVENTS
from app.web.pages import flash, go_on, page


@bp.get("/books/reversals")
@require_market_role(*READING_BOOKS)
def reversals() -> ResponseReturnValue:
    """What was asked for, the newest first."""
    with reading() as session:
        found = reversal_page(session, current_actor(), cursor=request.args.get("cursor"))
    return page("bookkeeping/reversals.html", found=found, words=_words(), events=EVENTS)


@bp.get("/books/reversals/<uuid:journal_id>")
@require_market_role(*READING_BOOKS)
def reversal(journal_id: UUID) -> ResponseReturnValue:
    return _journal_page(journal_id)


@bp.post("/books/reversals/<uuid:journal_id>")
@require_market_role(*BOOKKEEPERS)
def ask_to_turn_back(journal_id: UUID) -> ResponseReturnValue:
    form, actor = ReversalForm(), current_actor()
    if form.validate_on_submit():
        reason = form.reason.data or ""
        try:
            in_transaction(
                lambda session: ask_reversal(session, actor, journal_id, reason=reason, form_token=form.token).id
            )
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(_("Asked. Nothing is booked until somebody else agrees; they were told by mail."))
            return go_on(url_for("bookkeeping.reversal", journal_id=journal_id))
    return _journal_page(journal_id, 422, form=form)


@bp.post("/books/reversal-requests/<uuid:reversal_id>/agree")
@require_market_role(*BOOKKEEPERS)
def turn_back(reversal_id: UUID) -> ResponseReturnValue:
    form, actor, now = AnswerForm(), current_actor(), datetime.now(UTC)
    journal_id = _asked(reversal_id).journal_id
    if form.validate_on_submit():
        try:
            in_transaction(lambda session: agree_to_reversal(session, actor, reversal_id, now=now).id)
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(_("Turned back. Both journals stay in the books."))
            return go_on(url_for("bookkeeping.reversal", journal_id=journal_id))
    return _journal_page(journal_id, 422, answer=form)


@bp.post("/books/reversal-requests/<uuid:reversal_id>/refuse")
@require_market_role(*BOOKKEEPERS)
def leave_standing(reversal_id: UUID) -> ResponseReturnValue:
    """By whoever asked it is a withdrawal."""
    form, actor, now = AnswerForm(), current_actor(), datetime.now(UTC)
    asked = _asked(reversal_id)
    if form.validate_on_submit():
        decide = withdraw_reversal if asked.asked_by == actor.user_id else refuse_reversal
        words = form.answer.data or ""
        try:
            in_transaction(lambda session: decide(session, actor, reversal_id, answer=words, now=now).id)
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(_("The journal stays as it is."))
            return go_on(url_for("bookkeeping.reversal", journal_id=asked.journal_id))
    return _journal_page(asked.journal_id, 422, answer=form)


def _asked(reversal_id: UUID) -> Reversal:
    """Raises ReversalNotFound."""
    with reading() as session:
        query = reversals_for(current_actor()).where(Reversal.id == reversal_id)
        return load_one(session, query, missing=ReversalNotFound)


def _journal_page(
    journal_id: UUID, status: int = 200, *, form: ReversalForm | None = None, answer: AnswerForm | None = None
) -> ResponseReturnValue:
    """The journal, the opposite as it would be posted, what that would break, and who asked for it."""
    actor = current_actor()
    with reading() as session:
        found = posted(session, journal_id)
        opposite = turned_back(found.entry, journal_id=journal_id, reason="")
        empty = below_zero(session, opposite.lines)
        history = reversal_page(session, actor, journal_id=journal_id, size=20).rows
        names = party_names(session, {line.account.owner for line in opposite.lines})
    return page(
        "bookkeeping/reversal.html",
        status,
        found=found,
        opposite=opposite,
        empty=empty,
        history=history,
        waiting=next((one for one in history if one.state == ASKED), None),
        form=form or ReversalForm(formdata=None),
        answer=answer or AnswerForm(formdata=None),
        names=names,
        chart=CHART,
        events=EVENTS,
        words=_words(),
        shown=_shown,
        by_hand=found.entry.event in HAND_EVENTS,
        user_id=actor.user_id,
        may_book=market_role(actor, *BOOKKEEPERS),
    )


def _shown(line: Line, side: int) -> str:
    """Its amount, if it is on that side, exactly and with its asset."""
    amount = line.amount * side
    return f"{exact(amount, DECIMALS[line.account.asset])} {line.account.asset}" if amount > 0 else ""


def _words() -> dict[str, tuple[str, str]]:
    """(word, color) of each state of a request."""
    return {
        "asked": (_("waits for somebody else"), "warn"),
        "agreed": (_("turned back"), "ok"),
        "refused": (_("refused"), "danger"),
        "withdrawn": (_("withdrawn"), "note"),
    }
