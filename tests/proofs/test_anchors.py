"""The newest seal is on chain once a day, whatever dies or is taken back meanwhile; and the chain is believed."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, create_engine, select, text

from app.chain.contracts import ANCHOR, decode_result, encode_call
from app.chain.rpc import to_hex
from app.cli.books_commands import books
from app.db.session import in_transaction, reading, transaction
from app.ledger.recipes import capital_paid_in
from app.proofs import jobs
from app.proofs.actions.plan_anchor import plan_anchor
from app.proofs.models import Anchor
from app.proofs.queries import newest_seal
from app.proofs.sealing import seal_all
from app.reactions import react
from app.settlement.actions.plan_intent import plan_intent
from app.settlement.models import ChainIntent
from app.settlement.queries import contract_addresses
from tests.ledger.amounts import AT
from tests.proofs.conftest import post
from tests.support.horizon import nobody_writes
from tests.support.settled import Settled

pytestmark = pytest.mark.chain


@pytest.fixture
def market(settled: Settled) -> Settled:
    react()
    settled.settle()
    settled.worker._due_at = 0.0  # the node may have forgotten the block whose coin was to be counted at the start
    settled.worker.round()
    return settled


@pytest.fixture
def owner(deployed_database: str) -> Iterator[Engine]:
    """Who may switch triggers off."""
    engine = create_engine(deployed_database)
    yield engine
    engine.dispose()


def more(key: str) -> None:
    """A seal over one more journal."""
    post(capital_paid_in(key=key, cents=5, at=AT))
    nobody_writes()
    seal_all()


def plan(*, days: int = 0) -> int | None:
    return in_transaction(lambda session: plan_anchor(session, datetime.now(UTC) + timedelta(days=days)))


def contract() -> bytes:
    with reading() as session:
        return contract_addresses(session)[ANCHOR]


def on_chain(market: Settled) -> tuple[int, bytes]:
    """(number, hash) of the newest seal that the contract knows."""
    (latest,) = decode_result(ANCHOR, "latest", 0, market.rpc.call(contract(), encode_call(ANCHOR, "latest")))
    kept = decode_result(ANCHOR, "anchors", 1, market.rpc.call(contract(), encode_call(ANCHOR, "anchors", latest)))
    return latest, kept[0]


def head() -> tuple[int, bytes]:
    with reading() as session:
        seal = newest_seal(session)
        assert seal is not None
        return seal.number, seal.hash


def anchors() -> list[Anchor]:
    with reading() as session:
        return list(session.scalars(select(Anchor).order_by(Anchor.seal)))


def intents() -> list[tuple[str, str | None]]:
    with reading() as session:
        rows = (
            select(ChainIntent.state, ChainIntent.problem).where(ChainIntent.kind == "anchor").order_by(ChainIntent.id)
        )
        return [tuple(row) for row in session.execute(rows)]


def test_the_job_seals_and_puts_the_newest_seal_on_chain(market: Settled) -> None:
    nobody_writes()
    jobs.seal()
    assert anchors() == []
    market.settle()
    assert on_chain(market) == head()
    (kept,) = anchors()
    assert (kept.seal, kept.seal_hash, kept.contract) == (*head(), contract())
    receipt = market.rpc.receipt(kept.tx_hash)
    assert receipt is not None
    assert (receipt.block_number, receipt.succeeded) == (kept.block_number, True)
    assert intents() == [("done", None)]


def test_what_an_anchor_costs_is_sealed_and_not_put_on_chain_for_itself(market: Settled) -> None:
    nobody_writes()
    jobs.seal()
    market.settle()
    before = head()
    nobody_writes()
    seal_all()
    assert head() > before
    assert plan(days=9) is None
    more("later")
    assert plan(days=9) == head()[0]


def test_once_a_day_and_only_when_there_is_a_new_seal(market: Settled) -> None:
    nobody_writes()
    seal_all()
    assert plan() == 1
    assert plan() is None
    assert plan(days=1) == 1  # not on chain yet: the same intent
    market.settle()
    assert len(intents()) == 1
    assert plan(days=1) is None  # nothing new
    more("new")
    assert plan() is None  # not a day yet
    assert plan(days=1) == 2
    market.settle()
    assert on_chain(market) == head()
    assert [kept.seal for kept in anchors()] == [1, 2]


def test_without_the_contract_the_market_seals_and_trades_on(market: Settled, owner: Engine) -> None:
    with owner.begin() as connection:
        connection.execute(text("DELETE FROM deployments WHERE name = 'LedgerAnchor'"))
    nobody_writes()
    jobs.seal()
    market.settle()
    assert head()[0] == 1
    assert intents() == []


def test_a_block_that_is_taken_back_takes_the_anchor_with_it_and_it_comes_again(market: Settled) -> None:
    nobody_writes()
    seal_all()
    plan()
    market.worker.round()
    market.chain.mine()
    market.worker.round()
    assert on_chain(market) == head()
    market.chain.reorg(2)
    assert anchors() == []
    market.settle()
    assert on_chain(market) == head()
    assert len(anchors()) == 1
    assert intents() == [("done", None)]


def test_one_that_the_chain_has_already_is_ticked_off(market: Settled, owner: Engine) -> None:
    """As after a death between the broadcast and everything that follows, with the tables as they were before."""
    nobody_writes()
    seal_all()
    plan()
    market.settle()
    with owner.begin() as connection:
        connection.execute(
            text("UPDATE chain_intents SET state = 'planned', transaction_id = NULL WHERE kind = 'anchor'")
        )
    market.settle()
    assert intents() == [("done", None)]
    assert len(anchors()) == 1


def test_books_put_back_from_a_backup_do_not_pass_the_later_seals_on_chain(market: Settled) -> None:
    nobody_writes()
    seal_all()
    number, seal_hash = head()
    with transaction() as session:  # what the lost days had put there
        later = {"seal": number + 7, "hash": "ab" * 32}
        plan_intent(session, key="later", chain_id=market.rpc.chain_id, kind="anchor", arguments=later)
    market.settle()
    plan(days=1)
    market.settle()
    assert intents() == [("done", None), ("dropped", "a later seal is on chain")]
    assert on_chain(market) == (number + 7, b"\xab" * 32)
    done = verify("--rpc", market.chain.url, "--contract", to_hex(contract()))
    assert f"seal-missing seal {number + 7}: it was put on chain" in done.output
    assert seal_hash.hex() in done.output


def verify(*arguments: str) -> Any:
    return CliRunner().invoke(books, ["verify", *arguments])


def test_a_file_is_held_against_the_chain(market: Settled, tmp_path: Path) -> None:
    nobody_writes()
    jobs.seal()
    market.settle()
    file = tmp_path / "books.jsonl"
    assert CliRunner().invoke(books, ["export", str(file)]).exit_code == 0
    asked = (str(file), "--rpc", market.chain.url)
    done = verify(*asked)
    assert done.exit_code == 0, done.output
    assert "1 anchors: nothing was changed" in done.output
    assert verify(*asked, "--contract", to_hex(contract())).exit_code == 0

    more("new")
    plan(days=1)
    market.settle()
    done = verify(*asked, "--contract", to_hex(contract()))
    assert done.exit_code == 1
    assert f"seal-missing seal 2: it is anchored in {to_hex(contract())} and is not there" in done.output


def test_an_anchor_that_the_chain_does_not_know_or_knows_otherwise_is_named(
    market: Settled, owner: Engine, tmp_path: Path
) -> None:
    nobody_writes()
    jobs.seal()
    market.settle()
    with owner.begin() as connection:
        connection.execute(text("ALTER TABLE seal_anchors DISABLE TRIGGER USER"))
        connection.execute(text("UPDATE seal_anchors SET seal = 9, seal_hash = decode(repeat('cd', 32), 'hex')"))
        connection.execute(text("ALTER TABLE seal_anchors ENABLE TRIGGER USER"))
    done = verify("--json", "--rpc", market.chain.url)
    assert done.exit_code == 1
    found = json.loads(done.output)
    assert {(one["kind"], one["which"]) for one in found["faults"]} == {
        ("seal-missing", "seal 9"),
        ("anchor-missing", "seal 9"),
    }
