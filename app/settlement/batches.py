"""Many intents of one kind in one transaction: what costs gas once is paid once.

Only intents that were never refused are put together; one that failed goes alone next time, so that its own reason
shows. Items of a batch that fail leave the others alone (`BatchItemFailed`), except in `mintBatch`, which is all or none.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from eth_utils.address import to_checksum_address

from app.chain.contracts import ESCROW, TOKEN, encode_call
from app.chain.keys import Keys
from app.config.current import settings
from app.settlement.calldata import Call, authorization_of, signed_act
from app.settlement.models import ChainIntent, Escrow, EscrowLeg
from app.settlement.terms import terms_from_json

GAS_BUDGET = 3_000_000
"""Gas of one transaction: a tenth of a usual block, so that any block has room for it."""
_BASE_GAS = 60_000
_GAS = {"mint": 75_000, "mint_wallet": 75_000, "deposit": 120_000, "deposit_authorized": 150_000}
_GAS_OF_EXIT = 150_000
_GAS_OF_FURTHER_LEG = 15_000
"""What one item may need at most (`contracts_abi/gas.json` and the first token of a new holder), a margin included."""


@dataclass(frozen=True)
class Item:
    intent: ChainIntent
    escrow: Escrow | None
    leg: EscrowLeg | None


def batches(items: Sequence[Item]) -> tuple[list[list[Item]], list[Item]]:
    """(groups of at least two that may go together, the rest one by one); order within a kind is kept."""
    by_kind: dict[str, list[Item]] = {}
    alone: list[Item] = []
    legs = set()
    for item in items:
        again = item.leg is not None and item.leg.id in legs  # one message per leg at a time: it binds what is left
        if item.intent.kind in _BATCHES and item.intent.attempts == 0 and not again:
            by_kind.setdefault(item.intent.kind, []).append(item)
            legs.add(item.leg.id if item.leg else None)
        else:
            alone.append(item)
    groups = [part for group in by_kind.values() for part in _within_budget(group)]
    alone += [group[0] for group in groups if len(group) == 1]
    return [group for group in groups if len(group) > 1], alone


def gas_of(group: Sequence[Item]) -> int:
    """Gas that is enough for every item of a batch to succeed."""
    return _BASE_GAS + sum(_gas_of_item(item) for item in group)


def _gas_of_item(item: Item) -> int:
    further = len(item.escrow.terms["legs"]) - 1 if item.escrow is not None else 0
    return _GAS.get(item.intent.kind, _GAS_OF_EXIT) + further * _GAS_OF_FURTHER_LEG


def _within_budget(group: Sequence[Item]) -> list[list[Item]]:
    """Cut into parts that each stay within the budget; order is kept."""
    parts: list[list[Item]] = [[]]
    for item in group:
        if parts[-1] and gas_of([*parts[-1], item]) > GAS_BUDGET:
            parts.append([])
        parts[-1].append(item)
    return parts


def batch_call(group: Sequence[Item], addresses: dict[str, bytes], now: int) -> Call:
    """One call for a whole group of one kind."""
    contract, function, argument = _BATCHES[group[0].intent.kind]
    return Call(addresses[contract], encode_call(contract, function, [argument(item, now) for item in group]))


def _minting(item: Item, now: int) -> tuple[Any, ...]:
    del now
    given = item.intent.arguments
    to = bytes.fromhex(given["to"]) if "to" in given else Keys(settings().key_seed).address("treasury")
    return to_checksum_address(to), item.intent.amount, bytes.fromhex(given["ref"])


def _terms(item: Item, now: int) -> tuple[Any, ...]:
    del now
    assert item.escrow is not None
    return terms_from_json(item.escrow.terms).as_tuple()


def _authorized(item: Item, now: int) -> tuple[Any, ...]:
    assert item.escrow is not None
    return _terms(item, now), authorization_of(item.escrow)


def _release(item: Item, now: int) -> tuple[Any, ...]:
    assert item.escrow is not None
    assert item.leg is not None
    act = signed_act(item.intent, item.escrow, item.leg, now)
    return _terms(item, now), item.leg.position, act.amount[0], act.deadline, act.signature


def _claim(item: Item, now: int) -> tuple[Any, ...]:
    assert item.leg is not None
    return _terms(item, now), item.leg.position


_BATCHES: dict[str, tuple[str, str, Callable[[Item, int], tuple[Any, ...]]]] = {
    "mint": (TOKEN, "mintBatch", _minting),
    "mint_wallet": (TOKEN, "mintBatch", _minting),
    "deposit": (ESCROW, "depositBatchFor", _terms),
    "deposit_authorized": (ESCROW, "depositBatchWithAuthorization", _authorized),
    "release": (ESCROW, "releaseBatch", _release),
    "claim": (ESCROW, "claimBatch", _claim),
}
