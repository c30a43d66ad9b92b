"""The committed ABI and bytecode: fresh, without paths, small enough, and with no way in for an owner."""

import json
from pathlib import Path
from typing import Any

import pytest

from contracts_abi.build import CODE_SIZE_LIMIT, SETTINGS, committed_sources_hash, sources_hash

ABI = Path(__file__).resolve().parents[2] / "contracts_abi" / "abi"
ESCROW_ACTS = {
    "depositWithAuthorization", "depositWithPermit", "depositFor",
    "depositBatchWithAuthorization", "depositBatchWithPermit", "depositBatchFor",
    "release", "releaseWithSignature", "releaseBatch", "claim", "claimBatch",
    "refund", "refundWithSignature",
    "cancelUnshipped", "cancelUnshippedWithSignature", "finalizeCancellation",
    "markShipped", "markShippedWithSignature",
    "dispute", "disputeWithSignature", "resolve", "resolveWithSignature", "timeoutDispute",
    "settle", "withdrawProposals", "withdrawProposalsWithSignature", "extend",
    "withdraw", "withdrawFor",
    "pauseDeposits", "resumeDeposits",
}  # fmt: skip
TOKEN_ACTS = {
    "approve", "transfer", "transferFrom", "permit",
    "transferWithAuthorization", "receiveWithAuthorization", "cancelAuthorization",
    "mint", "mintBatch", "redeem", "redeemWithAuthorization",
    "proposeAdmin", "acceptAdmin", "proposeMinter", "acceptMinter", "stopMinting",
}  # fmt: skip


def artifact(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((ABI / f"{name}.json").read_text("utf-8"))
    return content


@pytest.mark.parametrize("name", ["SettlementToken", "Escrow", "LedgerAnchor"])
def test_the_committed_artifact_belongs_to_the_sources(name: str) -> None:
    assert committed_sources_hash(name) == sources_hash(), "run python contracts_abi/build.py build"
    assert artifact(name)["settings"] == SETTINGS


@pytest.mark.parametrize("name", ["SettlementToken", "Escrow", "LedgerAnchor"])
def test_every_chain_takes_the_code(name: str) -> None:
    assert len(bytes.fromhex(artifact(name)["deployedBytecode"][2:])) <= CODE_SIZE_LIMIT


@pytest.mark.parametrize("name", ["SettlementToken", "Escrow", "LedgerAnchor"])
def test_no_path_or_metadata_is_in_the_code(name: str) -> None:
    code = bytes.fromhex(artifact(name)["bytecode"][2:])
    assert not any(
        trace in code for trace in (b"ipfs", b"solc", b".sol", b"node_modules", str(ABI.parents[1]).encode())
    )


@pytest.mark.parametrize(
    ("name", "acts"), [("Escrow", ESCROW_ACTS), ("SettlementToken", TOKEN_ACTS), ("LedgerAnchor", {"anchor"})]
)
def test_nothing_but_the_documented_acts_can_change_state(name: str, acts: set[str]) -> None:
    functions = [item for item in artifact(name)["abi"] if item["type"] == "function"]
    assert {item["name"] for item in functions if item["stateMutability"] not in {"view", "pure"}} == acts
    assert not [item for item in artifact(name)["abi"] if item.get("stateMutability") == "payable"]
