"""What is withheld of an order is fixed when it is placed: nothing about it changes once a buyer pays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.identity.models import Organization
from app.money.amounts import BPS
from app.withholding.models import OrderTaxTerms
from app.withholding.queries import withheld_from
from app.withholding.rules import HOME, IMPORTS, SUPPLY, OrderParts, Rule, Supply, base_units, supply_parts


@dataclass(frozen=True)
class Sale:
    """One order of one shop, as it is being placed. `owed`: the VAT inside its prices that the market owes."""

    order_id: UUID
    shop: Organization
    parts: OrderParts
    owed: Sequence[Supply] = ()


def fix_terms(session: Session, sales: Sequence[Sale], *, now: datetime) -> set[UUID]:
    """Write down what is kept of each; gives the orders whose seller must be paid through the market.

    One query while no country of these sellers is switched on.
    """
    taking = withheld_from(session, [sale.shop for sale in sales], now)
    for sale in sales:
        for rule in taking.get(sale.shop.id, ()):
            session.add(_terms(sale, rule))
        session.add_all(_supplied(sale))
    session.flush()
    return {sale.order_id for sale in sales if sale.shop.id in taking or sale.owed}


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


def _supplied(sale: Sale) -> list[OrderTaxTerms]:
    return [
        OrderTaxTerms(
            order_id=sale.order_id,
            organization_id=sale.shop.id,
            country=owed.country,
            tax=SUPPLY,
            rule_key=f"{owed.country}-{HOME if owed.country == sale.shop.country else IMPORTS}-{owed.rate_bps}",
            name=owed.name,
            base_units=base,
            amount_units=sale.parts.units,
            rate_numerator=owed.rate_bps,
            rate_denominator=BPS,
        )
        for owed, base in supply_parts(sale.owed, sale.parts.units)
    ]
