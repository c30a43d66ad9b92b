"""The months of a year, and one month: what is not in order, closing it, what came late."""

from datetime import timedelta
from functools import partial

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.closing.actions.close_month import close_month
from app.closing.actions.soft_close_month import soft_close_month
from app.closing.forms import AnswerForm, CloseForm, ReopenForm
from app.closing.queries import history, late_items, names_of, requests_for, results
from app.closing.rules import ASKED, CLOSERS, month_after, month_before, not_clear, stopping
from app.closing.views import bp
from app.config.days import day_in
from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.actor import Actor, market_role
from app.identity.current import current_actor, require_market_role
from app.identity.rules.roles import READING_BOOKS
from app.ledger.months import CLOSED, OPEN, RUNNING, SOFT_CLOSED, Month, month, months, span
from app.ledger.words import event_words
from app.matching.rules import FAMILIES
from app.reconciliation.plain import amount_text
from app.web.forms import BaseForm
from app.web.languages import current_locale
from app.web.pages import flash, go_on, page

LATE_SHOWN = 100
STATES = {"running": RUNNING, "open": OPEN, "soft_closed": SOFT_CLOSED, "closed": CLOSED}


@bp.get("/books/months")
@require_market_role(*READING_BOOKS)
def all_months() -> ResponseReturnValue:
    """Of one year, the newest first."""
    with reading() as session:
        first, last = span(session)
        year = asked_year(first, last)
        rows = months(session, max(first, f"{year}-01"), min(last, f"{year}-12"))
        names = names_of(session, {row.closed_by for row in rows if row.closed_by})
    return page(
        "closing/months.html",
        months=rows[::-1],
        names=names,
        year=year,
        years=range(int(first[:4]), int(last[:4]) + 1),
        states=STATES,
    )


def asked_year(first: str, last: str) -> int:
    """`?year=`, or the one that is running; one of the books in any case."""
    wanted = request.args.get("year", "")
    year = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) == len("2026") else int(last[:4])
    return min(max(year, int(first[:4])), int(last[:4]))


@bp.get("/books/months/<period>")
@require_market_role(*READING_BOOKS)
def one_month(period: str) -> ResponseReturnValue:
    return month_page(period)


@bp.post("/books/months/<period>/soft-close")
@require_market_role(*CLOSERS)
def soft_close(period: str) -> ResponseReturnValue:
    done = partial(_soft_close, current_actor(), period)
    return _sent(period, done, _("Closed for entries. What comes late is booked in the next month, and listed here."))


@bp.post("/books/months/<period>/close")
@require_market_role(*CLOSERS)
def close(period: str) -> ResponseReturnValue:
    done = partial(_close, current_actor(), period)
    return _sent(period, done, _("Closed for good. Its trial balance is kept."))


def _soft_close(actor: Actor, period: str, form: CloseForm, session: Session) -> None:
    soft_close_month(session, actor, period, reason=form.reason.data or "")


def _close(actor: Actor, period: str, form: CloseForm, session: Session) -> None:
    close_month(session, actor, period, reason=form.reason.data or "")


def _sent(period: str, done: "partial[None]", words: str) -> ResponseReturnValue:
    form = CloseForm()
    if form.validate_on_submit():
        try:
            in_transaction(partial(done, form))
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(words)
            return go_on(url_for("closing.one_month", period=period))
    return month_page(period, 422, close_form=form)


def month_page(
    period: str, status: int = 200, *, close_form: BaseForm | None = None, reopen_form: BaseForm | None = None,
    answer_form: BaseForm | None = None,
) -> ResponseReturnValue:  # fmt: skip
    """One month, with what was typed."""
    actor = current_actor()
    with reading() as session:
        asked = month(session, period)
        gates = results(session, asked) if asked.state in (OPEN, SOFT_CLOSED) else []
        late = late_items(session, period, most=LATE_SHOWN)
        events, requests = history(session, period), requests_for(session, period)
    request_now = next((one for one in requests if one.state == ASKED), None)
    before, after = beside(asked)
    return page(
        "closing/month.html",
        status,
        month=asked,
        last_day=last_day(asked),
        gates=gates,
        red=not_clear(gates),
        stopping=stopping(gates),
        late=[row for row in late if row.late_for == period],
        late_here=[row for row in late if row.period == period],
        late_shown=LATE_SHOWN,
        events=events,
        request_now=request_now,
        answered=[one for one in requests if one.state != ASKED],
        is_asker=request_now is not None and request_now.asked_by == actor.user_id,
        may_close=market_role(actor, *CLOSERS),
        close_form=close_form or CloseForm(formdata=None),
        reopen_form=reopen_form or ReopenForm(formdata=None),
        answer_form=answer_form or AnswerForm(formdata=None),
        states=STATES,
        before=before,
        after=after,
        families=FAMILIES,
        amount_text=amount_text,
        event_words=partial(event_words, current_locale()),
    )


def beside(asked: Month) -> tuple[str | None, str | None]:
    """The month before and the one after, as far as the books have them."""
    before = None if asked.is_first else month_before(asked.period)
    return before, None if asked.state == RUNNING else month_after(asked.period)


def last_day(asked: Month) -> str:
    """By the clocks of the books."""
    return day_in(asked.time_zone, asked.ends_at - timedelta(microseconds=1)).isoformat()
