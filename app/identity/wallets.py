"""Who signed a text with an Ethereum account (EIP-191). Only plain accounts; contract wallets need a call to the chain."""

from eth_keys.exceptions import BadSignature, ValidationError
from eth_utils.address import to_checksum_address

from app.errors import N_
from app.identity.rules.sign_in_message import WalletProofRejected
from app.signing.accounts import Account, encode_defunct

SIGNATURE_BYTES = 65


def signer_of(text: str, signature: bytes) -> bytes:
    """The 20-byte address that signed `text`. Raises WalletProofRejected for a malformed signature."""
    if len(signature) != SIGNATURE_BYTES:
        raise WalletProofRejected(reason=N_("The signature is not 65 bytes long."))
    try:
        return bytes.fromhex(Account.recover_message(encode_defunct(text=text), signature=signature)[2:])
    except (BadSignature, ValidationError, ValueError) as error:
        raise WalletProofRejected(reason=N_("The signature cannot be read.")) from error


def written(address: bytes) -> str:
    """The address with the mixed-case checksum of EIP-55."""
    return str(to_checksum_address(address))
