"""What is withheld from a shop and why; its tax number, its yearly statement, its certificate."""

from datetime import UTC, datetime
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.actor import Actor
from app.identity.current import acting_shop, current_actor, require_shop, require_signed_in
from app.identity.models import Organization
from app.identity.queries import shop_run_by
from app.identity.rules.roles import ACCOUNTING, OWNING
from app.money.amounts import TokenAmount
from app.web.filters import in_words
from app.web.forms import BaseForm
from app.web.pages import PROBLEM, flash, go_on, page
from app.web.problem_words import sentence
from app.withholding.actions.sign_statement import liftable, set_tax_number, sign_statement, withdraw_statement
from app.withholding.errors import NoStatement
from app.withholding.forms import StatementForm, TaxNumberForm
from app.withholding.queries import (
    is_answered_for,
    rules_of_shop,
    sold_units,
    spans_of,
    statement_history,
    statement_of,
    tax_number_of,
    today_of,
)
from app.withholding.reports import certificate_csv, seller_months
from app.withholding.views import bp
from app.withholding.views.shared import asked_year, csv_answer


@bp.route("/desk/tax", methods=["GET", "POST"])
@require_shop
def tax() -> ResponseReturnValue:
    """The whole page; the tax number is kept from here."""
    shop_id, actor, form = acting_shop(ACCOUNTING), current_actor(), TaxNumberForm()
    if form.validate_on_submit():
        number = form.tax_number.data or ""
        try:
            in_transaction(lambda session: set_tax_number(session, actor, shop_id, number))
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(_("Saved."))
            return go_on(f"/desk/tax?shop={shop_id}")
    return _tax_page(shop_id, number_form=form)


@bp.post("/desk/tax/statement")
@require_signed_in
def sign() -> ResponseReturnValue:
    shop_id, actor, form = acting_shop(OWNING), current_actor(), StatementForm()
    if not form.validate_on_submit():
        return _tax_page(shop_id, statement_form=form)
    try:
        in_transaction(lambda session: _sign(session, actor, shop_id))
    except DomainError as refusal:
        form.add_problem(refusal)
        return _tax_page(shop_id, statement_form=form)
    flash(_("Signed. From the next order on no tax is withheld from your shop this year."))
    return go_on(f"/desk/tax?shop={shop_id}")


@bp.post("/desk/tax/statement/withdraw")
@require_signed_in
def withdraw() -> ResponseReturnValue:
    shop_id, actor = acting_shop(OWNING), current_actor()
    if BaseForm().validate_on_submit():
        try:
            in_transaction(lambda session: withdraw_statement(session, actor, shop_id, now=datetime.now(UTC)))
        except NoStatement as refusal:
            flash(sentence(refusal), PROBLEM)
        else:
            flash(_("Taken back. Tax is withheld from the next order on."))
    return go_on(f"/desk/tax?shop={shop_id}")


@bp.get("/desk/tax/certificate.csv")
@require_signed_in
def certificate() -> ResponseReturnValue:
    """What was withheld in the year `?year=`, order by order, for the seller's own return."""
    shop_id = acting_shop(ACCOUNTING)
    with reading() as session:
        shop = shop_run_by(session, current_actor(), shop_id, ACCOUNTING)
        year = asked_year(today_of(shop, datetime.now(UTC)).year)
        text = certificate_csv(session, shop, year)
    return csv_answer(text, f"withheld-tax-{shop.slug}-{year}.csv")


def _sign(session: Session, actor: Actor, shop_id: UUID) -> None:
    now = datetime.now(UTC)
    shop = shop_run_by(session, actor, shop_id, OWNING)
    sign_statement(session, actor, shop_id, wording=statement_wording(shop, now), now=now)


def statement_wording(shop: Organization, now: datetime) -> str:
    """What the seller signs, in the language of the page; empty where no statement lifts anything."""
    rules = [rule for rule in liftable(shop, now) if rule.threshold is not None]
    if not rules:
        return ""
    return _(
        "%(name)s: I state that %(shop)s has sold no more than %(threshold)s in %(year)s, here and everywhere else together, and that I take this statement back as soon as it has sold more.",
        name=rules[0].statement,
        shop=shop.name,
        threshold=in_words(rules[0].threshold),
        year=today_of(shop, now).year,
    )


def _tax_page(
    shop_id: UUID, *, number_form: TaxNumberForm | None = None, statement_form: StatementForm | None = None
) -> ResponseReturnValue:
    actor, now = current_actor(), datetime.now(UTC)
    with reading() as session:
        shop = shop_run_by(session, actor, shop_id, ACCOUNTING)
        this_year = today_of(shop, now).year
        year = asked_year(this_year)
        spans = spans_of(session, [shop.country])
        is_on, rules, taking = rules_of_shop(session, shop, spans, now)
        number = tax_number_of(session, shop_id)
        standing, history = statement_of(session, shop_id, this_year), statement_history(session, shop_id)
        sold = sold_units(session, shop, this_year)
        rows = seller_months(session, shop, year)
    if number_form is None or not number_form.is_submitted():
        number_form = TaxNumberForm(formdata=None, data={"tax_number": number})
    is_refused = request.method == "POST"
    return page(
        "withholding/tax.html",
        422 if is_refused else 200,
        shop=shop,
        is_on=is_on,
        rules=rules,
        taking=taking,
        number=number,
        number_form=number_form,
        statement_form=statement_form or StatementForm(formdata=None),
        wording=statement_wording(shop, now),
        standing=standing,
        history=history,
        sold=TokenAmount(sold),
        rows=rows,
        answers=is_answered_for(shop, spans, now),
        year=year,
        this_year=this_year,
        may_sign=actor.member_of(shop_id, OWNING),
        units=lambda amount: TokenAmount(int(amount)),
    )
