"""The shop's side: requests that came, quoting, asking back, declining."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.config.current import settings
from app.db.session import in_transaction, reading
from app.errors import Conflict, DomainError
from app.identity.current import current_actor, require_shop, require_signed_in
from app.identity.rules.roles import PRIVATE_PERSON, SELLING
from app.money.amounts import BPS_PER_PERCENT, Money
from app.rfqs.actions.answer_quote import reference
from app.rfqs.actions.lock_request import quote_state_of, state_of
from app.rfqs.actions.send_quote import decline_request, send_quote
from app.rfqs.actions.write_note import ask_buyer
from app.rfqs.forms import DeclineForm, NoteForm, QuoteForm, Row, day_of, problems_of, quote_form, rows_for
from app.rfqs.models import Asked, Quote, Rfq
from app.rfqs.queries import (
    asked_shown,
    files_of,
    goods_of_shop,
    lines_of,
    notes_of,
    quote_lines,
    requests_on_desk,
    shop_codes,
    versions_of,
)
from app.rfqs.rules.life import LIVE, QuoteState, RfqState
from app.rfqs.rules.quoting import QuotedLine
from app.rfqs.views import bp
from app.web.limits import PLACE_ORDER, WRITE, limiter
from app.web.pages import PROBLEM, flash, go_on, page
from app.web.problem_words import sentence

USUAL_DAYS = 30


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


@bp.route("/desk/requests/<uuid:asked_id>/quote", methods=["GET", "POST"])
@require_signed_in
@limiter.limit(PLACE_ORDER, methods=["POST"])
def quote(asked_id: UUID) -> ResponseReturnValue:
    """The next version, filled with the last one and with what the buyer asked for instead."""
    actor, zone = current_actor(), settings().market_time_zone
    with reading() as session:
        found, rfq, _buyer = asked_shown(session, actor, asked_id, SELLING)
        shop = found.organization
        lines, codes = lines_of(session, rfq.id), shop_codes(session, shop.id)
        last, counter = next(iter(versions_of(session, found.id).items()), (None, None))
        kept = quote_lines(session, [last.id])[last.id] if last else {}
    rows = rows_for(lines, shop.currency, shop_id=shop.id, last=kept)
    form = quote_form(shop.currency)(data=_kept(last, zone))
    form.offer()
    if form.is_submitted():
        quoted = _read(rows, shop.id)
        is_sound = form.validate()
        form.form_errors.extend(problems_of(rows))
        if is_sound and not any(row.problems for row in rows):
            sent = _sent(found, rfq, form, quoted)
            if sent is not None:
                return sent
    return page(
        "rfqs/quote_form.html",
        422 if form.is_submitted() else 200,
        form=form,
        rows=rows,
        asked=found,
        rfq=rfq,
        shop=shop,
        last=last,
        codes=codes,
        counter=counter,
        wanted={one["line_id"]: one for one in counter.lines} if counter else {},
        may_ask_parts=shop.kind != PRIVATE_PERSON,
    )


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
        "may_quote": may_quote and actor.member_of(found.organization_id, SELLING),
        "may_write": state in {RfqState.OPEN, RfqState.CLOSED} and actor.member_of(found.organization_id, SELLING),
        "is_live": last is not None and quote_state_of(last, now) in LIVE,
        "note_form": forms.get("note_form") or NoteForm(formdata=None),
        "decline_form": forms.get("decline_form") or DeclineForm(formdata=None),
    }
    return page("rfqs/asked.html", status, **context)


def _kept(last: Quote | None, zone: str) -> dict[str, Any]:
    """Of the last version; its day only while it lies ahead."""
    usual = datetime.now(UTC).date() + timedelta(days=USUAL_DAYS)
    if last is None:
        return {"seen": "0", "valid_on": usual}
    day = day_of(last.valid_until, zone)
    return {
        "seen": str(last.version),
        "freight": Money(last.freight_minor, last.currency),
        "days": last.freight_days,
        "incoterm": last.incoterm,
        "named_place": last.incoterm_place,
        "valid_on": day if day > datetime.now(UTC).date() else usual,
        "deposit": last.deposit_bps // BPS_PER_PERCENT or None,
        "shipment": last.shipment_bps // BPS_PER_PERCENT or None,
        "contract": last.contract,
    }


def _read(rows: list[Row], shop_id: UUID) -> list[QuotedLine]:
    """What was typed, its codes looked up at once."""
    for row in rows:
        row.read(request.form)
    codes = {row.code for row in rows if row.code and not row.is_left_out}
    with reading() as session:
        goods = goods_of_shop(session, shop_id, codes)
    return [line for line in (row.quoted(goods) for row in rows) if line is not None]


def _sent(found: Asked, rfq: Rfq, form: QuoteForm, lines: list[QuotedLine]) -> ResponseReturnValue | None:
    """Where to go on; None when the form then says what is wrong."""
    terms = form.terms(lines, country=rfq.country, zone=settings().market_time_zone)
    try:
        made = in_transaction(
            lambda session: send_quote(
                session,
                current_actor(),
                found.id,
                terms,
                seen=form.version,
                form_token=form.token,
                now=datetime.now(UTC),
            )
        )
    except Conflict as refusal:
        flash(sentence(refusal), PROBLEM)
        return go_on(url_for("rfqs.asked", asked_id=found.id))
    except DomainError as refusal:
        form.add_problem(refusal)
        return None
    flash(_("The quote is sent. The buyer gets a mail; you hear from us when it is answered."))
    return go_on(url_for("rfqs.show_quote", quote_id=made.id))
