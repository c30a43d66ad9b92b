"""The shop's side: requests that came, asking back, declining."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.config.current import settings
from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.current import current_actor, require_shop, require_signed_in
from app.identity.rules.roles import SELLING
from app.rfqs.actions.answer_quote import reference
from app.rfqs.actions.lock_request import quote_state_of, state_of
from app.rfqs.actions.send_quote import decline_request
from app.rfqs.actions.write_note import ask_buyer
from app.rfqs.forms import DeclineForm, NoteForm, PriceListForm, day_of
from app.rfqs.models import Asked
from app.rfqs.queries import (
    asked_shown,
    draft_of,
    files_of,
    lines_of,
    notes_of,
    requests_on_desk,
    versions_of,
    waiting_for_quote,
)
from app.rfqs.rules.life import LIVE, QuoteState, RfqState
from app.rfqs.views import bp
from app.web.limits import WRITE, limiter
from app.web.pages import PROBLEM, flash, go_on, page
from app.web.problem_words import sentence


@bp.app_template_global("requests_waiting")
def requests_waiting(shop_id: UUID) -> Any:
    """For the first page of the desk, which stands in a package below."""
    with reading() as session:
        return session.execute(waiting_for_quote(shop_id, datetime.now(UTC))).one()


@bp.get("/desk/requests")
@require_shop
def on_desk() -> ResponseReturnValue:
    """Requests that came to one's shops."""
    with reading() as session:
        rows = requests_on_desk(session, current_actor(), cursor=request.args.get("cursor"))
    return page("rfqs/on_desk.html", requests=rows, now=datetime.now(UTC))


@bp.get("/desk/requests/<uuid:asked_id>")
@require_signed_in
def asked(asked_id: UUID) -> ResponseReturnValue:
    return _asked(asked_id)


@bp.post("/desk/requests/<uuid:asked_id>/decline")
@require_signed_in
def decline(asked_id: UUID) -> ResponseReturnValue:
    form = DeclineForm()
    if not form.validate():
        return _asked(asked_id, 422, decline_form=form)

    def work(session: Session) -> Asked:
        return decline_request(session, current_actor(), asked_id, form.reason.data or "", now=datetime.now(UTC))

    return _done(asked_id, work, _("The buyer is told. You can still send a quote as long as the request is open."))


@bp.post("/desk/requests/<uuid:asked_id>/notes")
@require_signed_in
@limiter.limit(WRITE)
def ask_back(asked_id: UUID) -> ResponseReturnValue:
    form = NoteForm()
    if not form.validate():
        return _asked(asked_id, 422, note_form=form)

    def work(session: Session) -> None:
        ask_buyer(
            session, current_actor(), asked_id, form.body.data or "", form_token=form.token, now=datetime.now(UTC)
        )

    return _done(asked_id, work, _("Sent. The buyer gets a mail."))


def _done(asked_id: UUID, work: Any, words: str) -> ResponseReturnValue:
    try:
        in_transaction(work)
    except DomainError as refusal:
        if refusal.status in {403, 404}:
            raise
        flash(sentence(refusal), PROBLEM)
    else:
        flash(words)
    return go_on(url_for("rfqs.asked", asked_id=asked_id))


def _asked(asked_id: UUID, status: int = 200, **forms: Any) -> ResponseReturnValue:
    actor, now = current_actor(), datetime.now(UTC)
    with reading() as session:
        found, rfq, buyer = asked_shown(session, actor, asked_id)
        lines, files = lines_of(session, rfq.id), files_of(session, rfq.id)
        versions, notes = list(versions_of(session, found.id)), notes_of(session, [found.id]).get(found.id, ())
        may_sell = actor.member_of(found.organization_id, SELLING)
        draft, draft_by = draft_of(session, found.id) if may_sell else (None, "")
    state = state_of(rfq, now)
    last = versions[0] if versions else None
    may_quote = state is RfqState.OPEN or (
        state is RfqState.CLOSED and last is not None and last.state == QuoteState.COUNTERED
    )
    context: dict[str, Any] = {
        "asked": found,
        "rfq": rfq,
        "state": state,
        "lines": lines,
        "files": files,
        "versions": versions,
        "states": {one.id: quote_state_of(one, now) for one in versions},
        "references": {one.id: reference(found, one) for one in versions},
        "notes": notes,
        "buyer": buyer,
        "last_day": day_of(rfq.closes_at, settings().market_time_zone),
        "may_quote": may_quote and may_sell,
        "may_write": state in {RfqState.OPEN, RfqState.CLOSED} and may_sell,
        "draft": draft if may_quote else None,
        "draft_by": draft_by,
        "file_form": PriceListForm(formdata=None, data={"draft": str(draft.number if draft else 0)}),
        "is_live": last is not None and quote_state_of(last, now) in LIVE,
        "note_form": forms.get("note_form") or NoteForm(formdata=None),
        "decline_form": forms.get("decline_form") or DeclineForm(formdata=None),
    }
    return page("rfqs/asked.html", status, **context)
