"""A seller lets a company pay later, and changes that."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.credit.errors import CompanyUnknownToShop, GrantedAlready, GrantNotFound
from app.credit.events import TermsMove, TermsMoved
from app.credit.models import CreditGrant
from app.credit.queries import companies_known_to, grants_run_by
from app.credit.rules import ACTIVE, PAUSED, require_grant, terms_move
from app.db.locks import lock_one
from app.events.bus import publish
from app.identity.actor import Actor
from app.identity.queries import shop_run_by
from app.identity.rules.roles import SELLING


def grant_terms(
    session: Session,
    actor: Actor,
    organization_id: UUID,
    company_id: UUID,
    *,
    limit_cents: int,
    days: int,
    note: str,
) -> UUID:
    """Raises ShopNotFound for somebody else's shop, CompanyUnknownToShop, GrantedAlready, UnusableCreditLimit,
    UnusableDays.
    """
    shop = shop_run_by(session, actor, organization_id, SELLING)
    require_grant(limit_cents, days)
    held = select(CreditGrant.id).where(
        CreditGrant.organization_id == organization_id, CreditGrant.company_id == company_id
    )
    if session.scalar(held) is not None:
        raise GrantedAlready(field="company")
    if company_id not in {row.id for row in companies_known_to(session, actor, organization_id)}:
        raise CompanyUnknownToShop(field="company")
    values = {
        "organization_id": shop.id, "company_id": company_id, "limit_cents": limit_cents, "days": days, "note": note,
    }  # fmt: skip
    made = session.scalar(insert(CreditGrant).values(values).on_conflict_do_nothing().returning(CreditGrant.id))
    if made is None:
        raise GrantedAlready(field="company")
    act = record_act(
        session, actor.user_id, "terms.grant", made, company_id=str(company_id), limit=limit_cents, days=days
    )
    publish(session, TermsMoved(made, organization_id, company_id, TermsMove.GIVEN, act.id))
    return made


def change_terms(
    session: Session, actor: Actor, grant_id: UUID, *, limit_cents: int, days: int, is_paused: bool, note: str
) -> CreditGrant:
    """For orders from now on: what is owed already keeps its day. Raises GrantNotFound, UnusableCreditLimit, UnusableDays."""
    grant = lock_one(session, grants_run_by(actor).where(CreditGrant.id == grant_id), missing=GrantNotFound)
    require_grant(limit_cents, days)
    before = grant.limit_cents, grant.days, grant.state
    grant.limit_cents, grant.days, grant.note = limit_cents, days, note
    grant.state = PAUSED if is_paused else ACTIVE
    act = record_act(session, actor.user_id, "terms.change", grant_id, limit=limit_cents, days=days, state=grant.state)
    if before != (grant.limit_cents, grant.days, grant.state):
        session.flush()
        move = terms_move(before[2], grant.state)
        publish(session, TermsMoved(grant_id, grant.organization_id, grant.company_id, move, act.id))
    return grant


def withdraw_terms(session: Session, actor: Actor, grant_id: UUID) -> CreditGrant:
    """Nothing more is ordered on them; what is owed already keeps its day. Twice is once. Raises GrantNotFound."""
    grant = lock_one(session, grants_run_by(actor).where(CreditGrant.id == grant_id), missing=GrantNotFound)
    if grant.state == PAUSED:
        return grant
    return change_terms(
        session, actor, grant_id, limit_cents=grant.limit_cents, days=grant.days, is_paused=True, note=grant.note
    )
