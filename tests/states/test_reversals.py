"""Requests to turn a journal back: in every state, by everybody."""

from typing import Any
from uuid import UUID

import pytest

from app.audit.models import AuditEntry
from app.bookkeeping.rules import REVERSAL
from app.db.session import reading
from app.identity.actor import ANONYMOUS
from app.states.edges import By
from tests.bookkeeping.test_reversals import agree, ask, refuse, state_of, withdraw, wrong
from tests.closing.kept_books import Books, books  # noqa: F401 - a fixture
from tests.states.matrix import Act, Person, Stage


class Reversals(Stage):
    def __init__(self, books: Books) -> None:  # noqa: F811 - a fixture's name
        self.books = books
        super().__init__(
            REVERSAL,
            [
                Person("operator", By.OPERATOR, books.operator),
                Person("asker", By.OPERATOR, books.accountant),
                Person("auditor", None, books.auditor),
                Person("seller", None, books.trade.shop_of().owner),
                Person("nobody", None, ANONYMOUS),
            ],
            [
                Act("bookkeeping.decide_reversal", ("agreed",), self.agree, only=("operator",)),
                Act("bookkeeping.decide_reversal", ("refused",), self.refuse, only=("operator",)),
                Act("bookkeeping.decide_reversal", ("withdrawn",), self.withdraw, only=("asker",)),
            ],
            self.come_to,
            state_of,
            self.told,
        )

    def told(self, asked: UUID) -> int:
        with reading() as session:
            return session.query(AuditEntry).filter_by(subject_id=asked).count()

    def come_to(self, state: str) -> UUID:
        asked = ask(self.books.accountant, wrong())
        if state == "agreed":
            agree(self.books.operator, asked)
        elif state == "refused":
            refuse(self.books.operator, asked)
        elif state == "withdrawn":
            withdraw(self.books.accountant, asked)
        return asked

    def agree(self, asked: UUID, who: Any) -> None:
        agree(who, asked)

    def refuse(self, asked: UUID, who: Any) -> None:
        refuse(who, asked)

    def withdraw(self, asked: UUID, who: Any) -> None:
        withdraw(who, asked)


@pytest.mark.parametrize("state", REVERSAL.states)
def test_a_request_goes_only_where_its_table_leads(books: Books, state: str) -> None:  # noqa: F811
    Reversals(books).try_everything_in(state)


def test_every_edge_is_tried(books: Books) -> None:  # noqa: F811
    assert Reversals(books).untried() == []
