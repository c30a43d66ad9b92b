"""The short way of the match, by which ordinary transactions of the chain go, finds of them what the long way finds."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.matching.actions import match_items as matching
from tests.matching.test_planted_faults import FAULTS, do, match
from tests.reconciliation.test_tie_out import posted_again, take_away
from tests.reconciliation.world import World
from tests.support.trade import Trade

Outcomes = dict[str, tuple[Any, ...]]
NO_SHORT_WAY = ("bank_names", "touched")


@pytest.fixture
def outcomes(books: Session, world: World, market: Trade, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcomes]:
    """What a whole run with these steps finds of transactions; it is undone."""

    def found(**steps: tuple[str, ...]) -> Outcomes:
        point = books.begin_nested()
        with monkeypatch.context() as otherwise:
            for name, some in steps.items():
                otherwise.setattr(matching, name, some)
            match(books, market)
        rows = books.execute(
            text(
                "SELECT reference, state, rule, reason, asset, outside, booked, paper, difference, since, journal_id, detail"
                " FROM match_outcomes WHERE family = 'chain'"
            )
        ).all()
        point.rollback()
        return {row.reference: tuple(row) for row in rows}

    return found


def transactions(session: Session, having: str) -> set[str]:
    rows = session.execute(
        text(
            "SELECT '0x' || encode(j.tx_hash, 'hex') FROM journals AS j JOIN (SELECT tx_hash, count(*) AS logs FROM chain_logs"
            f" WHERE topics[1] = :transfer GROUP BY tx_hash) AS l USING (tx_hash) GROUP BY j.tx_hash, l.logs HAVING {having}"
        ),
        {"transfer": matching.TRANSFER_TOPIC},
    )
    return set(rows.scalars())


GAS, ONE_ENTRY = "count(*) FILTER (WHERE event = 'gas_spent')", "count(*) FILTER (WHERE event <> 'gas_spent') = 1"


def test_ordinary_transactions_with_gas_go_the_short_way_and_come_out_as_by_the_long_one(
    books: Session, outcomes: Callable[..., Outcomes]
) -> None:
    short, long = outcomes(_FROM_TABLES=()), outcomes(_TOUCHED=NO_SHORT_WAY)
    assert transactions(books, f"{GAS} = 1 AND {ONE_ENTRY}") <= short.keys()
    assert transactions(books, f"{GAS} = 1 AND {ONE_ENTRY} AND logs > 1") & short.keys()
    assert short == {reference: long[reference] for reference in short}


def lost(session: Session) -> None:
    take_away(session, "event = 'gas_spent'")


def doubled(session: Session) -> None:
    for key in session.execute(text("SELECT key FROM journals WHERE event = 'gas_spent'")).scalars().all():
        posted_again(session, key)


def a_wei_off(session: Session) -> None:
    do(
        session,
        "UPDATE postings AS p SET amount = p.amount + CASE WHEN p.amount > 0 THEN 1 ELSE -1 END FROM journals AS j"
        " WHERE j.id = p.journal_id AND j.event = 'gas_spent'",
    )


@pytest.mark.parametrize("wrong", [lost, doubled, a_wei_off], ids=lambda wrong: wrong.__name__)
def test_gas_that_is_booked_wrong_changes_nothing_about_its_transaction_either_way(
    books: Session, outcomes: Callable[..., Outcomes], wrong: Callable[[Session], None]
) -> None:
    sound = outcomes(_FROM_TABLES=()), outcomes(_TOUCHED=NO_SHORT_WAY)
    wrong(books)
    assert (outcomes(_FROM_TABLES=()), outcomes(_TOUCHED=NO_SHORT_WAY)) == sound


@pytest.mark.parametrize("plant", FAULTS, ids=lambda plant: plant.__name__)
def test_a_fault_comes_out_the_same_with_the_short_way_and_without(
    books: Session, outcomes: Callable[..., Outcomes], plant: Callable[[Session], Any]
) -> None:
    plant(books)
    assert outcomes() == outcomes(_TOUCHED=NO_SHORT_WAY)
