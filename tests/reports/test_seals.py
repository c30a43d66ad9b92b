"""The page of the seals: what is sealed, what is on chain, and what the last look found."""

from sqlalchemy import text

from app.db.session import reading
from app.proofs import jobs
from app.proofs.queries import last_anchor, newest_seal
from tests.support.front import Front
from tests.support.horizon import nobody_writes
from tests.support.trade import Trade


def test_a_market_without_seals_says_when_the_first_comes(front: Front, trade: Trade) -> None:
    page = front.member(trade.operator).look("/books/seals")
    assert "Not looked over yet" in page
    assert "The first seal is made within an hour" in page
    assert "No seal is on chain yet" in page


def test_it_shows_seal_anchor_and_look(front: Front, trade: Trade) -> None:
    nobody_writes()
    jobs.seal()
    assert "Seal 1 is on its way." in front.member(trade.operator).look("/books/seals")
    trade.settle()
    jobs.verify()
    page = front.member(trade.operator).look("/books/seals")
    with reading() as session:
        seal, anchor = newest_seal(session), last_anchor(session)
    assert seal is not None
    assert anchor is not None
    assert "The books are as they were sealed." in page
    assert "is on its way" not in page
    for hashed in (seal.hash, anchor.tx_hash, anchor.contract):
        assert hashed.hex() in page


def test_it_names_what_the_last_look_found(front: Front, trade: Trade) -> None:
    nobody_writes()
    jobs.seal()
    with trade.engine.begin() as connection:
        connection.execute(text("ALTER TABLE journals DISABLE TRIGGER journals_append_only"))
        changed = connection.scalar(text("UPDATE journals SET event = '<b>' WHERE sequence = 1 RETURNING id"))
        connection.execute(text("ALTER TABLE journals ENABLE TRIGGER journals_append_only"))
    jobs.verify()
    page = front.member(trade.operator).look("/books/seals")
    assert "The last look found 1 fault." in page
    assert f"journal {changed}" in page
    assert "journal-changed" in page
