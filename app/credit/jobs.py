"""Background work of paying later."""

from datetime import date
from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from app.config.days import market_today
from app.credit.actions.remind_debt import note_overdue, remind_debt
from app.credit.queries import debts_overdue_untold, debts_to_remind
from app.db.session import in_transaction, reading


def remind() -> None:
    """Write to companies about days to pay that are near or past; each in a transaction of its own."""
    remind_at(market_today())


def remind_at(today: date) -> None:
    with reading() as session:
        waiting, overdue = debts_to_remind(session, today), debts_overdue_untold(session, today)
    for order_id in waiting:
        in_transaction(partial(_remind, order_id, today))
    for order_id in overdue:
        in_transaction(partial(_note_overdue, order_id, today))


def _remind(order_id: UUID, today: date, session: Session) -> None:
    remind_debt(session, order_id, today=today)


def _note_overdue(order_id: UUID, today: date, session: Session) -> None:
    note_overdue(session, order_id, today=today)


JOBS = {"credit.remind": remind}
PERIODIC = {"credit.remind": "23 * * * *"}
