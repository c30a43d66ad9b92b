"""Check that an entry stands in the sealed books of a market: python3 check_proof.py proof.json [--anchor 0x…]

Needs Python 3 and nothing else, and no trust in the market. --anchor: the hash of that seal as you read it on the chain.
"""

import hashlib
import json
import sys
from pathlib import Path

SEALED = ("number", "journals", "first_position", "merkle_root", "previous_hash", "horizon", "cluster", "sealed_at")


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def need(holds: object, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)


def check(proof: dict, anchored: str | None) -> str:
    """What is proved, in words. Raises ValueError saying what is not."""
    need(proof["format"] == "phsar-proof/1", "a proof of another version: take the script that belongs to it")
    entry = json.loads(proof["words"])
    need(entry["id"] == proof["journal"], "the words are of another entry than the proof is named for")
    need(proof["sealed"], f"not sealed yet: ask for the proof again after {proof.get('sealed_by')}")
    node = sha256(b"\0" + proof["words"].encode())  # RFC 6962: 0 before a leaf, 1 before a node
    for sibling in proof["siblings"]:
        other = bytes.fromhex(sibling["hash"])
        need(sibling["side"] in ("left", "right"), "a step of the way to the seal is on no side")
        node = sha256(b"\1" + (other + node if sibling["side"] == "left" else node + other))
    seals, anchor = proof["seals"], proof["anchor"]
    need(node.hex() == seals[0]["merkle_root"], "the entry is not in the seal: it or the way to the seal was changed")
    for at, seal in enumerate(seals):
        text = json.dumps({name: seal[name] for name in SEALED}, sort_keys=True, separators=(",", ":"))
        need(sha256(text.encode()).hex() == seal["hash"], f"seal {seal['number']} was changed")
        need(at == 0 or seal["previous_hash"] == seals[at - 1]["hash"], f"seal {seal['number']} follows another one")
    last = seals[-1]
    need(not anchor or anchor["seal_hash"] == last["hash"], "the seals do not lead to the one that is on chain")
    if anchored is not None:
        need(anchored.lower() == f"0x{last['hash']}", f"seal {last['number']} is 0x{last['hash']}, not {anchored}")
    told = [f"Entry {entry['id']}, {entry['event']}, {entry['effective_at']}:"]
    told += [f"  {line['account']} {line['asset']} {line['amount']}" for line in entry["postings"]]
    told += [f"is in seal {seals[0]['number']}. Seal {last['number']} is 0x{last['hash']}"]
    where = f"in {anchor['contract']} of chain {anchor['chain_id']}" if anchor else "on no chain"
    return "\n".join([*told, f"{where}{', as you have read there' if anchored else ''}."])


if __name__ == "__main__":
    try:
        asked = dict(zip(("", "file", "option", "anchor"), sys.argv, strict=False))
        need(asked.get("option", "--anchor") == "--anchor" and len(sys.argv) in {2, 4}, str(__doc__).split("\n", 1)[0])
        print(check(json.loads(Path(asked["file"]).read_text("utf-8")), asked.get("anchor")))
    except (OSError, ValueError) as problem:
        sys.exit(f"NOT PROVED: {problem}")
    except (LookupError, TypeError, AttributeError):
        sys.exit("NOT PROVED: this is no whole proof")
