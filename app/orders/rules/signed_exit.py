"""A party's own signature over what it does with its escrow leg."""

from dataclasses import dataclass
from typing import TypedDict


class ExitSignature(TypedDict):
    signature: bytes | None
    deadline: int | None


@dataclass(frozen=True)
class SignedExit:
    """An EIP-712 signature over one exit; `deadline` in seconds of the chain's clock."""

    signature: bytes
    deadline: int


def exit_signature(signed: SignedExit | None) -> ExitSignature:
    """As settlement takes it; without one the market signs for whom it may."""
    if signed is None:
        return {"signature": None, "deadline": None}
    return {"signature": signed.signature, "deadline": signed.deadline}
