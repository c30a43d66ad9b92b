"""What is withheld of an order is fixed when it is placed: nothing about it changes once a buyer pays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.identity.models import Organization
from app.withholding.models import OrderTaxTerms
from app.withholding.presets import all_rules
from app.withholding.queries import seller_of, spans_of, statements_of, today_of
from app.withholding.rules import OrderParts, Rule, base_units, is_on, rules_on, takes


@dataclass(frozen=True)
class Sale:
    """One order of one shop, as it is being placed."""

    order_id: UUID
    shop: Organization
    parts: OrderParts


def fix_terms(session: Session, sales: Sequence[Sale], *, now: datetime) -> set[UUID]:
    """Write down what is withheld of each; gives the orders whose seller must be paid through the market.

    One query while no country of these sellers is switched on.
    """
    ruled = {rule.country for rule in all_rules()}
    spans = spans_of(session, {sale.shop.country for sale in sales} & ruled)
    concerned = [sale for sale in sales if is_on(spans, sale.shop.country, today_of(sale.shop, now))]
    if not concerned:
        return set()
    years = {today_of(sale.shop, now).year for sale in concerned}
    signed = statements_of(session, [sale.shop.id for sale in concerned], years)
    through_market = set()
    for sale in concerned:
        for rule in _rules_of(session, sale, signed, now):
            session.add(_terms(sale, rule))
            through_market.add(sale.order_id)
    session.flush()
    return through_market


def _rules_of(session: Session, sale: Sale, signed: set[tuple[UUID, int]], now: datetime) -> list[Rule]:
    on = today_of(sale.shop, now)
    rules = rules_on(all_rules(), sale.shop.country, on)
    has_statement = (sale.shop.id, on.year) in signed
    seller = seller_of(session, sale.shop, rules, has_statement=has_statement, year=on.year)
    return [rule for rule in rules if takes(rule, seller)]


def _terms(sale: Sale, rule: Rule) -> OrderTaxTerms:
    return OrderTaxTerms(
        order_id=sale.order_id,
        organization_id=sale.shop.id,
        country=rule.country,
        rule_key=rule.key,
        name=rule.name,
        base_units=base_units(rule, sale.parts),
        amount_units=sale.parts.units,
        rate_numerator=rule.rate.numerator,
        rate_denominator=rule.rate.denominator,
    )
