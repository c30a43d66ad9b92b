"""Decides when the embedded chain mines and when it is saved.

While a transaction waits or is not yet final a block comes every second, as on a real chain; an idle market gets one
every 15 seconds, so that time moves on, costs nothing and the state stays small. No block ever becomes final before
it is on disk: what a crash loses is younger than that, and looks like a reorg to those who follow the chain.
"""

import time
from dataclasses import dataclass
from typing import Any

from app.embedded.anvil import FINALITY_LAG, Anvil
from app.embedded.chain_state import ChainState, SavedHead

BLOCK_SECONDS = 1.0
IDLE_BLOCK_SECONDS = 15.0
SAVE_AFTER_BLOCKS = FINALITY_LAG // 2
SAVE_SHARE = 0.25  # of the time at most: a long history takes long to save


@dataclass(frozen=True)
class Head:
    """What the driver must know of the newest block."""

    number: int
    hash: str
    timestamp: int
    holds_transactions: bool


class BlockDriver:
    """Mines and saves one chain; call `step` a few times a second. Everything else may mine as well."""

    def __init__(self, node: Anvil, state: ChainState) -> None:
        self.node, self.state = node, state
        head, _ = self._look()
        self.saved_head: Head | None = None
        self.last_busy = head.number  # the newest block known to hold transactions, or the one we started from
        self._seen = head
        self._mined_at = time.monotonic()
        self._saved_at, self._save_took = 0.0, 0.0

    def step(self) -> None:
        """Mine if a block is due, then save if one is."""
        head, pending = self._look()
        self._notice(head)
        if self._block_is_due(head, pending=pending):
            self.node.rpc.call("evm_mine")
            self._mined_at = time.monotonic()
            head, _ = self._look()
            self._notice(head)
        if self._save_is_due(head):
            self.save()

    def close(self) -> None:
        """Put what waits into a last block and save, for a restart that loses nothing."""
        _, pending = self._look()
        if pending:
            self.node.rpc.call("evm_mine")
        self.save()

    def save(self) -> None:
        """Write the chain to disk. Nobody else mines between the dump and the look at the head, or it is done again."""
        started = time.monotonic()
        while True:
            head, _ = self._look()
            dump, offset = self.node.rpc.calls(("anvil_dumpState",), ("evm_increaseTime", 0))
            if self._look()[0].hash == head.hash:
                break
        self.state.save(SavedHead(head.number, head.hash, int(offset)), bytes.fromhex(dump[2:]))
        self.saved_head = head
        self._saved_at = time.monotonic()
        self._save_took = self._saved_at - started

    def catch_up(self, clock_offset: int) -> None:
        """After loading: set the clock, never behind the head, and finalize the loaded head.

        The node has forgotten the balances of every block but the head, so that reading at `finalized` would fail until
        enough new blocks stand on it. After a short rest several of them get the same second, which anvil allows.
        """
        head, _ = self._look()
        now = max(int(time.time()) + clock_offset, head.timestamp)
        self.node.set_clock_offset(
            head.timestamp - int(time.time())
        )  # anvil counts from its start, the head may be older
        for age in reversed(range(FINALITY_LAG)):
            self.node.rpc.call("evm_mine", {"timestamp": max(head.timestamp, now - age)})
        self.node.set_clock_offset(now - int(time.time()))
        self._seen, _ = self._look()
        self._mined_at = time.monotonic()

    def _block_is_due(self, head: Head, *, pending: bool) -> bool:
        waited = time.monotonic() - self._mined_at
        if waited < BLOCK_SECONDS:
            return False
        return pending or head.number - self.last_busy < FINALITY_LAG or waited >= IDLE_BLOCK_SECONDS

    def _save_is_due(self, head: Head) -> bool:
        saved = self.saved_head
        if saved is None:
            return True
        if saved.hash == head.hash:
            return False
        if not 0 < head.number - saved.number < SAVE_AFTER_BLOCKS:
            return True
        rested = time.monotonic() - self._saved_at
        return self.last_busy > saved.number and rested >= self._save_took / SAVE_SHARE

    def _notice(self, head: Head) -> None:
        """Keep track of the newest block with transactions, also when somebody else mined, or took blocks back."""
        if head.hash == self._seen.hash:
            return
        mined_by_others = head.number != self._seen.number + 1
        if head.holds_transactions or mined_by_others:
            self.last_busy = head.number
        self._seen = head

    def _look(self) -> tuple[Head, bool]:
        """The newest block, and whether transactions wait that could be mined now."""
        block: dict[str, Any]
        block, pool = self.node.rpc.calls(("eth_getBlockByNumber", "latest", False), ("txpool_status",))
        head = Head(int(block["number"], 16), block["hash"], int(block["timestamp"], 16), bool(block["transactions"]))
        return head, int(pool["pending"], 16) > 0
