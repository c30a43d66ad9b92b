"""Asking the chain what is anchored there. Needs a node and the contract's address, and nothing of ours."""

from collections.abc import Iterator

from app.chain.contracts import ANCHOR, decode_result, encode_call
from app.chain.rpc import Rpc, to_bytes
from app.proofs.checking import Fault, Looked


def faults_on_chain(rpc_url: str, looked: Looked, contract: str | None) -> list[Fault]:
    """Every anchored seal, from the newest back to the first, against what was looked over.

    `contract` None: the one that the books name themselves. Raises ChainUnavailable, RpcRefused.
    """
    named = {str(anchor["contract"]) for anchor in looked.anchors}
    rpc = Rpc(rpc_url, chain_id=0)
    faults = []
    on_chain: dict[str, set[int]] = {}
    for address in [contract] if contract else sorted(named):
        on_chain[address.lower()] = set()
        for number, found in _walk(rpc, to_bytes(address)):
            on_chain[address.lower()].add(number)
            head = looked.heads.get(number)
            if head is None:
                faults.append(Fault("seal-missing", f"seal {number}", f"it is anchored in {address} and is not there"))
            elif head != found.hex():
                faults.append(
                    Fault("anchor-differs", f"seal {number}", f"{address} holds {found.hex()}, the books say {head}")
                )
    for anchor in looked.anchors:
        known = on_chain.get(str(anchor["contract"]).lower())
        if known is not None and anchor["seal"] not in known:
            words = f"the books name {anchor['tx_hash']}, but {anchor['contract']} knows nothing of it"
            faults.append(Fault("anchor-missing", f"seal {anchor['seal']}", words))
    return faults


def _walk(rpc: Rpc, contract: bytes) -> Iterator[tuple[int, bytes]]:
    (number,) = decode_result(ANCHOR, "latest", 0, rpc.call(contract, encode_call(ANCHOR, "latest")))
    while number:
        answer = rpc.call(contract, encode_call(ANCHOR, "anchors", number))
        found, _block, _time, previous = decode_result(ANCHOR, "anchors", 1, answer)
        yield number, found
        number = previous
