"""Everybody tries everything with a proposal to resolve an exception, in every state of it."""

from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from app.audit.models import AuditEntry
from app.db.session import in_transaction, reading
from app.identity.actor import ANONYMOUS
from app.matching.actions.decide_proposal import agree_to_proposal, refuse_proposal, withdraw_proposal
from app.matching.rules import PROPOSAL, Kind
from app.states.edges import By
from tests.banking.files import entry
from tests.closing.kept_books import Books, books  # noqa: F401 - a fixture
from tests.matching.resolving import proposal, propose, say
from tests.states.matrix import Act, Person, Stage


class Proposals(Stage):
    """Each is for a line of the bank of its own."""

    def __init__(self, books: Books) -> None:  # noqa: F811 - a fixture's name
        self.books, self.numbers = books, count()
        super().__init__(
            PROPOSAL,
            [
                Person("operator", By.OPERATOR, books.operator),
                Person("asker", By.OPERATOR, books.accountant),
                Person("auditor", None, books.auditor),
                Person("seller", None, books.trade.shop_of().owner),
                Person("nobody", None, ANONYMOUS),
            ],
            [
                Act("matching.decide_proposal", ("agreed",), self.agree, only=("operator",)),
                Act("matching.decide_proposal", ("refused",), self.refuse, only=("operator",)),
                Act("matching.decide_proposal", ("withdrawn",), self.withdraw, only=("asker",)),
            ],
            self.come_to,
            self.state_of,
            self.told,
        )

    def state_of(self, asked: UUID) -> str:
        return proposal(asked).state

    def told(self, asked: UUID) -> int:
        with reading() as session:
            return session.query(AuditEntry).filter_by(subject_id=str(proposal(asked).exception_id)).count()

    def come_to(self, state: str) -> UUID:
        reference = f"new{next(self.numbers)}"
        say(self.books, entry("1.00", reference=reference))
        asked = propose(self.books.accountant, reference, Kind.BOOK)
        if state == "agreed":
            self.agree(asked, self.books.operator)
        elif state == "refused":
            self.refuse(asked, self.books.operator)
        elif state == "withdrawn":
            self.withdraw(asked, self.books.accountant)
        return asked

    def agree(self, asked: UUID, who: Any) -> None:
        in_transaction(lambda s: agree_to_proposal(s, who, asked, now=datetime.now(UTC)).id)

    def withdraw(self, asked: UUID, who: Any) -> None:
        in_transaction(lambda s: withdraw_proposal(s, who, asked, answer="", now=datetime.now(UTC)).id)

    def refuse(self, asked: UUID, who: Any) -> None:
        in_transaction(lambda s: refuse_proposal(s, who, asked, answer="", now=datetime.now(UTC)).id)


@pytest.mark.parametrize("state", PROPOSAL.states)
def test_everybody_tries_everything(books: Books, state: str) -> None:  # noqa: F811
    Proposals(books).try_everything_in(state)


def test_every_edge_is_tried(books: Books) -> None:  # noqa: F811
    assert Proposals(books).untried() == []
