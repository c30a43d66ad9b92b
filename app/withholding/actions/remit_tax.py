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
from app.withholding.queries import PAYING_ROLES, is_tax_of, owed_units, remittances_of
from app.withholding.rules import ACCOUNTS, BURNED, PAID, WITHHELD, month_ends_at


def prepare_remittance(
    session: Session, actor: Actor, country: str, month: date, *, now: datetime, tax: str = WITHHELD
) -> TaxRemittance:
    """Take all of the tax that was kept up to the month's end and is in no remittance yet, and plan the burning of its tokens.

    A month is remitted once; asked again, the same. What is less than a cent stays for the next.
    Raises OperatorNeeded, UnknownCountry, MonthNotOver, TaxUnderWay or NothingToRemit.
    """
    if not market_role(actor, *PAYING_ROLES):
        raise OperatorNeeded
    if tax not in ACCOUNTS or not is_tax_of(session, tax, country):
        raise UnknownCountry
    ends_at = month_ends_at(month, market_organization(session).time_zone)
    if now < ends_at:
        raise MonthNotOver
    lock_country(session, country)
    known = session.scalars(
        select(TaxRemittance).where(
            TaxRemittance.tax == tax, TaxRemittance.country == country, TaxRemittance.month == month
        )
    ).one_or_none()
    if known is not None:
        return known
    due = _due(session, tax, country, TaxMovement.at < ends_at)
    cents = _cents(session, tax, country, due)
    if cents * UNITS_PER_CENT > owed_units(session, tax, country):
        # some of it was given back since: that is set off now, or more would be burned than is there
        due = _due(session, tax, country, (TaxMovement.at < ends_at) | (TaxMovement.units < 0))
        cents = _cents(session, tax, country, due)
    if any(movement.moved_at is None for movement in due):
        raise TaxUnderWay
    if cents <= 0:
        raise NothingToRemit
    made = TaxRemittance(tax=tax, country=country, month=month, units=sum(one.units for one in due), cents=cents)
    return _remit(session, actor, made, due)


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
        tax_remitted(
            remittance_id=remittance.id,
            country=remittance.country,
            cents=remittance.cents,
            at=paid_at,
            number=ACCOUNTS[remittance.tax],
        ),
    )
    record_act(session, actor.user_id, "tax.mark_remitted", remittance.id, reference=reference)
    session.flush()
    return remittance


def _due(session: Session, tax: str, country: str, which: ColumnElement[bool]) -> Sequence[TaxMovement]:
    return session.scalars(
        select(TaxMovement)
        .join(OrderTaxTerms, OrderTaxTerms.id == TaxMovement.terms_id)
        .where(OrderTaxTerms.tax == tax, OrderTaxTerms.country == country, TaxMovement.remittance_id.is_(None), which)
        .order_by(TaxMovement.id)
        .with_for_update(of=TaxMovement)
    ).all()


def _cents(session: Session, tax: str, country: str, due: Sequence[TaxMovement]) -> int:
    """The whole cents these make, together with what earlier remittances left over."""
    earlier = select(func.coalesce(func.sum(TaxRemittance.units), 0)).where(
        TaxRemittance.tax == tax, TaxRemittance.country == country
    )
    cents, _ = cents_completed(int(session.scalars(earlier).one()), sum(movement.units for movement in due))
    return cents


def _remit(session: Session, actor: Actor, made: TaxRemittance, due: Sequence[TaxMovement]) -> TaxRemittance:
    assert actor.user_id is not None
    made.created_by = actor.user_id
    session.add(made)
    session.flush()
    for movement in due:
        movement.remittance_id = made.id
    units = made.cents * UNITS_PER_CENT
    burn_tax(session, remittance_id=made.id, country=made.country, units=units, number=ACCOUNTS[made.tax])
    what = {"tax": made.tax, "country": made.country, "month": made.month.isoformat(), "cents": made.cents}
    record_act(session, actor.user_id, "tax.remit", made.id, **what)
    session.flush()
    return made
