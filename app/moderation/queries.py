"""Reading reports: the operator's alone."""

from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, lazyload

from app.catalog.models import Listing
from app.db.locks import load_one
from app.db.paging import Page, fetch_page
from app.identity.actor import Actor, market_role
from app.identity.errors import OperatorNeeded
from app.identity.rules.roles import OPERATOR
from app.moderation.errors import ReportNotFound
from app.moderation.models import ListingReport
from app.moderation.rules import OPEN

SIZE = 20


def reports_page(session: Session, actor: Actor, state: str, *, cursor: str | None = None) -> Page[ListingReport]:
    """What is open, the oldest first; what was decided, the newest first. Raises OperatorNeeded, BadCursor."""
    query = _readable(actor).where(ListingReport.state == state)
    order = [ListingReport.reported_at, ListingReport.id]
    return fetch_page(session, query, order=order, descending=state != OPEN, cursor=cursor, size=SIZE)


def report_by_id(session: Session, actor: Actor, report_id: UUID) -> ListingReport:
    """Raises OperatorNeeded, ReportNotFound."""
    return load_one(session, _readable(actor).where(ListingReport.id == report_id), missing=ReportNotFound)


def counts_by_state(session: Session) -> dict[str, int]:
    rows = session.execute(select(ListingReport.state, func.count()).group_by(ListingReport.state))
    return {state: int(count) for state, count in rows}


def _readable(actor: Actor) -> Select[ListingReport]:
    if not market_role(actor, OPERATOR):
        raise OperatorNeeded
    return select(ListingReport).options(lazyload(ListingReport.listing, Listing.variants))
