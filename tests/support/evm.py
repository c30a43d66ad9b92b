"""A real EVM node of the tests' own, whose blocks, time and reorgs the test decides."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from app.embedded.anvil import FINALITY_LAG, Anvil
from app.embedded.ports import LOOPBACK, any_free_port
from tests.support.waiting import wait_for

CHAIN_ID = 31337
FRESH_BLOCKS = 3


class EvmChain:
    """anvil with ten unlocked, funded accounts. A block comes with each transaction sent, or by `mine`."""

    def __init__(self, node: Anvil) -> None:
        self.node = node
        self.url = f"http://{LOOPBACK}:{node.port}"
        self.chain_id = CHAIN_ID
        self._mines_by_itself = False
        self.accounts: list[str] = node.rpc.call("eth_accounts")

    def call(self, method: str, *parameters: Any) -> Any:
        """Any JSON-RPC method. Raises NodeRefusedError with the node's words."""
        return self.node.rpc.call(method, *parameters)

    def mine_with_each_transaction(self, *, on: bool) -> None:
        self.call("evm_setAutomine", on)
        self._mines_by_itself = on

    def mine(self, blocks: int = 1) -> int:
        """Mine and give the head's number."""
        self.call("anvil_mine", hex(blocks))
        return self.head()

    def finalize(self) -> int:
        """Mine until what is the head now is final; gives that block's number."""
        return self.mine(FINALITY_LAG) - FINALITY_LAG

    def head(self, tag: str = "latest") -> int:
        """Number of the block behind `latest`, `safe` or `finalized`."""
        return int(self.call("eth_getBlockByNumber", tag, False)["number"], 16)

    def block_hash(self, number: int) -> str:
        return str(self.call("eth_getBlockByNumber", hex(number), False)["hash"])

    def now(self) -> int:
        """Time of the newest block, in seconds since 1970: what deadlines in contracts are compared with."""
        return int(self.call("eth_getBlockByNumber", "latest", False)["timestamp"], 16)

    def pass_time(self, seconds: int) -> None:
        """Let time pass on the chain, and a block with it."""
        self.call("evm_increaseTime", seconds)
        self.mine()

    def reorg(self, depth: int) -> None:
        """Replace the newest `depth` blocks by empty ones; their transactions are forgotten."""
        self.call("anvil_reorg", depth, [])

    def snapshot(self) -> str:
        return str(self.call("evm_snapshot"))

    def revert(self, snapshot: str) -> None:
        """Go back to a snapshot, which is used up by it."""
        self.call("evm_revert", snapshot)

    def send(self, sender: str, to: str | None, *, data: str = "0x", value: int = 0) -> str:
        """Send a transaction from an unlocked account; gives its hash, once it is mined if blocks come by themselves."""
        transaction = {"from": sender, "data": data, "value": hex(value), **({"to": to} if to else {})}
        tx_hash = str(self.call("eth_sendTransaction", transaction))
        if self._mines_by_itself:  # the node answers first and mines then
            wait_for(lambda: self.call("eth_getTransactionReceipt", tx_hash), what="the receipt")
        return tx_hash


@pytest.fixture(scope="session")
def evm_session() -> Iterator[EvmChain]:
    """One node per test process, for what is expensive to set up, such as deployed contracts."""
    node = Anvil(any_free_port(), chain_id=CHAIN_ID, accounts=10)
    chain = EvmChain(node)
    chain.mine_with_each_transaction(on=True)
    yield chain
    node.stop()


@contextmanager
def undone_afterwards(chain: EvmChain) -> Iterator[EvmChain]:
    """What is done to the chain meanwhile is undone; contracts that were there stay.

    Going back takes the node's clock back as well: it is set anew, or it would lag by all that was undone before. And
    the node may have forgotten what stood before: fresh blocks are something to reorganize, each with a transaction,
    because an empty one that takes the place of an empty one can be the same.
    """
    before = chain.snapshot()
    chain.call("evm_setTime", int(time.time()))
    for _ in range(FRESH_BLOCKS):
        chain.send(chain.accounts[0], chain.accounts[0])
    yield chain
    chain.revert(before)
    chain.mine_with_each_transaction(on=True)


@pytest.fixture
def evm(evm_session: EvmChain) -> Iterator[EvmChain]:
    """The node for one test: what the test does to it is undone afterwards, contracts of the session stay."""
    with undone_afterwards(evm_session) as chain:
        yield chain
