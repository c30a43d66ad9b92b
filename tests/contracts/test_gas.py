"""What an order costs on chain does not grow unnoticed."""

import json

import pytest

from tests.contracts.gas import SNAPSHOT, measure
from tests.contracts.market import Market

# Signatures and ids have a few zero bytes more or less from run to run, and a zero byte of calldata is cheaper.
TOLERANCE = 0.01


def test_gas_is_what_the_snapshot_says(market: Market) -> None:
    snapshot = json.loads(SNAPSHOT.read_text("utf-8"))
    assert measure(market) == pytest.approx(snapshot, rel=TOLERANCE), (
        "explain it, then run python -m tests.contracts.gas"
    )


def test_one_order_stays_within_its_budget() -> None:
    snapshot = json.loads(SNAPSHOT.read_text("utf-8"))
    assert snapshot["one order"] <= 205_000
    assert snapshot["one order of a batch"] <= 130_000
