"""When the embedded chain mines, and when it is saved."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.embedded import block_driver
from app.embedded.anvil import FINALITY_LAG, Anvil
from app.embedded.block_driver import BlockDriver
from app.embedded.chain_state import ChainState
from app.embedded.ports import any_free_port

pytestmark = pytest.mark.chain


@pytest.fixture
def driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[BlockDriver]:
    """A driver that need not wait for the second to pass."""
    monkeypatch.setattr(block_driver, "BLOCK_SECONDS", 0)
    node = Anvil(any_free_port(), chain_id=31337, accounts=2)
    yield BlockDriver(node, ChainState(tmp_path))
    node.stop()


def head(driver: BlockDriver, tag: str = "latest") -> int:
    return int(driver.node.rpc.call("eth_getBlockByNumber", tag, False)["number"], 16)


def pay(driver: BlockDriver) -> None:
    sender, receiver, *_ = driver.node.rpc.call("eth_accounts")
    driver.node.rpc.call("eth_sendTransaction", {"from": sender, "to": receiver, "value": "0x1"})


def test_an_idle_chain_stops_mining_once_everything_is_final(driver):
    for _ in range(30):
        driver.step()
    assert head(driver) == FINALITY_LAG


def test_a_transaction_is_mined_at_once_and_then_made_final(driver):
    for _ in range(FINALITY_LAG + 2):
        driver.step()
    pay(driver)
    driver.step()
    assert head(driver) == FINALITY_LAG + 1
    for _ in range(30):
        driver.step()
    assert head(driver, "finalized") == FINALITY_LAG + 1


def test_no_block_is_final_before_it_is_on_disk(driver, monkeypatch):
    monkeypatch.setattr(block_driver, "SAVE_SHARE", 1e-9)  # as if saving took very long
    for count in range(40):
        if count % 3 == 0:
            pay(driver)
        driver.step()
        assert head(driver, "finalized") <= driver.saved_head.number


def test_blocks_that_somebody_else_mined_are_saved_and_made_final(driver):
    driver.node.rpc.call("anvil_mine", "0x32")
    driver.step()
    assert driver.saved_head.number >= 50
    for _ in range(30):
        driver.step()
    assert head(driver, "finalized") >= 50


def test_a_head_that_was_taken_back_is_saved_again(driver):
    snapshot = driver.node.rpc.call("evm_snapshot")
    pay(driver)
    driver.step()
    driver.node.rpc.call("evm_revert", snapshot)
    driver.step()
    assert driver.saved_head.number == head(driver)


def test_the_clock_never_goes_back_behind_a_block(driver):
    driver.node.set_clock_offset(5_000)
    driver.node.rpc.call("evm_mine")
    driver.catch_up(clock_offset=0)  # as if the machine's clock had been set back meanwhile
    assert driver.node.clock_offset() == pytest.approx(5_000, abs=2)


def test_only_two_generations_are_kept(driver):
    for _ in range(5):
        driver.save()
    assert len(driver.state.files()) == 2
