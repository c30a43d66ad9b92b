"""The shop writes its quote: typed, kept as a draft, and sent."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.config.current import settings
from app.db.session import in_transaction, reading
from app.errors import Conflict, DomainError
from app.identity.current import current_actor, require_signed_in
from app.identity.rules.roles import PRIVATE_PERSON
from app.rfqs.actions.keep_quote_draft import drop_quote_draft, keep_quote_draft
from app.rfqs.actions.send_quote import send_quote
from app.rfqs.begun import Begun, begin, quoted_lines
from app.rfqs.errors import DraftGone, DraftMoved, RequestMoved
from app.rfqs.forms import NoteForm, QuoteForm, day_of, problems_of
from app.rfqs.queries import shop_codes
from app.rfqs.rules.quoting import QuotedLine
from app.rfqs.views import bp
from app.web.limits import PLACE_ORDER, WRITE, limiter
from app.web.pages import PROBLEM, flash, go_on, page
from app.web.problem_words import sentence

MOVED = (RequestMoved, DraftMoved, DraftGone)
"""Somebody else of the shop was faster: what was typed stays on the page."""


@bp.route("/desk/requests/<uuid:asked_id>/quote", methods=["GET", "POST"])
@require_signed_in
@limiter.limit(PLACE_ORDER, methods=["POST"])
def quote(asked_id: UUID) -> ResponseReturnValue:
    """The next version, filled with the draft or the last one, and with what the buyer asked for instead."""
    with reading() as session:
        begun = begin(session, current_actor(), asked_id)
        codes = shop_codes(session, begun.shop.id)
    form, status = begun.form(), 200
    if not form.is_submitted():
        if begun.refusal is not None:
            flash(sentence(begun.refusal), PROBLEM)
            return go_on(url_for("rfqs.asked", asked_id=asked_id))
        if "checked" in request.args:
            _read(begun)
            form.form_errors.extend(problems_of(begun.rows))
    else:
        answer = _keep(begun, form) if "keep" in request.form else _send(begun, form)
        if not isinstance(answer, int):
            return answer
        status = answer
    return page(
        "rfqs/quote_form.html",
        status,
        form=form,
        rows=begun.rows,
        asked=begun.asked,
        rfq=begun.rfq,
        shop=begun.shop,
        last=begun.last,
        draft=begun.draft,
        draft_by=begun.draft_by,
        codes=codes,
        counter=begun.counter,
        wanted={one["line_id"]: one for one in begun.counter.lines} if begun.counter else {},
        may_ask_parts=begun.shop.kind != PRIVATE_PERSON,
        last_day=day_of(begun.rfq.closes_at, settings().market_time_zone),
    )


@bp.post("/desk/requests/<uuid:asked_id>/draft/drop")
@require_signed_in
@limiter.limit(WRITE)
def drop_draft(asked_id: UUID) -> ResponseReturnValue:
    NoteForm().validate()
    in_transaction(lambda session: drop_quote_draft(session, current_actor(), asked_id))
    flash(_("The draft is discarded."))
    return go_on(url_for("rfqs.asked", asked_id=asked_id))


def put_draft(begun: Begun, content: dict[str, Any], version: int, seen: int) -> None:
    """Raises what `keep_quote_draft` raises."""
    in_transaction(
        lambda session: keep_quote_draft(
            session, current_actor(), begun.asked.id, content, version=version, seen=seen, now=datetime.now(UTC)
        )
    )


def _read(begun: Begun, sent: Mapping[str, str] | None = None) -> list[QuotedLine]:
    """What was typed."""
    for row in begun.rows:
        row.read(sent or {})
    with reading() as session:
        return quoted_lines(session, begun)


def _keep(begun: Begun, form: QuoteForm) -> ResponseReturnValue | int:
    """Where to go on, or with which status the page is shown again. Nothing is checked before it is sent."""
    for row in begun.rows:
        row.read(request.form)
    if not NoteForm().validate():  # the page was open too long
        form.validate()
        return 422
    try:
        put_draft(begun, begun.content(form.typed(request.form)), form.version, form.draft_number)
    except MOVED as refusal:
        return _told(begun, form, refusal)
    except Conflict as refusal:
        flash(sentence(refusal), PROBLEM)
        return go_on(url_for("rfqs.asked", asked_id=begun.asked.id))
    flash(_("Kept. Only people of your shop see it; the buyer gets nothing before it is sent."))
    return go_on(url_for("rfqs.quote", asked_id=begun.asked.id))


def _send(begun: Begun, form: QuoteForm) -> ResponseReturnValue | int:
    """Where to go on, or with which status the page is shown again."""
    quoted = _read(begun, request.form)
    is_sound = form.validate()
    form.form_errors.extend(problems_of(begun.rows))
    if not is_sound or any(row.problems for row in begun.rows):
        return 422
    terms = form.terms(quoted, country=begun.rfq.country, zone=settings().market_time_zone)
    try:
        made = in_transaction(
            lambda session: send_quote(
                session,
                current_actor(),
                begun.asked.id,
                terms,
                seen=form.version,
                form_token=form.token,
                now=datetime.now(UTC),
                draft=form.draft_number,
            )
        )
    except MOVED as refusal:
        return _told(begun, form, refusal)
    except Conflict as refusal:
        flash(sentence(refusal), PROBLEM)
        return go_on(url_for("rfqs.asked", asked_id=begun.asked.id))
    except DomainError as refusal:
        form.add_problem(refusal)
        return 422
    flash(_("The quote is sent. The buyer gets a mail; you hear from us when it is answered."))
    return go_on(url_for("rfqs.show_quote", quote_id=made.id))


def _told(begun: Begun, form: QuoteForm, refusal: Conflict) -> int:
    """Somebody was faster: said above what was typed, which the next press of the button puts in its place."""
    form.form_errors.append(sentence(refusal))
    form.seen.data, form.draft.data = str(begun.version), str(begun.draft_number)
    return 409
