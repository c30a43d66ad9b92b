"""What a company owes, and where it may pay later."""

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.companies.errors import CompanyNotFound
from app.companies.queries import company_run_by
from app.config.days import market_today
from app.credit.queries import credits_of_company, debts_of_company
from app.credit.rules import age_at
from app.credit.views import bp
from app.db.locks import load_one
from app.db.session import reading
from app.identity.current import current_actor, require_signed_in
from app.web.pages import page


@bp.get("/companies/<uuid:company_id>/owed")
@require_signed_in
def owed(company_id: UUID) -> ResponseReturnValue:
    """All of it for approvers; a purchaser sees the own orders."""
    actor, today = current_actor(), market_today()
    with reading() as session:
        company = load_one(session, company_run_by(actor, company_id), missing=CompanyNotFound)
        open_to = credits_of_company(session, actor, company_id, today)
        debts = debts_of_company(session, actor, company_id, cursor=request.args.get("cursor"))
    return page("credit/owed.html", company=company, credits=open_to, debts=debts, today=today, age_at=age_at)
