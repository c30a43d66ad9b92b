"""The lines of a request as a spreadsheet: taken along, filled with prices, sent back as a draft."""

from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.db.session import reading
from app.errors import DomainError
from app.identity.current import current_actor, require_signed_in
from app.rfqs.begun import begin
from app.rfqs.forms import PriceListForm
from app.rfqs.price_list import price_list, read_price_list
from app.rfqs.views import bp
from app.rfqs.views.quoting import put_draft
from app.web.limits import DOCUMENT, UPLOAD, limiter
from app.web.pages import PROBLEM, flash, go_on
from app.web.problem_words import sentence
from app.web.spreadsheets import XLSX


@bp.get("/desk/requests/<uuid:asked_id>/prices.xlsx")
@require_signed_in
@limiter.limit(DOCUMENT)
def prices(asked_id: UUID) -> ResponseReturnValue:
    """The lines, with the prices of the draft or of the last version, to be filled in and sent back."""
    with reading() as session:
        begun = begin(session, current_actor(), asked_id)
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
        begun = begin(session, current_actor(), asked_id)
    if not form.validate():
        flash(form.problems[0][1] if form.problems else form.form_errors[0], PROBLEM)
        return go_on(url_for("rfqs.asked", asked_id=asked_id))
    try:
        cells = read_price_list(form.content(), begun.rows, begun.shop.currency)
        put_draft(begun, begun.content(begun.typed, cells), begun.version, form.draft_number)
    except DomainError as refusal:
        if refusal.status in {403, 404}:
            raise
        flash(sentence(refusal), PROBLEM)
        return go_on(url_for("rfqs.asked", asked_id=asked_id))
    flash(_("Filled in from the file and kept as a draft. Look at it, then send it."))
    return go_on(url_for("rfqs.quote", asked_id=asked_id, checked=1))
