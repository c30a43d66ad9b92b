"""One version of a quote, for both sides; the buyer accepts it or asks for other terms, the shop takes it back."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.companies.queries import above_limit
from app.config.current import settings
from app.db.session import in_transaction, reading
from app.errors import Conflict, DomainError
from app.fx.queries import rate_for
from app.identity.current import current_actor, require_signed_in
from app.identity.rules.roles import SELLING
from app.money.amounts import Money
from app.quotes.rules.freight import INCOTERMS
from app.rfqs.actions.answer_quote import accept_quote, counter_quote, reference
from app.rfqs.actions.lock_request import quote_state_of, state_of
from app.rfqs.actions.send_quote import withdraw_quote
from app.rfqs.errors import QuoteNotFound
from app.rfqs.forms import CounterForm, NoteForm, problems_of, rows_for
from app.rfqs.models import Quote
from app.rfqs.queries import is_buyer_of, lines_of, quote_lines, quote_shown, versions_of
from app.rfqs.rules.life import LIVE, RUNNING, RfqState
from app.rfqs.rules.quoting import total_of, usd_of
from app.rfqs.views import bp
from app.web.limits import PLACE_ORDER, limiter
from app.web.pages import PROBLEM, flash, go_on, page
from app.web.problem_words import sentence


@bp.get("/quotes/<uuid:quote_id>")
@require_signed_in
def show_quote(quote_id: UUID) -> ResponseReturnValue:
    """Old versions stay to be read."""
    actor, now = current_actor(), datetime.now(UTC)
    with reading() as session:
        quote, asked, rfq, buyer = quote_shown(session, actor, quote_id)
        versions = versions_of(session, asked.id)
        lines, asked_lines = quote_lines(session, [quote.id])[quote.id], lines_of(session, rfq.id)
        rate, is_buyer = rate_for(session, quote.currency).rate, is_buyer_of(rfq, actor)
        state, priced = quote_state_of(quote, now), [(line.quantity, line.price_minor) for line in lines.values()]
        is_open = state in LIVE and state_of(rfq, now) in RUNNING
        freight = Money(quote.freight_minor, quote.currency)
        total_usd = usd_of(priced, freight, rate)
        above = above_limit(session, actor.user_id, rfq.company_id, total_usd.minor) if is_buyer and is_open else None
    counter = versions[quote]
    may_sell = not is_buyer and actor.member_of(asked.organization_id, SELLING)
    context: dict[str, Any] = {
        "quote": quote,
        "asked": asked,
        "rfq": rfq,
        "state": state,
        "reference": reference(asked, quote),
        "versions": list(versions),
        "lines": lines,
        "asked_lines": asked_lines,
        "counter": counter,
        "wanted": {one["line_id"]: one for one in counter.lines} if counter else {},
        "freight": freight,
        "total": total_of(priced, freight),
        "total_usd": total_usd,
        "above": above,
        "incoterm_words": INCOTERMS[quote.incoterm],
        "is_buyer": is_buyer,
        "buyer": buyer,
        "may_accept": is_buyer and is_open,
        "may_counter": is_buyer and is_open and counter is None,
        "may_withdraw": may_sell and is_open,
        "may_renew": may_sell
        and quote is next(iter(versions))
        and rfq.state in RUNNING
        and (counter is not None or state_of(rfq, now) is RfqState.OPEN),
    }
    return page("rfqs/quote.html", **context)


@bp.post("/quotes/<uuid:quote_id>/accept")
@require_signed_in
@limiter.limit(PLACE_ORDER)
def accept(quote_id: UUID) -> ResponseReturnValue:
    """Agreed: on to the deal, which is paid like every other one."""
    NoteForm().validate()
    within = timedelta(hours=settings().deal_hours)
    try:
        deal = in_transaction(
            lambda session: accept_quote(session, current_actor(), quote_id, order_within=within, now=datetime.now(UTC))
        )
    except Conflict as refusal:
        flash(sentence(refusal), PROBLEM)
        return go_on(url_for("rfqs.show_quote", quote_id=quote_id))
    flash(_("Agreed. The goods are kept for you."))
    return go_on(f"/deals/{deal.id}")


@bp.post("/quotes/<uuid:quote_id>/withdraw")
@require_signed_in
def withdraw(quote_id: UUID) -> ResponseReturnValue:
    NoteForm().validate()
    try:
        in_transaction(lambda session: withdraw_quote(session, current_actor(), quote_id, now=datetime.now(UTC)))
    except Conflict as refusal:
        flash(sentence(refusal), PROBLEM)
    else:
        flash(_("The quote is taken back. You can send another version."))
    return go_on(url_for("rfqs.show_quote", quote_id=quote_id))


@bp.route("/quotes/<uuid:quote_id>/counter", methods=["GET", "POST"])
@require_signed_in
@limiter.limit(PLACE_ORDER, methods=["POST"])
def counter(quote_id: UUID) -> ResponseReturnValue:
    """Other prices and quantities than those of a version, each line filled with what was quoted."""
    actor = current_actor()
    with reading() as session:
        quote, asked, rfq, _buyer = quote_shown(session, actor, quote_id)
        if not is_buyer_of(rfq, actor):
            raise QuoteNotFound
        last = quote_lines(session, [quote.id])[quote.id]
        lines = [line for line in lines_of(session, rfq.id) if line.id in last]
    rows, form = rows_for(lines, quote.currency, shop_id=None, last=last), CounterForm()
    if form.is_submitted():
        for row in rows:
            row.read(request.form)
        wanted = [row.countered() for row in rows]
        form.form_errors.extend(problems_of(rows))
        if form.validate() and not form.form_errors and None not in wanted:
            answer = _countered(quote, form, [one for one in wanted if one is not None])
            if answer is not None:
                return answer
        form.form_errors = form.form_errors or problems_of(rows)
    return page(
        "rfqs/counter.html",
        422 if form.is_submitted() else 200,
        form=form,
        rows=rows,
        quote=quote,
        asked=asked,
        rfq=rfq,
        last=last,
        reference=reference(asked, quote),
    )


def _countered(quote: Quote, form: CounterForm, wanted: list[Any]) -> ResponseReturnValue | None:
    """Where to go on; None when the form then says what is wrong."""
    try:
        in_transaction(
            lambda session: counter_quote(
                session,
                current_actor(),
                quote.id,
                wanted,
                form.note.data or "",
                form_token=form.token,
                now=datetime.now(UTC),
            )
        )
    except Conflict as refusal:
        flash(sentence(refusal), PROBLEM)
    except DomainError as refusal:
        form.add_problem(refusal)
        return None
    else:
        flash(_("The seller gets a mail and answers with a new version."))
    return go_on(url_for("rfqs.show_quote", quote_id=quote.id))
