"""What the accountant's desk shows: of the market, or of one seller."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row as Found
from sqlalchemy.orm import Session

from app.errors import N_
from app.ledger.chart import OWED_BY_BANK, RESERVE_ACCOUNTS, TOKEN, USD
from app.ledger.queries import balances_by_account
from app.money.amounts import UNITS_PER_CENT
from app.reconciliation.rules import Row, TieOut
from app.reports.queries import Scope, statement
from app.reports.rules import KINDS, Period
from app.reports.tables.all import ESCROW_AGEING
from app.reports.tables.reading import Asked, totals

DAYS_DRAWN = 30
OF_BUYERS_AND_SELLERS = ("2100", "2110", "2120", "2200", "2310", "2320")
"""Tokens that are somebody else's, by account."""
OWN_TOKENS = ("1200", "1205")
AGES = ("days_0_7", "days_8_30", "days_31_60", "days_over_60")


@dataclass(frozen=True)
class Position:
    """Cash in cents, tokens in base units. `cash` covers the tokens; `owed_by_bank` of it is somebody's already."""

    bank: int
    at_stripe: int
    to_bank: int
    owed_by_bank: int
    in_escrow: int
    of_sellers: int
    of_others: int
    own: int

    @property
    def cash(self) -> int:
        return self.bank + self.at_stripe + self.to_bank


def position_of_market(session: Session) -> Position:
    balances = {(row.number, row.asset): int(row.balance) for row in balances_by_account(session)}

    def total(asset: str, *numbers: str) -> int:
        return sum(balances.get((number, asset), 0) for number in numbers)

    others = (number for number in OF_BUYERS_AND_SELLERS if number not in ("2110", "2120", "2200"))
    return Position(
        bank=total(USD, "1010"),
        at_stripe=total(USD, "1100", "1105"),
        to_bank=total(USD, "1110"),
        owed_by_bank=total(USD, *OWED_BY_BANK),
        in_escrow=total(TOKEN, "2110", "2120"),
        of_sellers=total(TOKEN, "2200"),
        of_others=total(TOKEN, *others),
        own=total(TOKEN, *OWN_TOKENS),
    )


@dataclass(frozen=True)
class Day:
    """The end of a day, in base units: cash and tokens of others; or what is held for a seller, and what is in escrow."""

    day: date
    first: int
    second: int


def days_before(session: Session, scope: Scope, today: date) -> list[Day]:
    """The last days, today among them, by the clock of whose they are."""
    period = Period(today - timedelta(days=DAYS_DRAWN - 1), today, scope.time_zone)
    values: dict[str, Any] = {
        "zone": period.time_zone,
        "starts_at": period.starts_at,
        "first_day": period.first,
        "last_day": period.last,
    }
    if scope.seller_id is not None:
        rows = session.execute(statement("position_of_seller"), {**values, "seller_id": scope.seller_id})
        return [Day(row.day, int(row.first), int(row.second)) for row in rows]
    accounts = {"cash": list(RESERVE_ACCOUNTS), "tokens": list(OF_BUYERS_AND_SELLERS)}
    rows = session.execute(statement("position"), {**values, **accounts})
    return [Day(row.day, int(row.first) * UNITS_PER_CENT, int(row.second)) for row in rows]


def escrow_by_age(session: Session, scope: Scope, today: date) -> list[str]:
    """What the escrow holds for orders now, one exact decimal for each of `AGES`; nothing while it holds nothing."""
    found = totals(session, Asked(ESCROW_AGEING, scope, Period(today, today, scope.time_zone)))
    return [found[0][age] for age in AGES] if found else []


def months_to_close(session: Session) -> Sequence[Found[*tuple[str, bool]]]:
    """(month, whether it is closed for entries), the oldest first."""
    return session.execute(statement("to_close")).all()


def sides_of_seller(session: Session, seller_id: UUID, found: TieOut | None) -> tuple[Row, ...]:
    """A seller's money three ways. `found`: the newest comparison with the chain, if there was one."""
    values = {"seller_id": seller_id, "reported": list(KINDS)}
    row = session.execute(statement("sides_of_seller"), values).one()
    apart = sum(
        one.difference
        for one in (found.findings if found else ())
        if one.kind == "organization" and one.culprit == str(seller_id)
    )
    address = int(row.address_booked)
    return (
        Row("escrow", N_("CTM in escrow for the orders"), TOKEN, int(row.escrow_by_orders), int(row.escrow_booked), None),
        Row("held", N_("CTM of the balance held by the market"), TOKEN, int(row.held_by_report), int(row.held_booked), None),
        Row("address", N_("CTM at the shop's address on the chain"), TOKEN, None, address, address + apart if found else None),
    )  # fmt: skip
