"""The buyer's side: asking shops for quotes, and what they answer."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from app.config.current import settings
from app.config.days import market_today
from app.db.session import in_transaction, reading
from app.errors import Conflict, DomainError
from app.fx.queries import rates_of
from app.identity.current import current_actor, require_signed_in
from app.media.private_files import PrivateFile
from app.money.amounts import Money
from app.rfqs.actions.keep_request import change_request, drop_file, make_request
from app.rfqs.actions.lock_request import quote_state_of, state_of
from app.rfqs.actions.send_request import cancel_request, send_request
from app.rfqs.actions.write_note import answer_shop
from app.rfqs.errors import NoDraft
from app.rfqs.forms import NoteForm, RequestForm, day_of
from app.rfqs.models import Quote, Rfq
from app.rfqs.queries import (
    board_of,
    cells_of,
    files_of,
    lines_of,
    notes_of,
    request_shown,
    requests_made,
    shops_of,
)
from app.rfqs.rules.life import MOST_LINES, MOST_SHOPS, RfqState
from app.rfqs.rules.lines import AskedLine
from app.rfqs.rules.quoting import usd_of
from app.rfqs.views import bp
from app.web.limits import UPLOAD, WRITE, limiter
from app.web.pages import PROBLEM, flash, go_on, page
from app.web.problem_words import sentence

USUAL_DAYS = 14


@bp.get("/requests")
@require_signed_in
def index() -> ResponseReturnValue:
    """What this person and its companies have asked for."""
    with reading() as session:
        rows = requests_made(session, current_actor(), cursor=request.args.get("cursor"))
    return page("rfqs/index.html", requests=rows, now=datetime.now(UTC))


@bp.route("/requests/new", methods=["GET", "POST"])
@require_signed_in
@limiter.limit(UPLOAD, methods=["POST"])
def new() -> ResponseReturnValue:
    """`?shop=` and `?goods=` are last parts of addresses to begin with."""
    goods, shop = request.args.get("goods", "")[:200], request.args.get("shop", "")[:200]
    day = market_today() + timedelta(days=USUAL_DAYS)
    form = RequestForm(data={"lines": f"/p/{goods} 1" if goods else "", "shops": shop, "closes_on": day})
    return _written(form, None)


@bp.route("/requests/<uuid:rfq_id>/edit", methods=["GET", "POST"])
@require_signed_in
@limiter.limit(UPLOAD, methods=["POST"])
def edit(rfq_id: UUID) -> ResponseReturnValue:
    """A draft, as it was typed."""
    with reading() as session:
        rfq = request_shown(session, current_actor(), rfq_id)
        lines, shops = lines_of(session, rfq_id), shops_of(session, rfq_id)
    if rfq.state != RfqState.DRAFT:
        flash(sentence(NoDraft()), PROBLEM)
        return go_on(url_for("rfqs.show", rfq_id=rfq_id))
    kept = {name: getattr(rfq, name) for name in ("title", "note", "country", "place", "wished_on")}
    kept["lines"] = "\n".join(AskedLine(line.words, line.quantity, line.unit).text for line in lines)
    kept["shops"] = "\n".join(one.organization.slug for one in shops)
    kept["closes_on"] = day_of(rfq.closes_at, settings().market_time_zone)
    return _written(RequestForm(data=kept), rfq)


@bp.get("/requests/<uuid:rfq_id>")
@require_signed_in
def show(rfq_id: UUID) -> ResponseReturnValue:
    """While shops are told, how far it is: the page can be left."""
    return _show(rfq_id)


@bp.post("/requests/<uuid:rfq_id>/<any(send, cancel):verb>")
@require_signed_in
@limiter.limit(WRITE)
def act(rfq_id: UUID, verb: str) -> ResponseReturnValue:
    NoteForm().validate()
    work = send_request if verb == "send" else cancel_request
    try:
        in_transaction(lambda session: work(session, current_actor(), rfq_id, now=datetime.now(UTC)))
    except (Conflict, DomainError) as refusal:
        if refusal.status in {403, 404}:
            raise
        flash(sentence(refusal), PROBLEM)
    else:
        flash(
            _("Your request is on its way to the shops. Each of them gets a mail.")
            if verb == "send"
            else _("The request is taken back.")
        )
    return go_on(url_for("rfqs.show", rfq_id=rfq_id))


@bp.post("/requests/<uuid:rfq_id>/files/<uuid:file_id>/drop")
@require_signed_in
def drop(rfq_id: UUID, file_id: UUID) -> ResponseReturnValue:
    NoteForm().validate()
    try:
        in_transaction(lambda session: drop_file(session, current_actor(), rfq_id, file_id))
    except Conflict as refusal:
        flash(sentence(refusal), PROBLEM)
    return go_on(url_for("rfqs.show", rfq_id=rfq_id))


@bp.post("/requests/notes/<uuid:asked_id>")
@require_signed_in
@limiter.limit(WRITE)
def answer(asked_id: UUID) -> ResponseReturnValue:
    """To one of the shops."""
    form = NoteForm()
    is_sound = form.validate()
    body = (form.body.data or "") if is_sound else ""

    def work(session: Session) -> UUID:
        return answer_shop(session, current_actor(), asked_id, body, form_token=form.token, now=datetime.now(UTC))

    try:
        rfq_id = in_transaction(work)
    except DomainError as refusal:
        if refusal.status in {403, 404}:
            raise
        flash(sentence(refusal) if is_sound else form.problems[0][1], PROBLEM)
        return go_on(url_for("rfqs.index"))
    flash(_("Sent. The shop gets a mail."))
    return go_on(url_for("rfqs.show", rfq_id=rfq_id, _anchor=f"shop-{asked_id}"))


def _written(form: RequestForm, rfq: Rfq | None) -> ResponseReturnValue:
    form.offer(settings().market_country)
    if form.validate_on_submit():
        files = form.uploaded()
        if not form.files.errors:
            try:
                kept = in_transaction(partial(_keep, form, files, rfq.id if rfq else None))
            except DomainError as error:
                form.add_problem(error)
            else:
                return go_on(url_for("rfqs.show", rfq_id=kept.id))
    status = 422 if form.is_submitted() else 200
    return page("rfqs/new.html", status, form=form, rfq=rfq, most_lines=MOST_LINES, most_shops=MOST_SHOPS)


def _keep(form: RequestForm, files: list[PrivateFile], rfq_id: UUID | None, session: Session) -> Rfq:
    terms, now = form.terms(files, zone=settings().market_time_zone), datetime.now(UTC)
    if rfq_id is None:
        return make_request(session, current_actor(), terms, form_token=form.token, now=now)
    return change_request(session, current_actor(), rfq_id, terms, now=now)


def _in_dollars(session: Session, quotes: Sequence[Quote]) -> dict[UUID, Money]:
    """What each of those in another currency comes to at the rates of today, as its own page reckons it."""
    foreign = [quote for quote in quotes if quote.currency != "USD"]
    if not foreign:
        return {}
    cells = cells_of(session, [quote.id for quote in foreign])
    rates = rates_of(session, {quote.currency for quote in foreign})
    return {
        quote.id: usd_of(
            [(line.quantity, line.price_minor) for line in cells[quote.id].values()],
            Money(quote.freight_minor, quote.currency),
            rates[quote.currency].rate,
        )
        for quote in foreign
        if quote.currency in rates
    }


def _show(rfq_id: UUID) -> ResponseReturnValue:
    actor, now = current_actor(), datetime.now(UTC)
    with reading() as session:
        rfq = request_shown(session, actor, rfq_id)
        lines, files, board = lines_of(session, rfq.id), files_of(session, rfq.id), board_of(session, rfq.id)
        notes = notes_of(session, [row.Asked.id for row in board]) if rfq.opened_at else {}
        dollars = _in_dollars(session, [row.Quote for row in board if row.Quote is not None])
    shops = [row.Asked for row in board]
    versions = {row.Asked.id: row.Quote for row in board if row.Quote is not None}
    totals = {row.Quote.id: (int(row.total), row.lines) for row in board if row.Quote is not None}
    told = sum(one.told_at is not None for one in shops)
    state = state_of(rfq, now)
    context: dict[str, Any] = {
        "rfq": rfq,
        "state": state,
        "lines": lines,
        "files": files,
        "shops": shops,
        "versions": versions,
        "states": {quote.id: quote_state_of(quote, now) for quote in versions.values()},
        "totals": totals,
        "dollars": dollars,
        "notes": notes,
        "told": told,
        "is_going_out": state is RfqState.OPEN and told < len(shops),
        "last_day": day_of(rfq.closes_at, settings().market_time_zone),
        "note_form": NoteForm(formdata=None),
        "shop_count": ngettext("%(num)s shop", "%(num)s shops", len(shops)),
    }
    return page("rfqs/show.html", **context)
