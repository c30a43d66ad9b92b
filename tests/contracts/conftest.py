"""One node with the committed contracts per session; every test starts from the same block."""

from collections.abc import Callable, Iterator

import pytest

from tests.contracts.market import Market, address, deploy, person
from tests.contracts.node import Node


@pytest.fixture(scope="session")
def node() -> Iterator[Node]:
    """A real EVM node of the tests' own."""
    started = Node()
    yield started
    started.stop()


@pytest.fixture(scope="session")
def deployed(node: Node) -> Callable[[], Market]:
    """The committed bytecode, deployed once."""
    return deploy(node, guardian=address(person("guardian")))


@pytest.fixture
def market(node: Node, deployed: Callable[[], Market]) -> Iterator[Market]:
    """The contracts with a buyer who holds ten times the price; undone after the test."""
    snapshot = node.call("evm_snapshot")
    opened = deployed()
    opened.mint(address(opened.buyer), 1_000_000_000, "the buyer's bank receipt")
    yield opened
    node.call("evm_revert", snapshot)
