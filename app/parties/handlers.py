"""What a shop's dossier follows from elsewhere: its name and kind, and the operator's decisions about its selling."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from app.identity.events import ShopApproved, ShopCreated, ShopEdited, ShopSuspended
from app.identity.models import Organization
from app.parties.actions.decide_review import CHECKLIST, decide
from app.parties.actions.hold_dossier import hold_dossier
from app.parties.actions.note_happening import note_happening, tell_owners
from app.parties.actions.note_look import note_look
from app.parties.actions.tell_dossier import note_change
from app.parties.mails import LIFTED_BODY, LIFTED_SUBJECT, SUSPENDED_BODY, SUSPENDED_SUBJECT
from app.parties.rules.review import Happening, Review


def look_at_name(session: Session, event: ShopCreated) -> None:
    shop = session.get_one(Organization, event.organization_id)
    note_look(session, shop.id, shop.name)


def follow_shop(session: Session, event: ShopEdited) -> None:
    """Another name or another kind is looked at again, wherever it was changed."""
    shop = session.get_one(Organization, event.organization_id)
    looks_different = note_look(session, shop.id, shop.name)
    dossier = hold_dossier(session, shop)
    if looks_different or dossier.kind != shop.kind:
        dossier.kind = shop.kind
        note_change(session, dossier, event.actor_id, datetime.now(UTC))


def note_approval(session: Session, event: ShopApproved) -> None:
    """A lifted suspension leaves the review where it was."""
    shop = session.get_one(Organization, event.organization_id)
    dossier = hold_dossier(session, shop)
    if event.before == "suspended":
        lifted = note_happening(session, shop.id, Happening.LIFTED, actor_id=event.actor_id)
        tell_owners(session, shop, lifted, subject=LIFTED_SUBJECT, body=LIFTED_BODY, path="/desk/goods")
    else:
        note_happening(session, shop.id, Happening.APPROVED, actor_id=event.actor_id)
        decide(dossier, Review.ACCEPTED, datetime.now(UTC))
    session.flush()


def note_suspension(session: Session, event: ShopSuspended) -> None:
    shop = session.get_one(Organization, event.organization_id)
    hold_dossier(session, shop)
    noted = note_happening(session, shop.id, Happening.SUSPENDED, actor_id=event.actor_id, reason=event.reason)
    tell_owners(
        session, shop, noted, subject=SUSPENDED_SUBJECT, body=SUSPENDED_BODY, path=CHECKLIST, reason=event.reason
    )
