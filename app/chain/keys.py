"""The market's own keys, derived from one seed: HMAC-SHA256(seed, purpose), taken as a secp256k1 secret.

A key is named by its purpose, so that none is stored: `treasury` sends every transaction of ours and holds card buyers'
tokens on their way; `fees` receives commission; `taxes` keeps tax withheld from sellers until it is remitted; `arbiter` and `buyer-agent` only sign messages; `seller:<id>` is the
market-held address of a seller without a wallet.
"""

import hashlib
import hmac
from uuid import UUID

from app.signing.accounts import Account, LocalAccount

_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


class Keys:
    """Keys of one installation."""

    def __init__(self, seed_hex: str) -> None:
        self._seed = bytes.fromhex(seed_hex)

    def account(self, purpose: str) -> LocalAccount:
        secret = b""
        for attempt in range(256):
            message = f"phsar/1/{purpose}/{attempt}".encode()
            secret = hmac.new(self._seed, message, hashlib.sha256).digest()
            if 0 < int.from_bytes(secret) < _ORDER:
                break
        account: LocalAccount = Account.from_key(secret)
        return account

    def address(self, purpose: str) -> bytes:
        return bytes.fromhex(self.account(purpose).address[2:])

    def treasury(self) -> LocalAccount:
        return self.account("treasury")

    def arbiter(self) -> LocalAccount:
        return self.account("arbiter")

    def buyer_agent(self) -> LocalAccount:
        return self.account("buyer-agent")

    def seller(self, organization_id: UUID) -> LocalAccount:
        return self.account(f"seller:{organization_id}")
