"""The committed contracts on a node, the people of one order, and what they do."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak

from app.chain.contracts import ESCROW, TOKEN, decode_log, decode_result, encode_call, encode_deployment
from app.chain.token_documents import permit_document
from app.chain.typed_data import (
    Authorization,
    Leg,
    Terms,
    act_document,
    escrow_id,
    receive_document,
    sign,
    split_signature,
    terms_document,
)
from tests.contracts.node import CHAIN_ID, Node

TOKEN_NAME = "Phsar Dollar"
HOUR, DAY = 3_600, 86_400
PRICE = 100_000_000
FOREVER = 2**64


def person(name: str) -> LocalAccount:
    """The same key for the same name, so that gas is the same in every run."""
    account: LocalAccount = Account.from_key(keccak(text=name))
    return account


def address(account: LocalAccount) -> bytes:
    return bytes.fromhex(account.address[2:])


@dataclass
class Market:
    """Token and escrow, and everyone's key. The operator sends all transactions unless another sender is named."""

    node: Node
    token: bytes
    escrow: bytes
    buyer: LocalAccount = field(default_factory=lambda: person("buyer"))
    seller: LocalAccount = field(default_factory=lambda: person("seller"))
    arbiter: LocalAccount = field(default_factory=lambda: person("arbiter"))
    stranger: LocalAccount = field(default_factory=lambda: person("stranger"))
    operator: LocalAccount = field(default_factory=lambda: person("operator"))
    fees: LocalAccount = field(default_factory=lambda: person("fees"))

    def terms(self, *, legs: int = 1, fee_bps: int = 500, group: int = 1, seller: bytes | None = None) -> Terms:
        """Terms as the market makes them: three days to ship, ten more of protection."""
        now = self.node.now()
        leg = Leg(b"", seller or address(self.seller), PRICE, fee_bps, now + 3 * DAY, now + 13 * DAY)
        order_ids = (keccak(text=f"order {group} {index}") for index in range(legs))
        return Terms(
            group_id=keccak(text=f"group {group}"),
            token=self.token,
            buyer=address(self.buyer),
            refund_to=address(self.buyer),
            fee_recipient=address(self.fees),
            arbiter=address(self.arbiter),
            fund_by=now + HOUR,
            answer_window=2 * DAY,
            dispute_timeout=14 * DAY,
            default_seller_bps=5_000,
            legs=tuple(replace(leg, order_id=order_id) for order_id in order_ids),
        )

    def id(self, terms: Terms) -> bytes:
        return escrow_id(terms, CHAIN_ID, self.escrow)

    def mint(self, to: bytes, amount: int, ref: str) -> None:
        self.send_token("mint", to, amount, keccak(text=ref))

    def balance(self, who: bytes) -> int:
        data = self.node.read(self.token, encode_call(TOKEN, "balanceOf", who))
        return int(decode_result(TOKEN, "balanceOf", 1, data)[0])

    def authorization(
        self, terms: Terms, by: LocalAccount, *, chain_id: int = CHAIN_ID, valid_before: int = FOREVER, **other: Any
    ) -> tuple[Any, ...]:
        """What a buyer's wallet gives for a deposit, or a wrong version of it."""
        values = {
            "payer": terms.buyer,
            "receiver": self.escrow,
            "value": sum(leg.amount for leg in terms.legs),
            "valid_after": 0,
            "valid_before": valid_before,
            "nonce": self.id(terms),
        }
        document = receive_document(Authorization(**{**values, **other}), chain_id, self.token, TOKEN_NAME)
        return (0, valid_before, *split_signature(sign(by, document)))

    def permit(self, terms: Terms, *, nonce: int = 0) -> tuple[tuple[Any, ...], bytes]:
        """The buyer's ERC-2612 permit and the buyer's signature over the terms."""
        document = permit_document(
            owner=terms.buyer,
            spender=self.escrow,
            value=sum(leg.amount for leg in terms.legs),
            nonce=nonce,
            deadline=FOREVER,
            chain_id=CHAIN_ID,
            token=self.token,
            token_name=TOKEN_NAME,
        )
        permit = (FOREVER, *split_signature(sign(self.buyer, document)))
        return permit, sign(self.buyer, terms_document(terms, CHAIN_ID, self.escrow))

    def deposit(self, terms: Terms) -> dict[str, Any]:
        """Fund the terms by the buyer's one signature."""
        return self.send("depositWithAuthorization", terms, self.authorization(terms, self.buyer))

    def consent(self, act: str, terms: Terms, by: LocalAccount, *numbers: int, deadline: int = FOREVER) -> bytes:
        """A signature over an act on leg 0; `numbers` are the fields between leg and deadline."""
        values = (self.id(terms), 0, *numbers, deadline)
        return sign(by, act_document(act, values, CHAIN_ID, self.escrow))

    def send(self, function: str, *arguments: Any, by: LocalAccount | None = None) -> dict[str, Any]:
        """Call the escrow. Raises Refused with the contract's error."""
        data = encode_call(ESCROW, function, *(plain(argument) for argument in arguments))
        return self.node.send(address(by or self.operator), self.escrow, data)

    def send_token(self, function: str, *arguments: Any, by: LocalAccount | None = None) -> dict[str, Any]:
        data = encode_call(TOKEN, function, *arguments)
        return self.node.send(address(by or self.operator), self.token, data)

    def state(self, terms: Terms, leg: int = 0) -> dict[str, Any]:
        """The leg as the contract's own view shows it."""
        data = self.node.read(self.escrow, encode_call(ESCROW, "legState", terms.as_tuple(), leg))
        (values,) = decode_result(ESCROW, "legState", 2, data)
        names = ("funded", "outcome", "released", "refunded", "fee", "remaining", "funded_at", "times", "withdrawn")
        return dict(zip(names, values, strict=True))


def plain(argument: Any) -> Any:
    """Calldata form of an argument: terms become their tuple, also inside a batch item."""
    if isinstance(argument, Terms):
        return argument.as_tuple()
    if isinstance(argument, list | tuple):
        return type(argument)(plain(inner) for inner in argument)
    return argument


def events(receipt: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The logs of our contracts in a receipt, decoded."""
    logs = receipt["logs"]
    found = (decode_log(tuple(_raw(topic) for topic in log["topics"]), _raw(log["data"])) for log in logs)
    return [event for event in found if event is not None]


def named(receipt: dict[str, Any], name: str) -> dict[str, Any]:
    """The values of the one event of this name."""
    (values,) = (values for found, values in events(receipt) if found == name)
    return values


def deploy(node: Node, guardian: bytes) -> Callable[[], Market]:
    """Put the committed bytecode on the chain."""
    operator = address(person("operator"))
    token = _create(node, operator, encode_deployment(TOKEN, TOKEN_NAME, "CTM", 6, operator, operator))
    escrow = _create(node, operator, encode_deployment(ESCROW, guardian))
    return lambda: Market(node, token, escrow)


def _create(node: Node, sender: bytes, code: bytes) -> bytes:
    return _raw(node.send(sender, None, code)["contractAddress"])


def _raw(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))
