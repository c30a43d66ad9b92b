"""Reading reports: the operator's alone."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, lazyload

from app.catalog.models import Listing
from app.db.locks import load_one
from app.db.paging import Page, fetch_page
from app.identity.actor import Actor, market_role
from app.identity.errors import OperatorNeeded
from app.identity.models import Organization
from app.identity.rules.roles import OPERATOR
from app.moderation.errors import ReportNotFound
from app.moderation.models import ListingReport
from app.moderation.rules import OPEN

SIZE = 20


def reports_page(session: Session, actor: Actor, state: str, *, cursor: str | None = None) -> Page[Any]:
    """What is open, the oldest first; what was decided, the newest first. Raises OperatorNeeded, BadCursor."""
    _require_operator(actor)
    query = (
        select(
            ListingReport.id,
            ListingReport.source,
            ListingReport.rule,
            ListingReport.reason,
            ListingReport.text,
            ListingReport.reported_at,
            Listing.titles,
            Organization.name.label("shop"),
        )
        .join(Listing, Listing.id == ListingReport.listing_id)
        .join(Organization, Organization.id == Listing.organization_id)
        .where(ListingReport.state == state)
    )
    order = [ListingReport.reported_at, ListingReport.id]
    return fetch_page(session, query, order=order, descending=state != OPEN, cursor=cursor, size=SIZE)


def report_by_id(session: Session, actor: Actor, report_id: UUID) -> ListingReport:
    """Raises OperatorNeeded, ReportNotFound."""
    _require_operator(actor)
    wanted = select(ListingReport).where(ListingReport.id == report_id)
    return load_one(session, wanted.options(lazyload(ListingReport.listing, Listing.variants)), missing=ReportNotFound)


def counts_by_state(session: Session) -> dict[str, int]:
    rows = session.execute(select(ListingReport.state, func.count()).group_by(ListingReport.state))
    return {state: int(count) for state, count in rows}


def _require_operator(actor: Actor) -> None:
    if not market_role(actor, OPERATOR):
        raise OperatorNeeded
