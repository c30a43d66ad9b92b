"""Tax taken at a release, and given back when goods come back: books at once, tokens by the outbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.ledger.actions.post_journal import post_journals
from app.ledger.entries import LogRef
from app.ledger.recipes import supply_vat_given_back, supply_vat_taken, tax_given_back, tax_withheld
from app.money.amounts import TokenAmount
from app.payouts.queries import asked_units, released_units
from app.settlement.actions.move_tokens import return_tax, set_tax_aside
from app.withholding.actions.lock_country import lock_country
from app.withholding.errors import MoreThanKept, TaxRemitted
from app.withholding.models import OrderTaxTerms, TaxMovement
from app.withholding.queries import fixed, owed_units
from app.withholding.rules import SUPPLY, WITHHELD, base_of, tax_due

TAKEN = {WITHHELD: tax_withheld, SUPPLY: supply_vat_taken}
GIVEN_BACK = {WITHHELD: tax_given_back, SUPPLY: supply_vat_given_back}


@dataclass(frozen=True)
class Change:
    """Under one rule: `units` of tax more (or less) than so far, on `base` units."""

    row: OrderTaxTerms
    units: int
    base: int


def withhold(session: Session, order_id: UUID, *, released: int, log: LogRef) -> int:
    """After a final release: take what is due and was not taken yet. Gives the units; told again, nothing.

    `released` is what the order has released so far, commission included. A seller whose address refused the tokens has
    none to take from: what is missing is taken with the next release, or when they are withdrawn (`take_missing`).
    """
    rows = _locked(session, order_id)
    for row in rows:
        row.released_units = max(row.released_units, released)
    session.flush()
    return _take(session, rows, key=f"{order_id}:{released}", at=log.time, log=log) if rows else 0


def take_missing(session: Session, order_id: UUID, *, log: LogRef, now: datetime) -> int:
    """What a release (`log`) could not take is taken now, if the seller's balance has it."""
    rows = _locked(session, order_id)
    return _take(session, rows, key=f"{order_id}:late:{log.key}", at=now, log=log) if rows else 0


def give_back(session: Session, order_id: UUID, *, returned: int, key: str, at: datetime) -> int:
    """Released goods came back, and the buyer was given `returned` units more for them: their tax is the seller's again.

    Gives the units; the same `key` again, nothing. What was remitted already cannot be given back from here: it is set
    off against what is withheld later. Raises MoreThanKept or TaxRemitted.
    """
    rows = _locked(session, order_id)
    if not rows or _is_known(session, key):
        return 0
    for country in sorted({row.country for row in rows}):
        lock_country(session, country)
    _return(rows, returned)
    changes = [change for change in map(_change, rows) if change.units < 0]
    total = -sum(change.units for change in changes)
    if not total:
        return 0
    for tax, country in {(change.row.tax, change.row.country) for change in changes}:
        asked = -sum(change.units for change in changes if (change.row.tax, change.row.country) == (tax, country))
        owed = owed_units(session, tax, country)
        if asked > owed:
            raise TaxRemitted(owed=TokenAmount(owed), asked=TokenAmount(asked))
    transfer = return_tax(session, organization_id=rows[0].organization_id, key=f"return-tax:{key}", units=total)
    entries = []
    for change in changes:
        _move(session, change, key=f"{key}:{change.row.rule_key}", at=at, transfer=transfer)
        entries.append(
            GIVEN_BACK[change.row.tax](
                key=f"tax_given_back:{key}:{change.row.rule_key}",
                organization_id=change.row.organization_id,
                order_id=order_id,
                country=change.row.country,
                units=-change.units,
                at=at,
            )
        )
    session.flush()
    post_journals(session, entries)
    return total


def _is_known(session: Session, key: str) -> bool:
    known = select(TaxMovement.id).where(TaxMovement.key.startswith(f"{key}:", autoescape=True)).limit(1)
    return session.scalar(known) is not None


def _return(rows: Sequence[OrderTaxTerms], returned: int) -> None:
    left = min(row.released_units - row.returned_units for row in rows)
    if not 0 < returned <= left:
        raise MoreThanKept(field="amount", left=TokenAmount(left), asked=TokenAmount(returned))
    for row in rows:
        row.returned_units += returned


def _locked(session: Session, order_id: UUID) -> Sequence[OrderTaxTerms]:
    query = select(OrderTaxTerms).where(OrderTaxTerms.order_id == order_id).order_by(OrderTaxTerms.id)
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()


def _change(row: OrderTaxTerms) -> Change:
    terms = fixed(row)
    kept = row.released_units - row.returned_units
    row.due_units = tax_due(terms, kept)
    return Change(row, row.due_units - row.withheld_units, base_of(terms, kept))


def _take(session: Session, rows: Sequence[OrderTaxTerms], *, key: str, at: datetime, log: LogRef) -> int:
    organization_id = rows[0].organization_id
    changes = [change for change in map(_change, rows) if change.units > 0]
    total = sum(change.units for change in changes)
    # never what a redemption was promised already: its burning would fail
    free = released_units(session, organization_id) - asked_units(session, organization_id)
    if not total or total > free:
        return 0
    transfer = set_tax_aside(session, organization_id=organization_id, key=f"tax:{key}", units=total)
    entries = []
    for change in changes:
        row = change.row
        _move(session, change, key=f"{key}:{row.rule_key}", at=at, transfer=transfer)
        entries.append(
            TAKEN[row.tax](
                key=f"tax_withheld:{key}:{row.rule_key}",
                organization_id=organization_id,
                order_id=row.order_id,
                country=row.country,
                units=change.units,
                at=at,
                log=log,
            )
        )
    session.flush()
    post_journals(session, entries)
    return total


def _move(session: Session, change: Change, *, key: str, at: datetime, transfer: bytes) -> None:
    """`base_units` is what of the base is new with this movement."""
    row = change.row
    earlier = select(TaxMovement.base_units).where(TaxMovement.terms_id == row.id)
    before = sum(session.scalars(earlier))
    row.withheld_units += change.units
    session.add(
        TaxMovement(
            terms_id=row.id, key=key, base_units=change.base - before, units=change.units, at=at, transfer=transfer
        )
    )
