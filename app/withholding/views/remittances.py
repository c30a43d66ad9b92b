"""What is owed to each country, month by month: the file for the return, burning, and noting that the bank has paid."""

from datetime import UTC, datetime
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit.actions.record_act import record_act
from app.db.locks import load_one
from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.actor import market_role
from app.identity.current import current_actor, require_market_role
from app.money.amounts import TokenAmount
from app.web.forms import BaseForm
from app.web.pages import PROBLEM, flash, go_on, page
from app.web.problem_words import sentence
from app.withholding.actions.remit_tax import mark_remitted, prepare_remittance
from app.withholding.errors import RemittanceNotFound, UnknownCountry
from app.withholding.forms import RemittedForm
from app.withholding.models import TaxRemittance
from app.withholding.queries import PAYING_ROLES, READING_ROLES, is_tax_of, remittances_of
from app.withholding.reports import filing_csv
from app.withholding.reports import months as month_rows
from app.withholding.rules import SUPPLY, WITHHELD
from app.withholding.views import bp
from app.withholding.views.operator import today
from app.withholding.views.shared import asked_tax, asked_year, csv_answer, month_of_address
from app.withholding.views.words import tax_words

FILE_NAMES = {WITHHELD: "withheld-tax", SUPPLY: "sales-vat"}


@bp.get("/console/withheld")
@require_market_role(*READING_ROLES)
def months() -> ResponseReturnValue:
    this_year = today().year
    year = asked_year(this_year)
    with reading() as session:
        rows = month_rows(session, year)
    return page(
        "withholding/months.html",
        rows=rows,
        year=year,
        this_year=this_year,
        this_month=today().replace(day=1),
        units=lambda amount: TokenAmount(int(amount)),
        words=state_words(),
        taxes=tax_words(),
        may_act=market_role(current_actor(), *PAYING_ROLES),
    )


@bp.post("/console/withheld/<country>/<month>/remit")
@require_market_role(*PAYING_ROLES)
def remit(country: str, month: str) -> ResponseReturnValue:
    actor, now, first, tax = current_actor(), datetime.now(UTC), month_of_address(month), asked_tax()
    if not BaseForm().validate_on_submit():
        return go_on(url_for("withholding.months"))
    try:
        made = in_transaction(lambda session: prepare_remittance(session, actor, country, first, now=now, tax=tax).id)
    except DomainError as refusal:
        flash(sentence(refusal), PROBLEM)
        return go_on(url_for("withholding.months", year=first.year))
    flash(_("Its tokens are burned now; then note here that the bank has paid."))
    return go_on(url_for("withholding.remittance", remittance_id=made))


@bp.get("/console/withheld/<country>/<month>.csv")
@require_market_role(*PAYING_ROLES)
def filing(country: str, month: str) -> ResponseReturnValue:
    """Names sellers and their tax numbers, so taking it away is written down."""
    actor, first, tax = current_actor(), month_of_address(month), asked_tax()
    with reading() as session:
        if not is_tax_of(session, tax, country):
            raise UnknownCountry
        text = filing_csv(session, country, first, tax=tax)
    in_transaction(
        lambda session: record_act(session, actor.user_id, "tax.download", tax=tax, country=country, month=month)
    )
    return csv_answer(text, f"{FILE_NAMES[tax]}-{country}-{month}.csv")


@bp.get("/console/withheld/remittances/<uuid:remittance_id>")
@require_market_role(*READING_ROLES)
def remittance(remittance_id: UUID) -> ResponseReturnValue:
    return _remittance_page(remittance_id, RemittedForm(formdata=None))


@bp.post("/console/withheld/remittances/<uuid:remittance_id>")
@require_market_role(*PAYING_ROLES)
def note_remitted(remittance_id: UUID) -> ResponseReturnValue:
    form, actor = RemittedForm(), current_actor()
    if form.validate_on_submit():
        reference, now = form.bank_reference.data or "", datetime.now(UTC)
        try:
            in_transaction(
                lambda session: mark_remitted(session, actor, remittance_id, bank_reference=reference, paid_at=now)
            )
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(_("Booked as paid to the tax office."))
            return go_on(url_for("withholding.remittance", remittance_id=remittance_id))
    return _remittance_page(remittance_id, form, 422)


def _remittance_page(remittance_id: UUID, form: RemittedForm, status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    query = remittances_of(actor).where(TaxRemittance.id == remittance_id)
    with reading() as session:
        found = load_one(session, query, missing=RemittanceNotFound)
    may_pay = market_role(actor, *PAYING_ROLES)
    return page("withholding/remittance.html", status, form=form, remittance=found, may_pay=may_pay, taxes=tax_words())


def state_words() -> dict[str | None, tuple[str, str]]:
    """(word, color) of each state; None is a month without a remittance."""
    return {
        None: (_("owed"), "warn"),
        "burning": (_("tokens being burned"), "escrow"),
        "burned": (_("to be paid by bank"), "warn"),
        "paid": (_("paid"), "ok"),
    }
