"""Keys of the demo's wallets. Anybody can compute them: they are for a chain that is worth nothing."""

from eth_utils.crypto import keccak

from app.signing.accounts import Account, LocalAccount, encode_defunct


def demo_wallet(name: str) -> LocalAccount:
    """The wallet of a demo shop (its slug) or person (the e-mail address)."""
    account: LocalAccount = Account.from_key(keccak(text=f"phsar demo wallet of {name}"))
    return account


def signed(wallet: LocalAccount, text: str) -> bytes:
    """What the wallet answers to a request to sign `text`."""
    return bytes(wallet.sign_message(encode_defunct(text=text)).signature)
