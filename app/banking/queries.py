"""Reading what banks said."""

from typing import Any

from sqlalchemy import Select, false, func, select
from sqlalchemy.orm import Session

from app.banking.errors import StatementKeeperNeeded
from app.banking.models import BankLine, BankStatement
from app.banking.rules import KEEPERS, READERS
from app.db.paging import Page, fetch_page
from app.identity.actor import Actor, market_role
from app.identity.models import User


def require_keeper(actor: Actor) -> None:
    """Raises StatementKeeperNeeded."""
    if not market_role(actor, *KEEPERS):
        raise StatementKeeperNeeded


def statements_for(actor: Actor) -> Select[BankStatement]:
    """Those this person may read: nobody who does not read the market's books finds one."""
    query = select(BankStatement)
    return query if market_role(actor, *READERS) else query.where(false())


def kept_statements(session: Session, actor: Actor, *, cursor: str | None = None, size: int = 50) -> Page[Any]:
    """The newest first, each with who took it in."""
    shown = select(
        BankStatement.id,
        BankStatement.kept_at,
        BankStatement.first_on,
        BankStatement.last_on,
        BankStatement.account,
        BankStatement.format,
        BankStatement.line_count,
        BankStatement.new_count,
        func.coalesce(func.nullif(User.name, ""), User.email, "").label("keeper"),
    ).join(User, User.id == BankStatement.kept_by)
    query = shown.where(BankStatement.id.in_(statements_for(actor).with_only_columns(BankStatement.id)))
    order = [BankStatement.kept_at, BankStatement.id]
    return fetch_page(session, query, order=order, descending=True, cursor=cursor, size=size)


def lines_of(session: Session, statement: BankStatement, *, cursor: str | None = None, size: int = 100) -> Page[Any]:
    """Lines that this file was the first to have, as they stand in it."""
    query = select(
        BankLine.place,
        BankLine.id,
        BankLine.booked_on,
        BankLine.reference,
        BankLine.description,
        BankLine.amount_minor,
        BankLine.currency,
        BankLine.balance_minor,
    ).where(BankLine.statement_id == statement.id)
    return fetch_page(session, query, order=[BankLine.place, BankLine.id], descending=False, cursor=cursor, size=size)
