"""Reading what banks said."""


from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.banking.errors import StatementKeeperNeeded
from app.banking.models import BankLine, BankStatement
from app.banking.rules import KEEPERS, READERS
from app.db.paging import Page, fetch_page
from app.identity.actor import Actor, market_role


def require_keeper(actor: Actor) -> None:
    """Raises StatementKeeperNeeded."""
    if not market_role(actor, *KEEPERS):
        raise StatementKeeperNeeded


def statements_for(actor: Actor) -> Select[BankStatement]:
    """Those this person may read: nobody who does not read the market's books finds one."""
    query = select(BankStatement)
    return query if market_role(actor, *READERS) else query.where(False)


def kept_statements(
    session: Session, actor: Actor, *, cursor: str | None = None, size: int = 50
) -> Page[BankStatement]:
    """The newest first."""
    order = [BankStatement.kept_at, BankStatement.id]
    return fetch_page(session, statements_for(actor), order=order, descending=True, cursor=cursor, size=size)


def lines_of(
    session: Session, statement: BankStatement, *, cursor: str | None = None, size: int = 100
) -> Page[BankLine]:
    """Lines that this file was the first to have, as they stand in it."""
    query = select(BankLine).where(BankLine.statement_id == statement.id)
    return fetch_page(session, query, order=[BankLine.place, BankLine.id], cursor=cursor, size=size)
