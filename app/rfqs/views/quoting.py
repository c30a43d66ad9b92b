"""The shop writes its quote: typed, kept as a draft, filled in from a spreadsheet, and sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.config.current import settings
from app.db.session import in_transaction, reading
from app.errors import Conflict, DomainError
from app.identity.current import current_actor, require_signed_in
from app.identity.models import Organization
from app.identity.rules.roles import PRIVATE_PERSON, SELLING
from app.money.amounts import BPS_PER_PERCENT, Money
from app.rfqs.actions.keep_quote_draft import drop_quote_draft, keep_quote_draft
from app.rfqs.actions.lock_request import state_of
from app.rfqs.actions.send_quote import send_quote
from app.rfqs.errors import DraftGone, DraftMoved, RequestMoved
from app.rfqs.forms import (
    NoteForm,
    PriceListForm,
    QuoteForm,
    Row,
    day_of,
    problems_of,
    quote_form,
    rows_for,
)
from app.rfqs.models import Asked, Counter, Quote, QuoteDraft, Rfq
from app.rfqs.price_list import filled_from, price_list, read_price_list
from app.rfqs.queries import (
    asked_shown,
    draft_of,
    goods_of_shop,
    lines_of,
    quote_lines,
    shop_codes,
    versions_of,
)
from app.rfqs.rules.life import QuoteState, require_quotable
from app.rfqs.rules.quoting import QuotedLine
from app.rfqs.views import bp
from app.web.limits import DOCUMENT, PLACE_ORDER, UPLOAD, WRITE, limiter
from app.web.pages import PROBLEM, flash, go_on, page
from app.web.problem_words import sentence
from app.web.spreadsheets import XLSX

USUAL_DAYS = 30
MOVED = (RequestMoved, DraftMoved, DraftGone)
"""Somebody else of the shop was faster: what was typed stays on the page."""


@dataclass
class Begun:
    """What one who sells for the shop goes on with: the last version, or the draft that was kept since."""

    asked: Asked
    rfq: Rfq
    last: Quote | None
    counter: Counter | None
    draft: QuoteDraft | None
    draft_by: str
    rows: list[Row]

    @property
    def shop(self) -> Organization:
        return self.asked.organization

    @property
    def version(self) -> int:
        return self.last.version if self.last else 0

    @property
    def draft_number(self) -> int:
        return self.draft.number if self.draft else 0

    @property
    def refusal(self) -> Conflict | None:
        """Why no quote can be written now."""
        last = QuoteState(self.last.state) if self.last else None
        try:
            require_quotable(state_of(self.rfq, datetime.now(UTC)), last)
        except Conflict as refusal:
            return refusal
        return None

    def form(self) -> QuoteForm:
        """As it is sent, or as it was kept, or as the last version was."""
        made = quote_form(self.shop.currency)
        kept = _kept(self.last, settings().market_time_zone)
        form = made(data=kept)
        if self.draft is not None and not form.is_submitted():
            form = made(formdata=MultiDict({"seen": kept["seen"], **self.draft.content["fields"]}))
        form.offer()
        if not form.is_submitted():
            form.draft.data = str(self.draft_number)
        return form


@bp.route("/desk/requests/<uuid:asked_id>/quote", methods=["GET", "POST"])
@require_signed_in
@limiter.limit(PLACE_ORDER, methods=["POST"])
def quote(asked_id: UUID) -> ResponseReturnValue:
    """The next version, filled with the draft or the last one, and with what the buyer asked for instead."""
    with reading() as session:
        begun = _begun(session, asked_id)
        codes = shop_codes(session, begun.shop.id)
    form, status = begun.form(), 200
    if not form.is_submitted():
        if begun.refusal is not None:
            flash(sentence(begun.refusal), PROBLEM)
            return go_on(url_for("rfqs.asked", asked_id=asked_id))
        if "checked" in request.args:
            _read(begun.rows, begun.shop.id)
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


@bp.get("/desk/requests/<uuid:asked_id>/prices.xlsx")
@require_signed_in
@limiter.limit(DOCUMENT)
def prices(asked_id: UUID) -> ResponseReturnValue:
    """The lines, with the prices of the draft or of the last version, to be filled in and sent back."""
    with reading() as session:
        begun = _begun(session, asked_id)
    content = price_list(begun.rows, title=begun.rfq.title, currency=begun.shop.currency)
    answer = Response(content, mimetype=XLSX)
    answer.headers.set("Content-Disposition", "attachment", filename=f"prices-{begun.asked.number}.xlsx")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.post("/desk/requests/<uuid:asked_id>/prices")
@require_signed_in
@limiter.limit(UPLOAD)
def fill(asked_id: UUID) -> ResponseReturnValue:
    """What stands in the file becomes the draft; it is looked at before it is sent."""
    form = PriceListForm()
    with reading() as session:
        begun = _begun(session, asked_id)
    if not form.validate():
        flash(form.problems[0][1] if form.problems else form.form_errors[0], PROBLEM)
        return go_on(url_for("rfqs.asked", asked_id=asked_id))
    try:
        cells = read_price_list(form.content(), begun.rows, begun.shop.currency)
        fields = begun.draft.content["fields"] if begun.draft else _shown(begun)
        _put(begun, {"fields": fields, "rows": {**_cells(begun.rows), **cells}}, begun.version, form.draft_number)
    except DomainError as refusal:
        if refusal.status in {403, 404}:
            raise
        flash(sentence(refusal), PROBLEM)
        return go_on(url_for("rfqs.asked", asked_id=asked_id))
    flash(_("Filled in from the file and kept as a draft. Look at it, then send it."))
    return go_on(url_for("rfqs.quote", asked_id=asked_id, checked=1))


def _begun(session: Session, asked_id: UUID) -> Begun:
    """Raises RequestNotFound for who does not sell for the shop."""
    found, rfq, _buyer = asked_shown(session, current_actor(), asked_id, SELLING)
    lines = lines_of(session, rfq.id)
    last, counter = next(iter(versions_of(session, found.id).items()), (None, None))
    kept = quote_lines(session, [last.id])[last.id] if last else {}
    draft, draft_by = draft_of(session, found.id)
    rows = rows_for(lines, found.organization.currency, shop_id=found.organization_id, last=kept)
    if draft is not None:
        typed = filled_from(draft.content["rows"])
        for row in rows:
            row.read(typed)
    return Begun(found, rfq, last, counter, draft, draft_by, rows)


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


def _shown(begun: Begun) -> dict[str, str]:
    """What would stand in the fields if the page were opened now."""
    form = quote_form(begun.shop.currency)(formdata=None, data=_kept(begun.last, settings().market_time_zone))
    form.offer()
    return form.typed({field.name: str(field._value()) for field in form if hasattr(field, "_value")})  # noqa: SLF001


def _cells(rows: list[Row]) -> dict[str, list[str]]:
    return {str(row.line.position): row.cells for row in rows}


def _read(rows: list[Row], shop_id: UUID, sent: Mapping[str, str] | None = None) -> list[QuotedLine]:
    """What was typed, its codes looked up at once."""
    for row in rows:
        row.read(sent or {})
    codes = {row.code for row in rows if row.code and not row.is_left_out}
    with reading() as session:
        goods = goods_of_shop(session, shop_id, codes)
    return [line for line in (row.quoted(goods) for row in rows) if line is not None]


def _put(begun: Begun, content: dict[str, Any], version: int, seen: int) -> None:
    """Raises what `keep_quote_draft` raises."""
    in_transaction(
        lambda session: keep_quote_draft(
            session, current_actor(), begun.asked.id, content, version=version, seen=seen, now=datetime.now(UTC)
        )
    )


def _keep(begun: Begun, form: QuoteForm) -> ResponseReturnValue | int:
    """Where to go on, or with which status the page is shown again. Nothing is checked before it is sent."""
    for row in begun.rows:
        row.read(request.form)
    if not NoteForm().validate():  # the page was open too long
        form.validate()
        return 422
    try:
        _put(begun, {"fields": form.typed(request.form), "rows": _cells(begun.rows)}, form.version, form.draft_number)
    except MOVED as refusal:
        return _told(begun, form, refusal)
    except Conflict as refusal:
        flash(sentence(refusal), PROBLEM)
        return go_on(url_for("rfqs.asked", asked_id=begun.asked.id))
    flash(_("Kept. Only people of your shop see it; the buyer gets nothing before it is sent."))
    return go_on(url_for("rfqs.quote", asked_id=begun.asked.id))


def _send(begun: Begun, form: QuoteForm) -> ResponseReturnValue | int:
    """Where to go on, or with which status the page is shown again."""
    quoted = _read(begun.rows, begun.shop.id, request.form)
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
