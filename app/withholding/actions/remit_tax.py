"""What a country gets for a month: the withheld tokens are burned, then the bank pays, and each step is booked."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.db.locks import lock_one
from app.identity.actor import Actor, market_role
from app.identity.errors import OperatorNeeded
from app.identity.queries import market_organization
from app.ledger.actions.post_journal import post_journal
from app.ledger.chart import TOKEN, country_owner
from app.ledger.queries import balance
from app.ledger.recipes import tax_remitted
from app.money.amounts import UNITS_PER_CENT, cents_completed
from app.money.references import reference_key
from app.payouts.errors import BankReferenceNeeded
from app.payouts.rules import NAME_LONGEST
from app.settlement.actions.move_tokens import burn_tax
from app.withholding.actions.lock_country import lock_country
from app.withholding.errors import (
    MonthNotOver,
    NothingToRemit,
    RemittanceNotFound,
    RemittanceNotReady,
    RemittancePaid,
    RemittanceReferenceUsed,
    TaxUnderWay,
    UnknownCountry,
)
from app.withholding.models import OrderTaxTerms, TaxMovement, TaxRemittance
from app.withholding.presets import countries
from app.withholding.queries import PAYING_ROLES, burning_units, remittances_of
from app.withholding.rules import BURNED, PAID, month_ends_at


def prepare_remittance(session: Session, actor: Actor, country: str, month: date, *, now: datetime) -> TaxRemittance:
    """Take all that was withheld up to the month's end and is in no remittance yet, and plan the burning of its tokens.

    A month is remitted once; asked again, the same. What is less than a cent stays for the next.
    Raises OperatorNeeded, UnknownCountry, MonthNotOver, TaxUnderWay or NothingToRemit.
    """
    if not market_role(actor, *PAYING_ROLES):
        raise OperatorNeeded
    if country not in countries():
        raise UnknownCountry
    ends_at = month_ends_at(month, market_organization(session).time_zone)
    if now < ends_at:
        raise MonthNotOver
    lock_country(session, country)
    known = session.scalars(
        select(TaxRemittance).where(TaxRemittance.country == country, TaxRemittance.month == month)
    ).one_or_none()
    if known is not None:
        return known
    due = _due(session, country, TaxMovement.at < ends_at)
    cents = _cents(session, country, due)
    if cents * UNITS_PER_CENT > _owed(session, country):
        # some of it was given back since: that is set off now, or more would be burned than is there
        due = _due(session, country, (TaxMovement.at < ends_at) | (TaxMovement.units < 0))
        cents = _cents(session, country, due)
    if any(movement.moved_at is None for movement in due):
        raise TaxUnderWay
    if cents <= 0:
        raise NothingToRemit
    return _remit(session, actor, country, month, due, cents)


def mark_remitted(
    session: Session, actor: Actor, remittance_id: UUID, *, bank_reference: str, paid_at: datetime
) -> TaxRemittance:
    """Book it under the bank's reference; the same reference again, however written, changes nothing.

    Raises RemittanceNotFound, BankReferenceNeeded, RemittanceReferenceUsed, RemittanceNotReady, or RemittancePaid.
    """
    reference = " ".join(bank_reference.split())
    key = reference_key(reference)
    if not key or len(reference) > NAME_LONGEST or not reference.isprintable():
        raise BankReferenceNeeded(field="bank_reference")
    query = remittances_of(actor, PAYING_ROLES).where(TaxRemittance.id == remittance_id)
    remittance = lock_one(session, query, missing=RemittanceNotFound)
    if remittance.reference_key == key:
        return remittance
    if remittance.bank_reference is not None:
        raise RemittancePaid(reference=remittance.bank_reference)
    if remittance.state != BURNED:
        raise RemittanceNotReady
    if session.scalar(select(TaxRemittance.id).where(TaxRemittance.reference_key == key)) is not None:
        raise RemittanceReferenceUsed(field="bank_reference", reference=reference)
    remittance.bank_reference, remittance.reference_key = reference, key
    remittance.state, remittance.paid_at = PAID, paid_at
    post_journal(
        session,
        tax_remitted(remittance_id=remittance.id, country=remittance.country, cents=remittance.cents, at=paid_at),
    )
    record_act(session, actor.user_id, "tax.mark_remitted", remittance.id, reference=reference)
    session.flush()
    return remittance


def _due(session: Session, country: str, which: ColumnElement[bool]) -> Sequence[TaxMovement]:
    return session.scalars(
        select(TaxMovement)
        .join(OrderTaxTerms, OrderTaxTerms.id == TaxMovement.terms_id)
        .where(OrderTaxTerms.country == country, TaxMovement.remittance_id.is_(None), which)
        .order_by(TaxMovement.id)
        .with_for_update(of=TaxMovement)
    ).all()


def _cents(session: Session, country: str, due: Sequence[TaxMovement]) -> int:
    """The whole cents these make, together with what earlier remittances left over."""
    earlier = select(func.coalesce(func.sum(TaxRemittance.units), 0)).where(TaxRemittance.country == country)
    cents, _ = cents_completed(int(session.scalars(earlier).one()), sum(movement.units for movement in due))
    return cents


def _owed(session: Session, country: str) -> int:
    """Units owed to the country that are not promised to be burned already."""
    return balance(session, "2310", TOKEN, country_owner(country)) - burning_units(session, country)


def _remit(
    session: Session, actor: Actor, country: str, month: date, due: Sequence[TaxMovement], cents: int
) -> TaxRemittance:
    assert actor.user_id is not None
    units = sum(movement.units for movement in due)
    made = TaxRemittance(country=country, month=month, units=units, cents=cents, created_by=actor.user_id)
    session.add(made)
    session.flush()
    for movement in due:
        movement.remittance_id = made.id
    burn_tax(session, remittance_id=made.id, country=country, units=cents * UNITS_PER_CENT)
    record_act(session, actor.user_id, "tax.remit", made.id, country=country, month=month.isoformat(), cents=cents)
    session.flush()
    return made
