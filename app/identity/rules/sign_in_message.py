"""The text a wallet signs to prove its address: ERC-4361, "Sign-In with Ethereum".

Source: https://eips.ethereum.org/EIPS/eip-4361 (final). Only what we write ourselves is read back: scheme-less
domain, one statement line, no resources.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from app.errors import N_, Invalid

_OPENING = " wants you to sign in with your Ethereum account:"
_FORM = re.compile(
    r"(?P<domain>[^\s/?#]+) wants you to sign in with your Ethereum account:\n"
    r"(?P<address>0x[0-9a-fA-F]{40})\n\n"
    r"(?P<statement>[^\n]+)\n\n"
    r"URI: (?P<uri>\S+)\nVersion: 1\nChain ID: (?P<chain_id>[0-9]{1,18})\n"
    r"Nonce: (?P<nonce>[a-zA-Z0-9]{8,64})\n"
    r"Issued At: (?P<issued_at>\S{20,35})\nExpiration Time: (?P<expires_at>\S{20,35})"
)


class WalletProofRejected(Invalid):
    """`reason` tells which of the checks failed, in words for the person."""

    code = "wallet-proof-rejected"
    message = N_("Your wallet's answer was not accepted: %(reason)s Ask for a new message and sign it again.")


@dataclass(frozen=True)
class SignInMessage:
    """`address` is EIP-55 mixed case; times are UTC, whole seconds."""

    domain: str
    address: str
    statement: str
    uri: str
    chain_id: int
    nonce: str
    issued_at: datetime
    expires_at: datetime

    def text(self) -> str:
        """What the wallet shows and signs."""
        return "\n".join(
            (
                f"{self.domain}{_OPENING}",
                self.address,
                "",
                self.statement,
                "",
                f"URI: {self.uri}",
                "Version: 1",
                f"Chain ID: {self.chain_id}",
                f"Nonce: {self.nonce}",
                f"Issued At: {_written(self.issued_at)}",
                f"Expiration Time: {_written(self.expires_at)}",
            )
        )


def read_message(text: str) -> SignInMessage:
    """Raises WalletProofRejected for any text this market would not have written."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise WalletProofRejected(reason=N_("The message is not one of ours."))
    try:
        issued_at, expires_at = (datetime.fromisoformat(found[name]) for name in ("issued_at", "expires_at"))
    except ValueError as error:
        raise WalletProofRejected(reason=N_("Its times cannot be read.")) from error
    message = SignInMessage(
        domain=found["domain"],
        address=found["address"],
        statement=found["statement"],
        uri=found["uri"],
        chain_id=int(found["chain_id"]),
        nonce=found["nonce"],
        issued_at=issued_at,
        expires_at=expires_at,
    )
    if issued_at.tzinfo is None or expires_at.tzinfo is None or message.text() != text:
        raise WalletProofRejected(reason=N_("The message is not one of ours."))
    return message


def require_meant_for_us(message: SignInMessage, *, domain: str, uri: str, chain_id: int, now: datetime) -> None:
    """The message names this market, this chain and this moment. Raises WalletProofRejected."""
    if message.domain != domain or message.uri != uri:
        raise WalletProofRejected(reason=N_("It was made for another site."))
    if message.chain_id != chain_id:
        raise WalletProofRejected(reason=N_("It names another chain."))
    if not message.issued_at <= now < message.expires_at:
        raise WalletProofRejected(reason=N_("It is too old."))


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
