"""Which countries are switched on, by whom, on what ground; the rules on file; and tax given back by hand."""

from datetime import UTC, date, datetime
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.config.days import market_today
from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.actor import market_role
from app.identity.current import current_actor, require_market_role
from app.tax.borders import low_value_rules
from app.tax.queries import taxed_at_home
from app.web.filters import country_name
from app.web.forms import BaseForm
from app.web.pages import flash, go_on, page
from app.withholding.actions.give_tax_back import give_tax_back
from app.withholding.actions.switch_country import end_switch, switch_on
from app.withholding.forms import EndForm, GiveBackForm, SwitchForm
from app.withholding.presets import all_rules, switchable
from app.withholding.queries import PAYING_ROLES, READING_ROLES, order_called, switch_rows
from app.withholding.rules import SCOPES, Span, ended_rules
from app.withholding.views import bp
from app.withholding.views.words import scope_words


def today() -> date:
    """By the market's own clock."""
    return market_today()


@bp.get("/console/withheld/rules")
@require_market_role(*READING_ROLES)
def rules() -> ResponseReturnValue:
    """What is on file with its sources, and which of it binds this market."""
    return _rules_page(_switch_form())


@bp.post("/console/withheld/rules")
@require_market_role(*PAYING_ROLES)
def switch() -> ResponseReturnValue:
    form, actor = _switch_form(), current_actor()
    if form.validate_on_submit():
        starts_on = form.starts_on.data
        assert starts_on is not None
        try:
            in_transaction(
                lambda session: switch_on(
                    session,
                    actor,
                    form.country.data,
                    scope=form.scope.data or "",
                    starts_on=starts_on,
                    ends_on=form.ends_on.data,
                    reason=form.reason.data or "",
                    today=today(),
                )
            )
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(_("Switched on. Of orders placed from that day on the tax is kept."))
            return go_on(url_for("withholding.rules"))
    return _rules_page(form, 422)


@bp.post("/console/withheld/rules/<uuid:switch_id>/end")
@require_market_role(*PAYING_ROLES)
def end(switch_id: UUID) -> ResponseReturnValue:
    form, actor = EndForm(), current_actor()
    if form.validate_on_submit():
        last_day = form.last_day.data
        assert last_day is not None
        try:
            in_transaction(lambda session: end_switch(session, actor, switch_id, last_day=last_day, today=today()))
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(_("Noted. Orders placed until that day keep their terms."))
            return go_on(url_for("withholding.rules"))
    return _rules_page(_switch_form(), 422, end_form=form, ending=switch_id)


@bp.route("/console/withheld/give-back", methods=["GET", "POST"])
@require_market_role(*PAYING_ROLES)
def give_back() -> ResponseReturnValue:
    """Goods came back after their release: in proportion the tax is the seller's again."""
    form, actor = GiveBackForm(), current_actor()
    if form.validate_on_submit():
        assert form.amount.data is not None
        cents = form.amount.data.minor
        try:
            with reading() as session:
                order_id = order_called(session, form.number.data or "")
            in_transaction(
                lambda session: give_tax_back(
                    session,
                    actor,
                    order_id,
                    cents=cents,
                    reason=form.reason.data or "",
                    form_token=form.token,
                    now=datetime.now(UTC),
                )
            )
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(_("Given back. The seller can ask for it now; its tokens follow."))
            return go_on(url_for("withholding.months"))
    return page("withholding/give_back.html", 422 if form.is_submitted() else 200, form=form)


def _switch_form() -> SwitchForm:
    form = SwitchForm()
    on = today()
    known = {code for scope in SCOPES for code in switchable(scope, on)}
    form.country.choices = sorted(((code, country_name(code)) for code in known), key=lambda choice: choice[1])
    form.scope.choices = list(scope_words().items())
    return form


def _rules_page(
    form: SwitchForm, status: int = 200, *, end_form: BaseForm | None = None, ending: UUID | None = None
) -> ResponseReturnValue:
    actor, on = current_actor(), today()
    with reading() as session:
        rows = switch_rows(session, actor)
    spans = [Span(row.country, row.starts_on, row.ends_on, row.scope) for row in rows]
    return page(
        "withholding/rules.html",
        status,
        form=form,
        end_form=end_form or EndForm(formdata=None),
        ending=ending,
        rows=rows,
        rules=all_rules(),
        scopes=scope_words(),
        at_home=taxed_at_home(on),
        low_value=low_value_rules(on),
        ended=ended_rules(all_rules(), spans, on),
        today=on,
        may_act=market_role(actor, *PAYING_ROLES),
    )
