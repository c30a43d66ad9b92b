"""An owner hands the dossier over."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.identity.actor import Actor
from app.parties.actions.hold_dossier import hold_own_dossier
from app.parties.actions.note_happening import note_happening
from app.parties.errors import StepsMissing
from app.parties.models import Dossier, Paper
from app.parties.queries import told_of
from app.parties.rules.checklist import steps_done
from app.parties.rules.review import Happening, Review, require_way
from app.states.edges import By


def send_for_review(session: Session, actor: Actor, organization_id: UUID, *, now: datetime) -> Dossier:
    """With all steps done; sent before, nothing changes. Raises ShopNotFound, StepsMissing, ReviewCannotGoThere."""
    shop, dossier = hold_own_dossier(session, actor, organization_id)
    if dossier.review == Review.SENT:
        return dossier
    require_way(dossier.review, Review.SENT, By.SELLER)
    kinds = session.scalars(select(Paper.kind).where(Paper.organization_id == shop.id)).all()
    if not all(steps_done(told_of(shop, dossier, kinds)).values()):
        raise StepsMissing
    dossier.review, dossier.sent_at, dossier.reason = Review.SENT.value, now, ""
    session.flush()
    note_happening(session, shop.id, Happening.SENT, actor_id=actor.user_id)
    record_act(session, actor.user_id, "dossier.send", shop.id, version=dossier.version)
    return dossier
