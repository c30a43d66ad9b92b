"""Asking the contracts themselves, at a given block: what the books are compared with."""

from collections.abc import Sequence

from eth_utils.address import to_checksum_address

from app.chain.contracts import TOKEN, decode_result, encode_call
from app.chain.errors import ChainUnavailable
from app.chain.rpc import Header, Rpc


def token_balances(rpc: Rpc, token: bytes, addresses: Sequence[bytes], block: int) -> dict[bytes, int]:
    """Base units held by each address at `block`."""
    found = {}
    for address in addresses:
        answer = rpc.call(token, encode_call(TOKEN, "balanceOf", to_checksum_address(address)), block)
        found[address] = decode_result(TOKEN, "balanceOf", 1, answer)[0]
    return found


def total_supply(rpc: Rpc, token: bytes, block: int) -> int:
    answer = rpc.call(token, encode_call(TOKEN, "totalSupply"), block)
    supply: int = decode_result(TOKEN, "totalSupply", 0, answer)[0]
    return supply


def finalized_block(rpc: Rpc) -> Header:
    """Raises ChainUnavailable when the node knows no final block yet."""
    header = rpc.header("finalized")
    if header is None:
        raise ChainUnavailable
    return header
