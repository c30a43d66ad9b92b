"""A wallet in the browser: announces itself by EIP-6963 and signs for real with a key held by the test."""

import json
from typing import Any

from eth_account import Account
from eth_account.messages import encode_defunct, encode_typed_data
from playwright.sync_api import BrowserContext

ANNOUNCE = """
(() => {
  const provider = { request: ({ method, params }) => window.__wallet(method, JSON.stringify(params ?? [])).then(JSON.parse) };
  const detail = Object.freeze({
    info: { uuid: "7a0c2f8e-8d0f-4b1e-9d7b-0f6b6f0a1c11", name: "Test wallet", icon: "data:image/svg+xml,<svg/>", rdns: "example.phsar.wallet" },
    provider,
  });
  const announce = () => window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
  window.addEventListener("eip6963:requestProvider", announce);
  announce();
})();
"""


class BrowserWallet:
    """`signed` keeps every document that was signed."""

    def __init__(self, context: BrowserContext, key: bytes, chain_id: int) -> None:
        self.account = Account.from_key(key)
        self.chain_id = chain_id
        self.signed: list[dict[str, Any]] = []
        context.expose_function("__wallet", self._answer)
        context.add_init_script(ANNOUNCE)

    def _answer(self, method: str, raw: str) -> str:
        params = json.loads(raw)
        if method in {"eth_requestAccounts", "eth_accounts"}:
            return json.dumps([self.account.address])
        if method == "eth_chainId":
            return json.dumps(hex(self.chain_id))
        if method == "personal_sign":
            text = bytes.fromhex(params[0][2:])
            return json.dumps("0x" + self.account.sign_message(encode_defunct(text)).signature.hex())
        if method == "eth_signTypedData_v4":
            document = json.loads(params[1])
            self.signed.append(document)
            signed = self.account.sign_message(encode_typed_data(full_message=document))
            return json.dumps("0x" + signed.signature.hex())
        raise ValueError(f"the wallet does not know {method}")
