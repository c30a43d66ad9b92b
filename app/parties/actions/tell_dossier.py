"""An owner tells who the shop is, step by step; each step is kept by itself."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.identity.actor import Actor
from app.identity.rules.roles import SHOP_KINDS
from app.identity.rules.shops import require_choice
from app.parties.actions.hold_dossier import hold_own_dossier
from app.parties.actions.note_happening import note_happening
from app.parties.models import Dossier
from app.parties.rules.checklist import ATTESTATION_VERSION, LONGEST_LEGAL_NAME, LONGEST_NUMBER
from app.parties.rules.numbers import plain_number
from app.parties.rules.review import Happening, Review, require_way
from app.states.edges import By


def tell_identity(
    session: Session, actor: Actor, organization_id: UUID, *, kind: str, legal_name: str, now: datetime
) -> Dossier:
    """What the shop is in law, and its name there. Raises ShopNotFound, UnusableChoice."""
    require_choice(kind, SHOP_KINDS, "kind")
    shop, dossier = hold_own_dossier(session, actor, organization_id)
    name = " ".join(legal_name.split())[:LONGEST_LEGAL_NAME]
    if (shop.kind, dossier.kind, dossier.legal_name) != (kind, kind, name):
        shop.kind = dossier.kind = kind
        dossier.legal_name = name
        note_change(session, dossier, actor.user_id, now)
    return dossier


def tell_numbers(
    session: Session, actor: Actor, organization_id: UUID, *, registration: str, tax: str, now: datetime
) -> Dossier:
    """As people write them; kept without spaces and signs. An odd number is kept too: the reviewer is told.

    Raises ShopNotFound.
    """
    _shop, dossier = hold_own_dossier(session, actor, organization_id)
    told = plain_number(registration)[:LONGEST_NUMBER], plain_number(tax)[:LONGEST_NUMBER]
    if dossier.numbers_told_at is None or (dossier.registration_number, dossier.tax_number) != told:
        dossier.registration_number, dossier.tax_number = told
        dossier.numbers_told_at = now
        note_change(session, dossier, actor.user_id, now)
    return dossier


def attest(session: Session, actor: Actor, organization_id: UUID, *, now: datetime) -> Dossier:
    """The owner stands by it: which text, who, when. Said before, the first time counts. Raises ShopNotFound."""
    _shop, dossier = hold_own_dossier(session, actor, organization_id)
    if dossier.attested_version != ATTESTATION_VERSION:
        dossier.attested_version, dossier.attested_by, dossier.attested_at = ATTESTATION_VERSION, actor.user_id, now
        dossier.version += 1
        session.flush()
        record_act(session, actor.user_id, "dossier.attest", organization_id, version=ATTESTATION_VERSION)
    return dossier


def note_change(session: Session, dossier: Dossier, actor_id: UUID | None, now: datetime) -> None:
    """What was decided about an earlier version: an accepted shop is looked at again, and stays open meanwhile.

    One that was approved before there were dossiers tells its first one in peace, and sends it when it is done.
    """
    dossier.version += 1
    record_act(session, actor_id, "dossier.change", dossier.organization_id, version=dossier.version)
    if dossier.review == Review.ACCEPTED and dossier.attested_version is not None:
        require_way(dossier.review, Review.SENT, By.SELLER)
        dossier.review, dossier.sent_at = Review.SENT.value, now
        note_happening(session, dossier.organization_id, Happening.CHANGED, actor_id=actor_id)
    session.flush()
