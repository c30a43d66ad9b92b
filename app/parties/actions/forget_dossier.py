"""Taking a person out of the dossier of a shop that closes with them."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.models import Organization
from app.identity.rules.roles import PRIVATE_KINDS
from app.parties.actions.keep_paper import forget_papers
from app.parties.models import Dossier, Paper


def forget_dossier(session: Session, organization_id: UUID) -> None:
    """Every document goes: it shows a person's face, number or signature. Of a shop that is a person, name and numbers too."""
    forget_papers(session, session.scalars(select(Paper).where(Paper.organization_id == organization_id)).all())
    dossier = session.get(Dossier, organization_id, with_for_update=True)
    if dossier is None:
        return
    dossier.reason = ""
    if session.get_one(Organization, organization_id).kind in PRIVATE_KINDS:
        dossier.legal_name = dossier.registration_number = dossier.tax_number = ""
    session.flush()
