"""Our contracts' ABI: encoding calls, decoding logs and reverts by hand, because a library's decoding costs a millisecond each."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from eth_abi.abi import decode, encode
from eth_utils.abi import collapse_if_tuple, event_abi_to_log_topic, function_abi_to_4byte_selector
from eth_utils.crypto import keccak

_FOLDER = Path(__file__).resolve().parents[2] / "contracts_abi" / "abi"
TOKEN = "SettlementToken"
ESCROW = "Escrow"
ANCHOR = "LedgerAnchor"
OURS = (TOKEN, ESCROW, ANCHOR)


@dataclass(frozen=True)
class Event:
    name: str
    indexed: tuple[tuple[str, str], ...]
    plain: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Contract:
    """A compiled contract as committed in `contracts_abi/abi`."""

    name: str
    abi: list[dict[str, Any]]
    bytecode: bytes

    @property
    def code_hash(self) -> bytes:
        return keccak(self.bytecode)


@cache
def contract(name: str) -> Contract:
    content = json.loads((_FOLDER / f"{name}.json").read_text())
    return Contract(name, content["abi"], bytes.fromhex(content["bytecode"].removeprefix("0x")))


@cache
def _function(name: str, function: str, arity: int) -> tuple[bytes, tuple[str, ...], tuple[str, ...]]:
    for item in contract(name).abi:
        if item["type"] == "function" and item["name"] == function and len(item["inputs"]) == arity:
            inputs = tuple(collapse_if_tuple(dict(part)) for part in item["inputs"])
            outputs = tuple(collapse_if_tuple(dict(part)) for part in item["outputs"])
            return function_abi_to_4byte_selector(item), inputs, outputs  # type: ignore[arg-type]
    msg = f"{name} has no function {function} with {arity} arguments"
    raise LookupError(msg)


def encode_call(name: str, function: str, *arguments: Any) -> bytes:
    """Calldata of `function`; tuples stand for structs."""
    selector, inputs, _ = _function(name, function, len(arguments))
    return selector + encode(inputs, arguments)


def decode_result(name: str, function: str, arity: int, data: bytes) -> tuple[Any, ...]:
    return tuple(decode(_function(name, function, arity)[2], data))


def encode_deployment(name: str, *arguments: Any) -> bytes:
    """Creation code with its constructor's arguments."""
    constructor: dict[str, Any] = next(
        (item for item in contract(name).abi if item["type"] == "constructor"), {"inputs": []}
    )
    inputs = [collapse_if_tuple(dict(part)) for part in constructor["inputs"]]
    return contract(name).bytecode + encode(inputs, arguments)


@cache
def _events() -> dict[bytes, Event]:
    found = {}
    for name in OURS:
        for item in contract(name).abi:
            if item["type"] == "event":
                parts = [(part["name"], collapse_if_tuple(dict(part)), part["indexed"]) for part in item["inputs"]]
                found[event_abi_to_log_topic(item)] = Event(  # type: ignore[arg-type]
                    item["name"],
                    tuple((label, kind) for label, kind, indexed in parts if indexed),
                    tuple((label, kind) for label, kind, indexed in parts if not indexed),
                )
    return found


@cache
def topic_of(name: str) -> bytes:
    """The first topic of the event called `name`."""
    return next(topic for topic, event in _events().items() if event.name == name)


def decode_log(topics: tuple[bytes, ...], data: bytes) -> tuple[str, dict[str, Any]] | None:
    """(event name, values) of a log of ours; None for one we do not know. Addresses come out as 20 bytes."""
    event = _events().get(topics[0]) if topics else None
    if event is None or len(event.indexed) != len(topics) - 1:
        return None
    values: dict[str, Any] = {}
    for (label, kind), topic in zip(event.indexed, topics[1:], strict=True):
        values[label] = _plain(kind, decode([kind], topic)[0])
    decoded = decode([kind for _, kind in event.plain], data)
    for (label, kind), value in zip(event.plain, decoded, strict=True):
        values[label] = _plain(kind, value)
    return event.name, values


def _plain(kind: str, value: Any) -> Any:
    return bytes.fromhex(value[2:]) if kind == "address" else value


@cache
def _errors() -> dict[bytes, str]:
    return {
        function_abi_to_4byte_selector(item): item["name"]  # type: ignore[arg-type]
        for name in OURS
        for item in contract(name).abi
        if item["type"] == "error"
    }


def revert_name(data: bytes) -> str:
    """The custom error's name in revert data, or an empty text."""
    return _errors().get(data[:4], "") if data else ""
