"""Somebody with an own wallet, who signs by programs what a browser wallet would sign."""

import json
from html import unescape
from typing import Any
from uuid import UUID, uuid4

from bs4 import BeautifulSoup
from eth_account import Account
from eth_account.messages import encode_defunct
from eth_account.signers.local import LocalAccount
from werkzeug.test import TestResponse

from app.chain.typed_data import sign
from app.db.session import transaction
from app.onramp.actions.record_bank_receipt import record_bank_receipt
from tests.support.front import Front, Visitor
from tests.support.trade import Trade


def address_of(account: LocalAccount) -> bytes:
    return bytes.fromhex(account.address[2:])


def wallet_with(trade: Trade, cents: int) -> LocalAccount:
    """A new wallet that holds tokens and nothing to pay gas with."""
    account: LocalAccount = Account.create()
    top_up(trade, account, cents)
    return account


def top_up(trade: Trade, account: LocalAccount, cents: int) -> None:
    """The operator books money that came to the bank, and tokens follow."""
    book_receipt(trade, account, cents)
    trade.settle()


def book_receipt(trade: Trade, account: LocalAccount, cents: int) -> None:
    """The tokens come with the next look at the chain."""
    with transaction() as session:
        record_bank_receipt(
            session,
            recorded_by=trade.operator.user_id,
            reference=uuid4().hex,
            payer_name="Dara Chan",
            wallet_address=address_of(account),
            cents=cents,
            received_at=trade.now(),
        )


class WalletBuyer:
    """A visitor signed in with a wallet; `order` walks to the page that shows what is to be signed."""

    def __init__(self, front: Front, account: LocalAccount) -> None:
        self.front, self.account = front, account
        self.visitor: Visitor = front.visitor()
        self.group_id: UUID
        self._sign_in()

    def _sign_in(self) -> None:
        self.csrf = _token(self.visitor.look("/sign-in"))
        asked = self.post("/sign-in/wallet/message", {"address": self.account.address}).get_json()
        signature = self.account.sign_message(encode_defunct(text=asked["message"])).signature.hex()
        answer = self.post("/sign-in/wallet", {"message": asked["message"], "signature": signature})
        assert answer.status_code == 200, answer.text

    def order(self, goods: UUID, quantity: int = 1) -> dict[str, Any]:
        """Gives the document to be signed."""
        self.visitor.add(goods, quantity)
        answer = self.visitor.send(self.visitor.check_out(), "/checkout/wallet")
        assert answer.status_code == 303
        self.group_id = UUID(answer.headers["Location"].rpartition("/")[2])
        page = BeautifulSoup(self.visitor.look(answer.headers["Location"]), "html.parser")
        self.csrf = str(page.select_one("[data-wallet-typed]")["data-csrf"])  # type: ignore[index]
        shown = page.select_one("[data-document]")
        assert shown is not None
        document: dict[str, Any] = json.loads(unescape(str(shown["data-document"])))
        return document

    def send(self, signature: bytes, valid_after: object, valid_before: object) -> TestResponse:
        """What `wallet.js` sends."""
        sent = {"signature": "0x" + signature.hex(), "validAfter": valid_after, "validBefore": valid_before}
        return self.post(f"/checkout/wallet/{self.group_id}/signature", sent)

    def sign_and_send(self, document: dict[str, Any], *, by: LocalAccount | None = None) -> TestResponse:
        message = document["message"]
        return self.send(sign(by or self.account, document), message["validAfter"], message["validBefore"])

    def post(self, path: str, content: object) -> TestResponse:
        headers = {"X-CSRFToken": self.csrf, "Accept": "application/json"}
        return self.visitor.browser.post(path, json=content, headers=headers)


def _token(page: str) -> str:
    field = BeautifulSoup(page, "html.parser").select_one("[name=csrf_token]")
    assert field is not None
    return str(field["value"])
