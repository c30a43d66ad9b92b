"""The operator decides about a shop that was looked at."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.db.locks import lock_one
from app.identity.actions.approve_shop import approve_shop, reconsider_shop, refuse_shop
from app.identity.actor import Actor, market_role
from app.identity.errors import OperatorNeeded, ShopNotFound
from app.identity.models import Organization
from app.identity.rules.roles import MARKET, OPERATOR
from app.identity.rules.shops import SHOWN
from app.parties.actions.hold_dossier import hold_dossier
from app.parties.actions.note_happening import note_happening, tell_owners
from app.parties.errors import DossierChanged, ReasonNeeded
from app.parties.mails import (
    ACCEPTED_BODY,
    ACCEPTED_SUBJECT,
    MORE_BODY,
    MORE_SUBJECT,
    REJECTED_BODY,
    REJECTED_SUBJECT,
)
from app.parties.models import Dossier
from app.parties.rules.review import Happening, Review, require_way
from app.states.edges import By

CHECKLIST = "/desk/approval"


def accept_review(
    session: Session, actor: Actor, organization_id: UUID, *, seen: int | None, now: datetime
) -> Organization:
    """Let the shop sell, or let what it changed stand. `seen` is the version the operator looked at, None: none of it.

    Raises OperatorNeeded, ShopNotFound, DossierChanged, ShopCannotChangeState, ReviewCannotGoThere.
    """
    shop, dossier = _hold(session, actor, organization_id, seen)
    if shop.status not in SHOWN or dossier.review == Review.ACCEPTED:
        approve_shop(session, actor, organization_id)  # what follows for the dossier: `handlers.note_approval`
        if seen is not None and dossier.review == Review.SENT:  # lifted, and what was sent meanwhile looked at
            decide(dossier, Review.ACCEPTED, now)
        return shop
    require_way(dossier.review, Review.ACCEPTED, By.OPERATOR)
    decide(dossier, Review.ACCEPTED, now)
    event = note_happening(session, shop.id, Happening.APPROVED, actor_id=actor.user_id)
    record_act(session, actor.user_id, "dossier.accept", shop.id, version=dossier.version)
    tell_owners(session, shop, event, subject=ACCEPTED_SUBJECT, body=ACCEPTED_BODY, path="/desk/shop")
    return shop


def ask_for_more(
    session: Session, actor: Actor, organization_id: UUID, *, reason: str, seen: int, now: datetime
) -> Organization:
    """Back to the owner's checklist, with what is missing; a refused shop gets another chance by it.

    Raises OperatorNeeded, ShopNotFound, DossierChanged, ReasonNeeded, ReviewCannotGoThere.
    """
    shop, dossier = _hold(session, actor, organization_id, seen)
    _require_reason(reason)
    require_way(dossier.review, Review.MORE, By.OPERATOR)
    if shop.status == "rejected":
        reconsider_shop(session, actor, organization_id)
    decide(dossier, Review.MORE, now, reason)
    event = note_happening(session, shop.id, Happening.ASKED_MORE, actor_id=actor.user_id, reason=reason)
    record_act(session, actor.user_id, "dossier.ask_more", shop.id, version=dossier.version, reason=reason)
    tell_owners(session, shop, event, subject=MORE_SUBJECT, body=MORE_BODY, path=CHECKLIST, reason=reason)
    return shop


def reject_shop(
    session: Session, actor: Actor, organization_id: UUID, *, reason: str, seen: int, now: datetime
) -> Organization:
    """A shop that has never sold is refused; one that sells is suspended instead.

    Raises OperatorNeeded, ShopNotFound, DossierChanged, ReasonNeeded, ReviewCannotGoThere, ShopCannotChangeState.
    """
    shop, dossier = _hold(session, actor, organization_id, seen)
    _require_reason(reason)
    require_way(dossier.review, Review.REJECTED, By.OPERATOR)
    refuse_shop(session, actor, organization_id, reason=reason)
    decide(dossier, Review.REJECTED, now, reason)
    event = note_happening(session, shop.id, Happening.REJECTED, actor_id=actor.user_id, reason=reason)
    tell_owners(session, shop, event, subject=REJECTED_SUBJECT, body=REJECTED_BODY, path=CHECKLIST, reason=reason)
    return shop


def decide(dossier: Dossier, review: Review, now: datetime, reason: str = "") -> None:
    dossier.review, dossier.decided_at, dossier.reason = review.value, now, reason


def _hold(session: Session, actor: Actor, organization_id: UUID, seen: int | None) -> tuple[Organization, Dossier]:
    if not market_role(actor, OPERATOR):
        raise OperatorNeeded
    shops = select(Organization).where(Organization.id == organization_id, Organization.kind != MARKET)
    shop = lock_one(session, shops, missing=ShopNotFound)
    dossier = hold_dossier(session, shop)
    if seen is not None and seen != dossier.version:
        raise DossierChanged
    return shop, dossier


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise ReasonNeeded(field="reason")
