"""The shop's terms: with whom, up to how much, and what of it is owed how long."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from uuid import UUID

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.config.days import market_today
from app.credit.actions.grant_terms import change_terms, grant_terms
from app.credit.errors import GrantNotFound
from app.credit.forms import GrantForm, TermsForm
from app.credit.models import CreditGrant
from app.credit.queries import companies_known_to, debts_of_shop, grant_rows, grants_run_by
from app.credit.rules import PAUSED, Age, age_at
from app.credit.views import bp
from app.db.locks import load_one
from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.current import acting_shop, current_actor, require_shop, require_signed_in
from app.identity.models import Organization
from app.identity.queries import shop_run_by
from app.identity.rules.roles import SELLING, SHOP_ROLES
from app.money.amounts import usd
from app.web.pages import flash, go_on, page
from app.web.spreadsheets import csv_line

COLUMNS = ("company", "order", "ordered_on", "due_on", "days_overdue", "age", "sent", "amount_usd")
PAGE = 500


@bp.get("/desk/customers/terms")
@require_shop
def terms() -> ResponseReturnValue:
    """Who may pay later, who owes what and since when."""
    actor, shop_id, today = current_actor(), acting_shop(), market_today()
    with reading() as session:
        shop = shop_run_by(session, actor, shop_id, SHOP_ROLES)
        rows = grant_rows(session, actor, shop_id, today)
        debts = debts_of_shop(session, actor, shop_id, cursor=request.args.get("cursor"))
    totals = {age.value: sum(getattr(row, age.value) for row in rows) for age in Age}
    return page(
        "credit/terms.html", shop=shop, rows=rows, totals=totals, owed=sum(totals.values()), debts=debts, today=today,
        age_at=age_at, may_grant=actor.member_of(shop_id, SELLING),
    )  # fmt: skip


@bp.get("/desk/customers/terms/owed.csv")
@require_shop
def owed_as_csv() -> ResponseReturnValue:
    """Every unpaid order, the oldest first; UTF-8 with a byte-order mark, which spreadsheets need for Khmer."""
    shop_id, today = acting_shop(), market_today()
    with reading() as session:
        body = "".join(_lines(session, shop_id, today))
    answer = Response("\ufeff" + body, mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=f"owed-{today.isoformat()}.csv")
    return answer


@bp.route("/desk/customers/terms/new", methods=["GET", "POST"])
@require_shop
def grant() -> ResponseReturnValue:
    actor, shop_id, form = current_actor(), acting_shop(SELLING), GrantForm(data={"days": 30})
    with reading() as session:
        shop = shop_run_by(session, actor, shop_id, SELLING)
        known = companies_known_to(session, actor, shop_id)
    form.offer_companies(known)
    if form.validate_on_submit():
        try:
            made = in_transaction(partial(_grant, shop_id, form))
        except DomainError as error:
            form.add_problem(error)
        else:
            flash(_("Granted. The company's approvers were told by mail."))
            return go_on(f"/desk/customers/terms/{made}")
    return page("credit/grant.html", 422 if form.is_submitted() else 200, form=form, shop=shop, known=known)


@bp.route("/desk/customers/terms/<uuid:grant_id>", methods=["GET", "POST"])
@require_signed_in
def change(grant_id: UUID) -> ResponseReturnValue:
    """One company's terms and what it owes."""
    actor, today = current_actor(), market_today()
    with reading() as session:
        found = load_one(session, grants_run_by(actor).where(CreditGrant.id == grant_id), missing=GrantNotFound)
        company = session.get_one(Organization, found.company_id)
        debts = debts_of_shop(
            session, actor, found.organization_id, grant_id=grant_id, cursor=request.args.get("cursor")
        )
    said = {
        "limit": usd(found.limit_cents), "days": found.days, "is_paused": found.state == PAUSED, "note": found.note,
    }  # fmt: skip
    form = TermsForm(data=said)
    form.offer()
    if form.validate_on_submit():
        try:
            in_transaction(partial(_change, grant_id, form))
        except DomainError as error:
            form.add_problem(error)
        else:
            flash(_("Saved. It counts from the next order on."))
            return go_on(f"/desk/customers/terms/{grant_id}")
    status = 422 if form.is_submitted() else 200
    return page(
        "credit/company_terms.html", status, form=form, grant=found, company=company, debts=debts, today=today,
        age_at=age_at,
    )  # fmt: skip


def _lines(session: Session, shop_id: UUID, today: date) -> Iterator[str]:
    yield csv_line(COLUMNS)
    cursor: str | None = None
    while True:
        found = debts_of_shop(session, current_actor(), shop_id, cursor=cursor, size=PAGE)
        for row in found.rows:
            late = max((today - row.due_on).days, 0)
            yield csv_line((
                row.company, row.number, row.placed_on.isoformat(), row.due_on.isoformat(), str(late),
                age_at(row.due_on, today).value, row.fulfillment_status, f"{row.cents // 100}.{row.cents % 100:02d}",
            ))  # fmt: skip
        cursor = found.next_cursor
        if cursor is None:
            return


def _grant(shop_id: UUID, form: GrantForm, session: Session) -> UUID:
    return grant_terms(
        session,
        current_actor(),
        shop_id,
        form.company_id,
        limit_cents=form.limit_cents,
        days=form.days.data,
        note=form.note.data or "",
    )


def _change(grant_id: UUID, form: TermsForm, session: Session) -> None:
    change_terms(
        session,
        current_actor(),
        grant_id,
        limit_cents=form.limit_cents,
        days=form.days.data,
        is_paused=bool(form.is_paused.data),
        note=form.note.data or "",
    )
