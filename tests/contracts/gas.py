"""Gas of the acts that cost the market money, from receipts. `python -m tests.contracts.gas` writes the snapshot.

Receipts include the 21,000 of a transaction; forge's own figures do not, and contain the test's overhead. Seller, fee
recipient and escrow already hold the token, as they do from their second order on.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.contracts.market import FOREVER, PRICE, Market, address, deploy, person
from tests.contracts.node import Node

SNAPSHOT = Path(__file__).resolve().parents[2] / "contracts_abi" / "gas.json"
BATCH = 50


def measure(market: Market) -> dict[str, int]:
    """Gas by act; of a batch, per order."""
    market.mint(address(market.buyer), 100 * PRICE, "a large purse")
    for who in (address(market.seller), address(market.fees), market.escrow):
        market.mint(who, 1, f"the first unit of {who.hex()}")
    one = market.terms(group=100)
    many = [market.terms(group=group) for group in range(200, 200 + BATCH)]
    deposits = [(terms, market.authorization(terms, market.buyer)) for terms in many]
    found = {
        "deposit by authorization": _gas(market.deposit(one)),
        "release by signature": _gas(market.send("releaseWithSignature", *_release(market, one))),
        f"batch of {BATCH}: deposit": _gas(market.send("depositBatchWithAuthorization", deposits)) // BATCH,
        f"batch of {BATCH}: release": _gas(market.send("releaseBatch", [_release(market, t) for t in many])) // BATCH,
        **_other_exits(market),
    }
    found["one order"] = found["deposit by authorization"] + found["release by signature"]
    found["one order of a batch"] = found[f"batch of {BATCH}: deposit"] + found[f"batch of {BATCH}: release"]
    return found


def _other_exits(market: Market) -> dict[str, int]:
    exits: dict[str, Callable[[Any], dict[str, Any]]] = {
        "release of a part": lambda terms: market.send("release", terms, 0, PRICE // 2, by=market.buyer),
        "refund": lambda terms: market.send("refund", terms, 0, PRICE, by=market.seller),
        "mark shipped": lambda terms: market.send("markShipped", terms, 0, by=market.seller),
        "dispute": lambda terms: market.send("dispute", terms, 0, by=market.buyer),
        "resolve": lambda terms: market.send("resolve", terms, 0, PRICE // 2, PRICE, by=market.arbiter),
    }
    found = {}
    for group, (name, act) in enumerate(exits.items(), start=300):
        terms = market.terms(group=group)
        market.deposit(terms)
        if name == "resolve":
            market.send("dispute", terms, 0, by=market.buyer)
        found[name] = _gas(act(terms))
    last = market.terms(group=400)
    market.deposit(last)
    market.node.pass_until(last.legs[0].auto_release_at + 1)
    return {**found, "claim": _gas(market.send("claim", last, 0))}


def _release(market: Market, terms: Any) -> tuple[Any, ...]:
    return (terms, 0, PRICE, FOREVER, market.consent("Release", terms, market.buyer, PRICE, PRICE))


def _gas(receipt: dict[str, Any]) -> int:
    return int(receipt["gasUsed"], 16)


def main() -> None:
    """Measure on a node of its own and write the snapshot."""
    node = Node()
    try:
        market = deploy(node, guardian=address(person("guardian")))()
        SNAPSHOT.write_text(json.dumps(measure(market), indent=1) + "\n", encoding="utf-8")
    finally:
        node.stop()
    print(SNAPSHOT.read_text("utf-8"))


if __name__ == "__main__":
    main()
