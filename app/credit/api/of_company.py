"""What a company that buys may owe, and owes."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import RAISE

from app.access.current import asking_person, for_programs
from app.access.rules import COMPANIES
from app.api.document import PREFIX
from app.api.schemas import PageQuerySchema, page_body, page_schema
from app.companies.errors import CompanyNotFound
from app.companies.queries import company_run_by
from app.config.days import market_today
from app.credit.queries import credits_of_company, debts_of_company
from app.credit.schemas import CreditsSchema, DebtSchema, credit_body, debt_body
from app.db.locks import load_one
from app.db.session import reading

bp = Blueprint("owed_by_company", __name__, url_prefix=f"{PREFIX}/companies", description="What a company owes")


@bp.get("/<uuid:company_id>/terms")
@for_programs(COMPANIES)
@bp.response(200, CreditsSchema)
def terms(company_id: UUID) -> dict[str, Any]:
    """The shops that let it pay later, by name, and what is left of each limit."""
    actor, today = asking_person(), market_today()
    with reading() as session:
        load_one(session, company_run_by(actor, company_id), missing=CompanyNotFound)
        return {"rows": [credit_body(one) for one in credits_of_company(session, actor, company_id, today)]}


@bp.get("/<uuid:company_id>/owed")
@for_programs(COMPANIES)
@bp.arguments(PageQuerySchema, location="query", unknown=RAISE)
@bp.response(200, page_schema(DebtSchema))
def debts(asked: dict[str, Any], company_id: UUID) -> dict[str, Any]:
    """Unpaid orders, the oldest first: all for approvers; a purchaser sees the own ones."""
    actor, today = asking_person(), market_today()
    with reading() as session:
        load_one(session, company_run_by(actor, company_id), missing=CompanyNotFound)
        found = debts_of_company(session, actor, company_id, cursor=asked["cursor"], size=asked["size"])
    return page_body(found, lambda row: debt_body(row, today))
