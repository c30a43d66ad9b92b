"""A chain that comes back is the same chain: those who follow it by hashes notice nothing, or a short reorg."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from app.embedded.leftovers import wait_until_gone
from app.embedded.postgres import REPOSITORY
from tests.embedded.node_process import LOGGER, NodeProcess
from tests.support.waiting import wait_for

pytestmark = pytest.mark.chain


@pytest.fixture
def node(tmp_path: Path) -> Iterator[NodeProcess]:
    node = NodeProcess(tmp_path)
    yield node
    node.end()


def number(block: dict) -> int:
    return int(block["number"], 16)


def is_saved(node: NodeProcess, block_number: int) -> bool:
    heads = [file.read_bytes().split(b"\n", 1)[0] for file in node.saved_files()]
    return any(int(head.split(b'"number": ')[1].split(b",")[0]) >= block_number for head in heads)


def test_blocks_receipts_and_logs_are_the_same_after_a_restart(node):
    contract = node.send(data=LOGGER)["contractAddress"]
    node.send(to=contract)
    head = number(node.block())
    before = node.everything(head)
    assert node.end() == 0
    node.start()
    assert node.everything(head) == before
    assert len(before["logs"]) == 1


def test_a_block_mined_after_a_restart_stands_on_the_last_one_before(node):
    head = number(node.block())
    last = node.block(head)
    node.end()
    node.start()
    assert wait_for(lambda: node.block(head + 1))["parentHash"] == last["hash"]


def test_a_chain_that_never_mined_comes_back(node):
    genesis = node.block(0)
    node.end()
    wait_for(lambda: time.time() > int(genesis["timestamp"], 16) + 2, what="a moment of rest")
    node.start()
    assert node.block(0) == genesis
    assert wait_for(lambda: node.block(1))["parentHash"] == genesis["hash"]


def test_a_transaction_is_on_disk_within_two_seconds_and_survives_kill_9(node):
    receipt = node.send(to="0x" + "11" * 20, value="0x5")
    block = node.block(int(receipt["blockNumber"], 16))
    wait_for(lambda: is_saved(node, number(block)), seconds=2, what="the block to be saved")
    node.end(signal.SIGKILL)
    node.start()
    assert node.block(number(block)) == block
    assert node.receipt(receipt["transactionHash"]) == receipt


def test_a_waiting_transaction_is_mined_before_the_node_ends(node):
    tx_hash = node.hand_in(to="0x" + "11" * 20, value="0x5")
    node.end()
    node.start()
    assert node.receipt(tx_hash)["status"] == "0x1"


def test_a_cut_off_file_falls_back_to_the_one_before(node):
    receipt = node.send(to="0x" + "11" * 20)
    node.end()
    _, newest = node.saved_files()
    newest.write_bytes(newest.read_bytes()[:-100])
    node.start()
    assert f"{newest.name} is damaged; trying the one before it." in node.lines
    assert node.receipt(receipt["transactionHash"]) == receipt


def test_a_chain_of_which_nothing_can_be_read_is_never_replaced_by_a_new_one(node):
    node.end()
    for file in node.saved_files():
        file.write_bytes(b"{}\nnot a dump")
    command = [sys.executable, "-m", "app.embedded.evm_node", "--state-dir", str(node.folder)]
    refused = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert "start afresh with `make reset`" in refused.stderr


def test_time_that_was_moved_forward_stays_there_after_a_restart(node):
    node.rpc.call("evm_increaseTime", 86_400)
    node.send(to="0x" + "11" * 20)
    node.end()
    node.start()
    ahead = int(wait_for(lambda: node.send(to="0x" + "22" * 20))["blockNumber"], 16)
    assert int(node.block(ahead)["timestamp"], 16) - time.time() == pytest.approx(86_400, abs=3)


def test_what_is_final_can_be_read_at_once_after_a_restart(node):
    node.send(to="0x" + "11" * 20, value="0x5")
    node.end()
    node.start()
    final = node.block("finalized")["number"]
    assert node.rpc.call("eth_getBalance", "0x" + "11" * 20, final) == "0x5"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the next start cleans up")
def test_killing_the_node_takes_anvil_along(node):
    anvil = psutil.Process(node.process.pid).children()[0]
    node.end(signal.SIGKILL)
    assert not wait_until_gone([anvil], 5)


def test_the_node_ends_when_anvil_does_so_that_it_can_be_started_again(node):
    psutil.Process(node.process.pid).children()[0].kill()
    assert node.process.wait(10) == 1
    assert "anvil ended by itself" in node.process.stdout.read()
