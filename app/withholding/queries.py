"""Reading switches, statements and what a sale is subject to. Who may read a row is part of its query."""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, Text, bindparam, cast, false, func, select, text, true
from sqlalchemy.orm import Session

from app.config.days import day_in
from app.db.together import listed, rows_of
from app.fx.errors import RateMissing
from app.fx.queries import rate_for
from app.identity.actor import Actor, market_role
from app.identity.models import Organization, User
from app.identity.rules.roles import ACCOUNTANT, AUDITOR, OPERATOR
from app.ledger.chart import TOKEN, country_owner
from app.ledger.entries import LogRef
from app.ledger.queries import balance
from app.money.amounts import UNITS_PER_CENT, Money
from app.settlement.models import Escrow, EscrowLeg
from app.settlement.queries import chain_facts
from app.withholding.errors import NothingWithheld
from app.withholding.models import (
    OrderTaxTerms,
    SellerStatement,
    SellerTaxNumber,
    TaxRemittance,
    WithholdingSwitch,
)
from app.withholding.presets import all_rules
from app.withholding.rules import (
    ACCOUNTS,
    BURNING,
    HOME,
    IMPORTS,
    WITHHELD,
    Rule,
    Seller,
    Span,
    Supplied,
    Terms,
    is_on,
    rules_on,
    takes,
    tax_due,
)

PAYING_ROLES = (OPERATOR,)
READING_ROLES = (OPERATOR, ACCOUNTANT, AUDITOR)


def today_of(shop: Organization, now: datetime) -> date:
    """The seller's own day, which decides what holds."""
    return day_in(shop.time_zone, now)


_SUPPLY = select(
    WithholdingSwitch.country, WithholdingSwitch.starts_on, WithholdingSwitch.ends_on, WithholdingSwitch.scope
).where(WithholdingSwitch.country == bindparam("supply_country"), WithholdingSwitch.scope.in_((HOME, IMPORTS)))
SUPPLY_SPANS = cast(func.array_to_json(listed(_SUPPLY)), Text)
"""Beside another query: the switches by which the market answers for the VAT of sales to the bound `supply_country`."""


def supplied(answer: str) -> Supplied:
    """What `SUPPLY_SPANS` found."""
    rows = rows_of(_SUPPLY, json.loads(answer))
    return Supplied(tuple(Span(row.country, row.starts_on, row.ends_on, row.scope) for row in rows))


def spans_of(session: Session, countries: Collection[str]) -> list[Span]:
    """Every switch of these countries; of none, nothing is asked."""
    if not countries:
        return []
    query = select(WithholdingSwitch).where(WithholdingSwitch.country.in_(countries))
    return [Span(row.country, row.starts_on, row.ends_on, row.scope) for row in session.scalars(query)]


def switches_of(actor: Actor) -> Select[WithholdingSwitch]:
    """All, for the market's own readers; for anybody else nothing."""
    return select(WithholdingSwitch).where(true() if market_role(actor, *READING_ROLES) else false())


def statements_of(session: Session, shop_ids: Collection[UUID], years: Collection[int]) -> set[tuple[UUID, int]]:
    """(shop, year) of every statement that stands."""
    query = select(SellerStatement.organization_id, SellerStatement.year).where(
        SellerStatement.organization_id.in_(shop_ids),
        SellerStatement.year.in_(years),
        SellerStatement.withdrawn_at.is_(None),
    )
    return {(row.organization_id, row.year) for row in session.execute(query)}


def statement_of(session: Session, shop_id: UUID, year: int) -> SellerStatement | None:
    """The one that stands."""
    return session.scalars(
        select(SellerStatement).where(
            SellerStatement.organization_id == shop_id,
            SellerStatement.year == year,
            SellerStatement.withdrawn_at.is_(None),
        )
    ).one_or_none()


def statement_history(session: Session, shop_id: UUID) -> Sequence[tuple[SellerStatement, str]]:
    """Every statement with the name of who signed it, the newest first."""
    query = (
        select(SellerStatement, func.coalesce(func.nullif(User.name, ""), User.email, ""))
        .join(User, User.id == SellerStatement.signed_by)
        .where(SellerStatement.organization_id == shop_id)
        .order_by(SellerStatement.signed_at.desc(), SellerStatement.id.desc())
        .limit(20)
    )
    return [(statement, name) for statement, name in session.execute(query)]


def tax_number_of(session: Session, shop_id: UUID) -> str:
    return session.scalar(select(SellerTaxNumber.tax_number).where(SellerTaxNumber.organization_id == shop_id)) or ""


def sold_units(session: Session, shop: Organization, year: int) -> int:
    """What the shop sold here in the year by its own clock, given back left out: what was paid into escrow."""
    zone = ZoneInfo(shop.time_zone)
    query = (
        select(func.coalesce(func.sum(EscrowLeg.amount - EscrowLeg.seen_refunded), 0))
        .join(Escrow, Escrow.id == EscrowLeg.escrow_id)
        .where(
            EscrowLeg.organization_id == shop.id,
            EscrowLeg.seen_funded,
            Escrow.created_at >= datetime(year, 1, 1, tzinfo=zone).astimezone(UTC),
            Escrow.created_at < datetime(year + 1, 1, 1, tzinfo=zone).astimezone(UTC),
        )
    )
    return int(session.scalars(query).one())


def is_over(session: Session, shop: Organization, threshold: Money | None, year: int) -> bool:
    """Whether more than the threshold was sold here, at today's rate. Without a rate the statement holds."""
    if threshold is None:
        return False
    try:
        rate = rate_for(session, threshold.currency).rate
    except RateMissing:
        return False
    return sold_units(session, shop, year) > rate.to_usd(threshold).minor * UNITS_PER_CENT


def seller_of(session: Session, shop: Organization, rules: Sequence[Rule], *, has_statement: bool, year: int) -> Seller:
    """What decides, of one shop. How much it sold is asked only where a statement would lift something."""
    lifting = [rule for rule in rules if shop.kind in rule.exempt_kinds]
    over = has_statement and any(is_over(session, shop, rule.threshold, year) for rule in lifting)
    return Seller(shop.country, shop.kind, has_statement=has_statement, is_over=over)


def rules_of_shop(
    session: Session, shop: Organization, spans: Collection[Span], now: datetime
) -> tuple[bool, list[Rule], list[Rule]]:
    """By the switches of its country: (whether its country is switched on today, the country's rules of today, those that take this shop)."""
    on = today_of(shop, now)
    rules = rules_on(all_rules(), shop.country, on)
    if not rules:
        return False, [], []
    signed = statement_of(session, shop.id, on.year) is not None
    seller = seller_of(session, shop, rules, has_statement=signed, year=on.year)
    switched = is_on(spans, shop.country, on)
    return switched, rules, [rule for rule in rules if takes(rule, seller)]


def is_answered_for(shop: Organization, spans: Collection[Span], now: datetime) -> bool:
    """Whether, by the switches of its country, the market owes the VAT of what the shop sells within it today."""
    on = today_of(shop, now)
    return any(span.scope == HOME and span.covers(on) for span in spans)


def terms_of(session: Session, order_id: UUID) -> Sequence[OrderTaxTerms]:
    """What is withheld of one order, by rule; of most orders nothing."""
    return session.scalars(terms_fixed(order_id)).all()


def terms_fixed(order_id: UUID) -> Select[OrderTaxTerms]:
    """As `terms_of`: for a query that asks for more."""
    return select(OrderTaxTerms).where(OrderTaxTerms.order_id == order_id).order_by(OrderTaxTerms.rule_key)


def remittances_of(actor: Actor, roles: Sequence[str] = READING_ROLES) -> Select[TaxRemittance]:
    """All, for the market's own people of these roles; for anybody else nothing."""
    return select(TaxRemittance).where(true() if market_role(actor, *roles) else false())


def is_tax_of(session: Session, tax: str, country: str) -> bool:
    """Whether such a tax of the country is known here: by a rule on file, or by a switch of one."""
    if tax == WITHHELD and country in {rule.country for rule in all_rules()}:
        return True
    scopes = (WITHHELD,) if tax == WITHHELD else (HOME, IMPORTS)
    known = select(WithholdingSwitch.id).where(
        WithholdingSwitch.country == country, WithholdingSwitch.scope.in_(scopes)
    )
    return session.scalar(known.limit(1)) is not None


def owed_units(session: Session, tax: str, country: str) -> int:
    """Tokens owed to the country of this tax that are not promised to be burned already."""
    return balance(session, ACCOUNTS[tax], TOKEN, country_owner(country)) - _burning_units(session, tax, country)


def _burning_units(session: Session, tax: str, country: str) -> int:
    cents = select(func.coalesce(func.sum(TaxRemittance.cents), 0)).where(
        TaxRemittance.tax == tax, TaxRemittance.country == country, TaxRemittance.state == BURNING
    )
    return int(session.scalars(cents).one()) * UNITS_PER_CENT


def switch_rows(session: Session, actor: Actor) -> Sequence[Row[Any]]:
    """Every switch with who made it, the newest first; a few a year at most."""
    query = (
        switches_of(actor)
        .join(User, User.id == WithholdingSwitch.created_by)
        .with_only_columns(
            WithholdingSwitch.id,
            WithholdingSwitch.scope,
            WithholdingSwitch.country,
            WithholdingSwitch.starts_on,
            WithholdingSwitch.ends_on,
            WithholdingSwitch.reason,
            WithholdingSwitch.created_at,
            func.coalesce(func.nullif(User.name, ""), User.email, "").label("who"),
        )
        .order_by(WithholdingSwitch.starts_on.desc(), WithholdingSwitch.id)
        .limit(200)
    )
    return session.execute(query).all()


def order_called(session: Session, number: str) -> UUID:
    """The order that people call by this number, however spaced. Raises NothingWithheld for one that has no such terms."""
    plain = number.strip().upper()
    found: UUID | None = session.scalar(
        text("SELECT o.id FROM orders AS o WHERE o.number = :number"), {"number": plain}
    )
    if found is None or not terms_of(session, found):
        raise NothingWithheld(field="number")
    return found


def missing_tax(session: Session, size: int = 200) -> list[tuple[UUID, LogRef]]:
    """Orders of which less was withheld than is due, each with where its newest release stands on chain."""
    query = (
        select(OrderTaxTerms.order_id)
        .where(OrderTaxTerms.withheld_units < OrderTaxTerms.due_units)
        .distinct()
        .order_by(OrderTaxTerms.order_id)
        .limit(size)
    )
    return [(order_id, ref) for order_id in session.scalars(query) if (ref := _last_release(session, order_id))]


def _last_release(session: Session, order_id: UUID) -> LogRef | None:
    released = [fact for fact in chain_facts(session, order_id) if fact.kind == "released" and fact.is_final]
    if not released:
        return None
    last = released[-1]
    return LogRef(last.chain_id, last.block_number, last.block_hash, last.tx_hash, last.log_index, last.at)


def expected_tax(terms: Iterable[Any], *, given_back: int) -> list[tuple[str, str, int]]:
    """(which tax, name, units) of the tax of an order of these `terms_fixed` when all that was not given back to the buyer is released."""
    return [
        (row.tax, row.name, tax_due(fixed(row), row.amount_units - given_back - row.returned_units)) for row in terms
    ]


def fixed(row: Any) -> Terms:
    """What holds of the order under the row's rule."""
    return Terms(row.base_units, row.amount_units, Fraction(row.rate_numerator, row.rate_denominator))


def withheld_from(session: Session, shops: Sequence[Organization], now: datetime) -> dict[UUID, list[Rule]]:
    """Of shops one may buy from: what would be withheld of an order placed now. One query while nothing is switched on."""
    spans = spans_of(session, {shop.country for shop in shops} & {rule.country for rule in all_rules()})
    concerned = [shop for shop in shops if is_on(spans, shop.country, today_of(shop, now))]
    signed = (
        statements_of(session, [shop.id for shop in concerned], {today_of(shop, now).year for shop in concerned})
        if concerned
        else set()
    )
    found = {}
    for shop in concerned:
        on = today_of(shop, now)
        rules = rules_on(all_rules(), shop.country, on)
        seller = seller_of(session, shop, rules, has_statement=(shop.id, on.year) in signed, year=on.year)
        if taking := [rule for rule in rules if takes(rule, seller)]:
            found[shop.id] = taking
    return found


def withheld_names(session: Session, shop_ids: Collection[UUID], now: datetime) -> dict[UUID, Sequence[str]]:
    """As `withheld_from`, the names only: what a buyer is told."""
    shops = session.scalars(select(Organization).where(Organization.id.in_(shop_ids)).order_by(Organization.id)).all()
    return {shop_id: [rule.name for rule in rules] for shop_id, rules in withheld_from(session, shops, now).items()}


def orders_withheld(session: Session, order_ids: Collection[UUID]) -> set[UUID]:
    """Those of which something is withheld, as it was fixed when they were placed."""
    return set(session.scalars(select(OrderTaxTerms.order_id).where(OrderTaxTerms.order_id.in_(order_ids))))
