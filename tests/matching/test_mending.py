"""A planted fault that an entry can mend is mended by the proposed one: the next run matches it, and the tie-out ties."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.identity.actor import Actor
from app.matching.actions.decide_proposal import agree_to_proposal
from app.matching.actions.propose_resolution import propose_resolution
from app.matching.errors import WouldOverdraw
from app.matching.models import MatchException
from app.matching.rules import Kind
from tests.closing.kept_books import somebody
from tests.matching import test_planted_faults as faults
from tests.reconciliation.conftest import GUARDED
from tests.reconciliation.test_tie_out import compare, culprits
from tests.reconciliation.world import World
from tests.support.trade import Trade


@pytest.fixture(scope="module")
def accountant(market: Trade) -> Actor:
    return somebody(market, "accountant", "sokha@books.example")


@pytest.mark.parametrize(
    ("plant", "kind"),
    [
        (faults.not_booked, Kind.BOOK),
        (faults.booked_twice, Kind.TAKE_BACK),
        (faults.payout_booked_twice, Kind.TAKE_BACK),
        (faults.chain_booked_twice, Kind.TAKE_BACK),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_what_two_people_book_mends_the_item(
    books: Session, world: World, market: Trade, accountant: Actor, plant: Callable[[Session], faults.Found], kind: Kind
) -> None:
    plant(books)
    guard(books)
    faults.match(books, market)
    exception_id = opened(books)
    proposal = propose_resolution(books, accountant, exception_id, kind, other="", note="Why", form_token=uuid4())
    agree_to_proposal(books, market.operator, proposal.id, now=market.now())
    faults.match(books, market, whole=False)
    assert faults.exceptions(books) == set()
    found = compare(books, world, market)
    assert culprits(found) == set()
    faults.match(books, market)
    assert faults.exceptions(books) == set()


def test_a_fee_that_differs_is_booked_as_a_fee(books: Session, world: World, market: Trade, accountant: Actor) -> None:
    faults.fee_changed(books)
    guard(books)
    faults.match(books, market)
    proposal = propose_resolution(
        books, accountant, opened(books), Kind.CORRECT, other="", note="Why", form_token=uuid4()
    )
    assert proposal.lines == [["1100", "USD", "", "-1"], ["5100", "USD", "", "1"]]
    agree_to_proposal(books, market.operator, proposal.id, now=market.now())
    faults.match(books, market)
    assert faults.exceptions(books) == set()


def test_an_entry_that_would_leave_a_balance_below_zero_is_refused_in_words(
    books: Session, world: World, market: Trade, accountant: Actor
) -> None:
    """A release whose log is gone: the seller has redeemed most of it already."""
    faults.log_is_gone(books)
    guard(books)
    faults.match(books, market)
    proposal = propose_resolution(
        books, accountant, opened(books), Kind.TAKE_BACK, other="", note="Why", form_token=uuid4()
    )
    with pytest.raises(WouldOverdraw):
        agree_to_proposal(books, market.operator, proposal.id, now=market.now())
    assert proposal.state == "asked"
    assert {reason for _, reason, _ in faults.exceptions(books)} == {"MISSING_CHAIN"}


def guard(books: Session) -> None:
    """The guards are on again: what is booked from here on is booked as ever."""
    for table in GUARDED:
        books.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))


def opened(books: Session) -> UUID:
    return books.scalars(select(MatchException.id).where(MatchException.state == "open")).one()
