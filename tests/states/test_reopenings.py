"""Requests to open a month again: in every state, by everybody."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from app.audit.models import AuditEntry
from app.closing.actions.decide_reopening import agree_to_reopening, refuse_reopening, withdraw_reopening
from app.closing.actions.soft_close_month import soft_close_month
from app.closing.models import Reopening
from app.closing.rules import REOPENING, month_after, month_before
from app.db.session import in_transaction, reading
from app.identity.actor import ANONYMOUS
from app.ledger.months import next_to_close
from app.states.edges import By
from tests.closing.kept_books import Books, books  # noqa: F401 - a fixture
from tests.closing.test_closing import ask
from tests.states.matrix import Act, Person, Stage


class Reopenings(Stage):
    """Months long before the first entry: each request is for one of its own, and the one after it."""

    def __init__(self, books: Books) -> None:  # noqa: F811 - a fixture's name
        self.books, self.month = books, "2001-01"
        super().__init__(
            REOPENING,
            [
                Person("operator", By.OPERATOR, books.operator),
                Person("asker", By.OPERATOR, books.accountant),
                Person("auditor", None, books.auditor),
                Person("seller", None, books.trade.shop_of().owner),
                Person("nobody", None, ANONYMOUS),
            ],
            [
                Act("closing.decide_reopening", ("agreed",), self.agree, only=("operator",)),
                Act("closing.decide_reopening", ("refused",), self.refuse, only=("operator",)),
                Act("closing.decide_reopening", ("withdrawn",), self.withdraw, only=("asker",)),
            ],
            self.come_to,
            self.state_of,
            self.told,
        )

    def state_of(self, asked: UUID) -> str:
        with reading() as session:
            return session.get_one(Reopening, asked).state

    def told(self, asked: UUID) -> int:
        with reading() as session:
            return session.query(AuditEntry).filter_by(subject_id=str(asked)).count()

    def come_to(self, state: str) -> UUID:
        earlier, later = self.month, month_after(self.month)
        self.month = month_after(later)
        self.soft_close(later)
        asked = ask(self.books, later)
        if state == "agreed":
            self.agree(asked, self.books.operator)
            self.soft_close(later)
        elif state == "refused":
            self.refuse(asked, self.books.operator)
        elif state == "withdrawn":
            self.withdraw(asked, self.books.accountant)
        elif state == "lapsed":
            self.agree(ask(self.books, earlier), self.books.operator)
            self.soft_close(later)
        return asked

    def soft_close(self, period: str) -> None:
        """And those before it that are open."""
        with reading() as session:
            first = next_to_close(session, "soft_closed_through") or month_before(period)
        while first <= period:
            in_transaction(lambda s, month=first: soft_close_month(s, self.books.operator, month, reason="-").id)
            first = month_after(first)

    def agree(self, asked: UUID, who: Any) -> None:
        in_transaction(lambda s: agree_to_reopening(s, who, asked, now=datetime.now(UTC)).id)

    def withdraw(self, asked: UUID, who: Any) -> None:
        in_transaction(lambda s: withdraw_reopening(s, who, asked, answer="", now=datetime.now(UTC)).id)

    def refuse(self, asked: UUID, who: Any) -> None:
        in_transaction(lambda s: refuse_reopening(s, who, asked, answer="", now=datetime.now(UTC)).id)


@pytest.mark.parametrize("state", REOPENING.states)
def test_a_request_goes_only_where_its_table_leads(books: Books, state: str) -> None:  # noqa: F811
    Reopenings(books).try_everything_in(state)


def test_every_edge_but_the_one_that_another_request_takes_is_tried(books: Books) -> None:  # noqa: F811
    assert Reopenings(books).untried() == ["asked -> lapsed by closing.decide_reopening"]
