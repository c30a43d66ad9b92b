"""The operator decides about reported goods."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session, lazyload

from app.audit.actions.record_act import record_act
from app.catalog.models import Listing
from app.config.current import settings
from app.db.locks import lock_one
from app.identity.actor import Actor, market_role
from app.identity.errors import OperatorNeeded
from app.identity.queries import owner_addresses
from app.identity.rules.roles import OPERATOR
from app.moderation.errors import ReportDecided, ReportNotFound
from app.moderation.mails import REMOVED_BODY, REMOVED_SUBJECT
from app.moderation.models import ListingReport
from app.moderation.rules import DISMISSED, OPEN, REMOVED, may_become
from app.notify.actions.send_mail import send_mail
from app.notify.words import in_language


def dismiss_report(session: Session, actor: Actor, report_id: UUID, *, decision: str, now: datetime) -> ListingReport:
    """The goods stay; what a removal took off can be put on sale again. Raises OperatorNeeded, ReportNotFound,
    ReportDecided.
    """
    report = _decide(session, actor, report_id, DISMISSED, decision, now)
    listing = report.listing
    others = select(ListingReport.id).where(
        ListingReport.listing_id == listing.id, ListingReport.state == REMOVED, ListingReport.id != report.id
    )
    if listing.status == "removed" and session.scalar(others.limit(1)) is None:
        listing.status = "paused"
    record_act(session, actor.user_id, "listing_report.dismiss", report.id, listing=listing.slug, decision=decision)
    return report


def remove_listing(session: Session, actor: Actor, report_id: UUID, *, decision: str, now: datetime) -> ListingReport:
    """Take the goods off the market and tell the shop why. Orders that run go on; every other open report of the same
    goods is answered with it. Raises as `dismiss_report`.
    """
    report = _decide(session, actor, report_id, REMOVED, decision, now)
    listing = report.listing
    listing.status = "removed"
    session.execute(
        update(ListingReport)
        .where(ListingReport.listing_id == listing.id, ListingReport.state == OPEN)
        .values(state=REMOVED, decided_by=actor.user_id, decided_at=now, decision=decision)
    )
    record_act(session, actor.user_id, "listing_report.remove", report.id, listing=listing.slug, decision=decision)
    _tell_owners(session, report)
    return report


def _decide(
    session: Session, actor: Actor, report_id: UUID, wanted: str, decision: str, now: datetime
) -> ListingReport:
    if not market_role(actor, OPERATOR):
        raise OperatorNeeded
    one = select(ListingReport).where(ListingReport.id == report_id).options(lazyload(ListingReport.listing))
    report = lock_one(session, one, missing=ReportNotFound)
    if not may_become(report.state, wanted):
        raise ReportDecided
    session.execute(select(Listing.id).where(Listing.id == report.listing_id).with_for_update())
    report.state, report.decided_by, report.decided_at, report.decision = wanted, actor.user_id, now, decision
    session.flush()
    return report


def _tell_owners(session: Session, report: ListingReport) -> None:
    market, listing = settings(), report.listing
    for email, locale in owner_addresses(session, listing.organization_id):
        words = {"goods": listing.titles.get(locale) or listing.titles.get("en", listing.slug), "why": report.decision}
        send_mail(
            session,
            key=f"listing:{listing.id}:removed:{report.id}:{email}",
            recipient=email,
            locale=locale,
            subject=in_language(locale, REMOVED_SUBJECT, **words),
            body=in_language(locale, REMOVED_BODY, link=f"{market.public_url}/desk/goods/{listing.id}", **words),
        )
