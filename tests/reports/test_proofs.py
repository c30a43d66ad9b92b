"""A seller's proof that a line of the settlement report stands in the sealed books, checked by a script that knows nothing of us."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.db.session import snapshot, transaction
from app.identity.actor import Actor
from app.identity.errors import ShopNotFound
from app.ledger.actions.post_journal import post_journal
from app.ledger.chart import token_account
from app.ledger.models import Journal
from app.ledger.recipes import capital_paid_in, stray_transfer
from app.proofs import jobs
from app.proofs.actions.seal_journals import seal_journals
from app.proofs.inclusion import next_sealing
from app.reports.errors import LineNotFound, ProofNamesOthers
from app.reports.proof_files import proof_of_line
from app.reports.queries import scope_for
from tests.ledger.amounts import AT, log_ref
from tests.reports.test_settlement_report import report, settled_order
from tests.support.front import Front
from tests.support.horizon import nobody_writes
from tests.support.trade import Trade

SCRIPT = Path(__file__).resolve().parents[2] / "docs/accountants/check_proof.py"


def proof(actor: Actor, journal: str | UUID, slug: str | None = None) -> dict[str, Any]:
    with snapshot() as session:
        return proof_of_line(session, scope_for(session, actor, slug), UUID(str(journal)), now=datetime.now(UTC))


@pytest.fixture
def script(tmp_path: Path) -> Callable[..., tuple[int, str]]:
    """Alone in a folder of its own, without any package: (exit code, what it said)."""
    alone = shutil.copy(SCRIPT, tmp_path / "check_proof.py")

    def run(content: dict[str, Any] | bytes, *arguments: str) -> tuple[int, str]:
        (tmp_path / "proof.json").write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        command = [sys.executable, "-I", "-S", os.fspath(alone), "proof.json", *arguments]
        done = subprocess.run(command, cwd=tmp_path, env={}, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    return run


def test_the_script_is_short_and_needs_nothing() -> None:
    assert len(SCRIPT.read_text("utf-8").splitlines()) <= 60


def test_the_example_of_the_page_says_what_the_page_says(script: Callable[..., tuple[int, str]]) -> None:
    page = SCRIPT.with_name("tamper-evidence.md").read_text("utf-8")
    example = (SCRIPT.with_name("proof-example.json")).read_bytes()
    code, told = script(example)
    assert code == 0
    assert f"```\n{told}```" in page
    anchor = json.loads(example)["anchor"]["seal_hash"]
    assert f"--anchor 0x{anchor}" in page
    assert script(example, "--anchor", f"0x{anchor}")[0] == 0


def sealed_line(trade: Trade) -> tuple[Any, dict[str, Any]]:
    """A shop, and the proof of the line that paid it, after its seal is on chain for good."""
    shop = trade.shop_of()
    settled_order(trade, shop)
    nobody_writes()
    jobs.seal()
    trade.settle()
    line = next(one for one in report(trade, shop.owner)[0] if one.gross)
    return shop, proof(shop.owner, line.journal)


def test_a_line_is_proved_up_to_the_chain(trade: Trade, script: Callable[..., tuple[int, str]]) -> None:
    shop, found = sealed_line(trade)
    line = next(one for one in report(trade, shop.owner)[0] if one.gross)
    code, told = script(found)
    assert code == 0, told
    assert f"Entry {line.journal}, leg_released" in told
    assert f"  2200 CTM -{line.net}" in told
    assert found["anchor"]["seal_hash"] == found["seals"][-1]["hash"]
    head = "0x" + found["anchor"]["seal_hash"]
    code, told = script(found, "--anchor", head)
    assert code == 0
    assert "as you have read there" in told
    code, told = script(found, "--anchor", "0x" + "00" * 32)
    assert code == 1
    assert f"is {head}, not 0x0000" in told


def test_every_line_of_a_report_has_its_proof(trade: Trade, script: Callable[..., tuple[int, str]]) -> None:
    shop, _ = sealed_line(trade)
    lines = report(trade, shop.owner)[0]
    assert len(lines) >= 2
    for line in lines:
        code, told = script(proof(shop.owner, line.journal))
        assert code == 0, told


def test_the_way_goes_over_the_seals_between_until_the_next_that_is_on_chain(
    trade: Trade, script: Callable[..., tuple[int, str]]
) -> None:
    shop = trade.shop_of()
    settled_order(trade, shop)
    line = report(trade, shop.owner)[0][0]
    with transaction() as session:
        while seal_journals(session, most=2) is not None:
            session.expire_all()
    alone = proof(shop.owner, line.journal)
    assert alone["anchor"] is None
    assert script(alone) == (0, script(alone)[1])
    assert "on no chain" in script(alone)[1]
    nobody_writes()
    jobs.seal()
    trade.settle()
    found = proof(shop.owner, line.journal)
    assert len(found["seals"]) > 1
    assert script(found, "--anchor", "0x" + found["anchor"]["seal_hash"])[0] == 0


def _changed(content: Any) -> list[tuple[str, Any]]:
    """The proof with one thing in it changed, each thing once."""
    found: list[tuple[str, Any]] = []

    def other(value: Any) -> Any:
        return not value if isinstance(value, bool) else value + 1 if isinstance(value, int) else f"{value[:-1]}{'0' if value[-1] != '0' else '1'}"  # fmt: skip

    def walk(value: Any, path: list[Any]) -> None:
        if isinstance(value, dict | list):
            for key in value if isinstance(value, dict) else range(len(value)):
                walk(value[key], [*path, key])
            return
        copy = json.loads(json.dumps(content))
        place = copy
        for key in path[:-1]:
            place = place[key]
        if value is not None:
            place[path[-1]] = other(value)
            found.append((".".join(map(str, path)), copy))

    walk(content, [])
    return found


NOT_PROVED_BY_IT = ("position", "sealed_by", "anchor.chain_id", "anchor.contract", "anchor.seal", "anchor.tx_hash",
                    "anchor.block_number", "anchor.block_time")  # fmt: skip
"""Where to look on the chain is said, not proved: whoever looks there finds another hash, or none."""


def test_whatever_is_changed_in_a_proof_it_proves_nothing_any_more(
    trade: Trade, script: Callable[..., tuple[int, str]]
) -> None:
    _shop, found = sealed_line(trade)
    assert script(found)[0] == 0
    for name, other in _changed(found):
        if name not in NOT_PROVED_BY_IT:
            code, told = script(other)
            assert (code, told[:10]) == (1, "NOT PROVED"), name


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", b'{"format": "phsar-proof/1", "words": "{}"}', b'"x"'])
def test_what_is_no_proof_proves_nothing_and_says_so(content: bytes, script: Callable[..., tuple[int, str]]) -> None:
    code, told = script(content)
    assert code == 1
    assert told.startswith("NOT PROVED")
    assert "Traceback" not in told


@pytest.mark.parametrize("arguments", [["0x00"], ["--anchor"], ["--anker", "0x00"]])
def test_a_mistyped_command_is_not_taken_for_another(
    arguments: list[str], script: Callable[..., tuple[int, str]]
) -> None:
    code, told = script(b"{}", *arguments)
    assert code == 1
    assert "python3 check_proof.py proof.json [--anchor 0x…]" in told


def test_a_line_that_is_not_sealed_yet_says_when_it_will_be(
    trade: Trade, script: Callable[..., tuple[int, str]]
) -> None:
    shop = trade.shop_of()
    settled_order(trade, shop)
    line = report(trade, shop.owner)[0][0]
    found = proof(shop.owner, line.journal)
    assert (found["sealed"], "seals" in found) == (False, False)
    sealed_by = datetime.fromisoformat(found["sealed_by"])
    assert datetime.now(UTC) < sealed_by <= datetime.now(UTC) + timedelta(hours=1)
    code, told = script(found)
    assert code == 1
    assert found["sealed_by"] in told


@pytest.mark.parametrize(("hour", "minute", "by"), [(9, 6, (9, 7)), (9, 7, (10, 7)), (23, 59, (0, 7))])
def test_sealing_comes_every_hour(hour: int, minute: int, by: tuple[int, int]) -> None:
    found = next_sealing(datetime(2026, 11, 29, hour, minute, tzinfo=UTC))
    assert (found.hour, found.minute) == by
    assert jobs.PERIODIC["proofs.seal"] == f"{found.minute} * * * *"


def test_nobody_gets_a_proof_of_what_is_not_in_the_own_report(trade: Trade) -> None:
    shop, found = sealed_line(trade)
    other = trade.shop_of(name="Other shop")
    with pytest.raises(LineNotFound):
        proof(other.owner, found["journal"])
    with pytest.raises(LineNotFound):
        proof(shop.owner, uuid4())
    with pytest.raises(ShopNotFound):
        proof(trade.person(), found["journal"])
    with transaction() as session:
        capital = post_journal(session, capital_paid_in(key="secret", cents=7, at=AT))
    for actor in (shop.owner, trade.operator):
        with pytest.raises(LineNotFound):
            proof(actor, capital)
    assert proof(trade.operator, found["journal"])["words"] == found["words"]


def test_a_proof_that_would_name_another_seller_is_the_markets_alone(trade: Trade) -> None:
    shop, other = trade.shop_of(), trade.shop_of(name="Other shop")
    settled_order(trade, shop)

    def held(owner: UUID) -> Any:
        return token_account("1230", owner), token_account("2200", owner)

    with transaction() as session:
        between = stray_transfer(source=held(shop.id), target=held(other.id), units=5, log=log_ref())
        journal = post_journal(session, between)
        assert session.scalars(select(Journal.organization_id).where(Journal.id == journal)).one() == other.id
    with pytest.raises(ProofNamesOthers):
        proof(other.owner, journal)
    with pytest.raises(LineNotFound):
        proof(shop.owner, journal)
    assert str(shop.id) in proof(trade.operator, journal)["words"]


def test_the_page_links_each_line_to_its_proof(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    settled_order(trade, shop)
    visitor = front.member(shop.owner)
    line = report(trade, shop.owner)[0][0]
    address = f"/books/settlement/{line.journal}/proof.json"
    assert address in visitor.look("/books/settlement")
    answer = visitor.browser.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f"attachment; filename=proof-{line.journal}.json"
    assert json.loads(answer.text)["journal"] == line.journal
