"""A signature that is not the one asked for pays nothing; one that somebody else sends first pays the same order once."""

import copy
from collections.abc import Callable
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount

from app.chain.contracts import ESCROW, TOKEN, encode_call
from app.chain.typed_data import sign, split_signature
from app.db.session import in_transaction, reading
from app.identity.models import User
from app.orders.actions.expire_group import expire_group
from app.orders.models import OrderGroup
from app.settlement.models import ChainIntent
from app.settlement.queries import contract_addresses
from app.settlement.terms import terms_from_json
from tests.support.front import Front
from tests.support.outcome import UNITS_PER_CENT as UNIT
from tests.support.outcome import deposits, mails_to, requires_tie_out
from tests.support.trade import Trade
from tests.support.wallet import WalletBuyer, address_of, top_up, wallet_with

HELD = 20_000
TOTAL = 1450 + 150
Document = dict[str, Any]
OTHER_ADDRESS = "0x" + "34" * 20


def buyer_with_order(front: Front, trade: Trade) -> tuple[WalletBuyer, Document, object]:
    goods = trade.goods(trade.shop_of(), stock=5)
    buyer = WalletBuyer(front, wallet_with(trade, HELD))
    return buyer, buyer.order(goods), goods


def changed(document: Document, part: str, **values: object) -> Document:
    other = copy.deepcopy(document)
    other[part].update(values)
    return other


def group(buyer: WalletBuyer) -> OrderGroup:
    with reading() as session:
        return session.get_one(OrderGroup, buyer.group_id)


def planned(buyer: WalletBuyer) -> int:
    """Deposits we mean to send for this order."""
    with reading() as session:
        return session.query(ChainIntent).filter_by(key=f"deposit:{buyer.group_id}").count()


def test_a_signature_by_another_person_or_over_anything_else_is_refused_with_words(front: Front, trade: Trade) -> None:
    buyer, asked, goods = buyer_with_order(front, trade)
    now = trade.chain.now()
    wrong: dict[str, Callable[[], Any]] = {
        "another person": lambda: buyer.sign_and_send(asked, by=Account.create()),
        "less": lambda: buyer.sign_and_send(changed(asked, "message", value=TOTAL * UNIT - 1)),
        "more": lambda: buyer.sign_and_send(changed(asked, "message", value=TOTAL * UNIT + 1)),
        "other terms": lambda: buyer.sign_and_send(changed(asked, "message", nonce="0x" + "12" * 32)),
        "to somebody else": lambda: buyer.sign_and_send(changed(asked, "message", to=OTHER_ADDRESS)),
        "from somebody else": lambda: buyer.sign_and_send(changed(asked, "message", **{"from": OTHER_ADDRESS})),
        "another chain": lambda: buyer.sign_and_send(changed(asked, "domain", chainId=1)),
        "another token": lambda: buyer.sign_and_send(changed(asked, "domain", verifyingContract=OTHER_ADDRESS)),
        "another name": lambda: buyer.sign_and_send(changed(asked, "domain", name="Phsar Dollars")),
        "time is over": lambda: buyer.sign_and_send(changed(asked, "message", validBefore=now)),
        "not yet": lambda: buyer.sign_and_send(changed(asked, "message", validAfter=now + 600)),
        "deadline moved": lambda: buyer.send(sign(buyer.account, asked), 0, asked["message"]["validBefore"] + 1),
        "a plain transfer": lambda: buyer.sign_and_send(as_plain_transfer(asked)),
    }
    for what, attempt in wrong.items():
        answer = attempt()
        assert (answer.status_code, answer.get_json()["code"]) == (422, "signature-rejected"), what
        assert "Nothing was paid; please sign again." in answer.get_json()["detail"]
    signature = sign(buyer.account, asked)
    for odd in (b"", signature[:64], signature + b"\0", bytes(65), b"\xff" * 65):
        assert buyer.send(odd, 0, asked["message"]["validBefore"]).status_code == 422
    for odd_time in (-1, 2**256, 10**400, float("inf"), "soon", None, [1], {}):
        assert buyer.send(signature, 0, odd_time).status_code == 422, odd_time
        assert buyer.send(signature, odd_time, asked["message"]["validBefore"]).status_code == 422, odd_time
    for odd_body in (None, [], "x", {"signature": 5}, {"signature": "0xzz", "validAfter": 0, "validBefore": 1}):
        answer = buyer.post(f"/checkout/wallet/{buyer.group_id}/signature", odd_body)
        assert (answer.status_code, answer.get_json()["code"]) == (422, "signature-rejected")
    trade.settle()
    assert (group(buyer).state, group(buyer).authorized_at, planned(buyer)) == ("pending_payment", None, 0)
    assert (trade.on_chain(address_of(buyer.account)), deposits(front)) == (HELD * UNIT, [])
    # Nothing is lost by all that: the right signature still pays, once, however often it is sent.
    assert [buyer.sign_and_send(asked).status_code for _ in range(3)] == [200, 200, 200]
    paid_once(front, trade, buyer, goods)


def test_a_wallet_that_holds_too_little_is_told_so_and_pays_once_it_holds_enough(front: Front, trade: Trade) -> None:
    goods = trade.goods(trade.shop_of(), stock=5)
    buyer = WalletBuyer(front, wallet_with(trade, TOTAL - 1))
    asked = buyer.order(goods)
    answer = buyer.sign_and_send(asked)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "not-enough-tokens")
    assert "The wallet holds 15.99\u00a0CTM, but 16.00\u00a0CTM are needed." in answer.get_json()["detail"]
    assert (group(buyer).authorized_at, planned(buyer)) == (None, 0)
    top_up(trade, buyer.account, HELD - TOTAL + 1)
    assert buyer.sign_and_send(asked).status_code == 200
    paid_once(front, trade, buyer, goods)


def as_plain_transfer(document: Document) -> Document:
    """The same numbers, signed for a transfer that anybody could send to the token."""
    other = copy.deepcopy(document)
    fields = other["types"].pop("ReceiveWithAuthorization")
    other["types"]["TransferWithAuthorization"] = fields
    other["primaryType"] = "TransferWithAuthorization"
    return other


def paid_once(front: Front, trade: Trade, buyer: WalletBuyer, goods: object, *, by_buyer: int = TOTAL) -> None:
    trade.settle()
    trade.settle()
    assert deposits(front) == [TOTAL]
    assert group(buyer).state == "paid"
    assert trade.on_chain(address_of(buyer.account)) == (HELD - by_buyer) * UNIT
    assert trade.on_chain(trade.escrow_address()) == TOTAL * UNIT
    assert trade.stock(goods) == (4, 0)  # type: ignore[arg-type]
    with reading() as session:
        intents = session.query(ChainIntent).filter_by(key=f"deposit:{buyer.group_id}").all()
        assert [intent.state for intent in intents] in ([], ["done"])
    assert "Thank you, Dara Chan." in buyer.visitor.look(f"/orders/group/{buyer.group_id}")


def stranger_calls(trade: Trade, to: bytes, data: bytes) -> None:
    trade.chain.send(trade.chain.accounts[7], "0x" + to.hex(), data="0x" + data.hex())
    trade.chain.mine()


def terms_of(buyer: WalletBuyer, trade: Trade) -> tuple[Any, ...]:
    return terms_from_json(trade.stored_escrow(buyer.group_id).terms).as_tuple()


def authorization(buyer: LocalAccount, document: Document) -> tuple[Any, ...]:
    message = document["message"]
    return message["validAfter"], message["validBefore"], *split_signature(sign(buyer, document))


def test_a_stranger_who_sends_the_buyers_signature_first_pays_the_same_order(front: Front, trade: Trade) -> None:
    buyer, asked, goods = buyer_with_order(front, trade)
    assert buyer.sign_and_send(asked).status_code == 200
    call = encode_call(ESCROW, "depositWithAuthorization", terms_of(buyer, trade), authorization(buyer.account, asked))
    stranger_calls(trade, trade.escrow_address(), call)
    paid_once(front, trade, buyer, goods)
    assert buyer.sign_and_send(asked).status_code == 200, "sending it once more leads to the order"
    paid_once(front, trade, buyer, goods)
    requires_tie_out()


def test_a_stranger_who_pays_for_the_order_first_leaves_the_buyers_tokens_alone(front: Front, trade: Trade) -> None:
    buyer, asked, goods = buyer_with_order(front, trade)
    with reading() as session:
        token = contract_addresses(session)[TOKEN]
    stranger = trade.chain.accounts[7]
    giver = wallet_with(trade, TOTAL)
    trade.chain.call("anvil_setBalance", giver.address, hex(10**18))
    trade.chain.call("anvil_impersonateAccount", giver.address)
    give = encode_call(TOKEN, "transfer", stranger, TOTAL * UNIT)
    trade.chain.send(giver.address, "0x" + token.hex(), data="0x" + give.hex())
    stranger_calls(trade, token, encode_call(TOKEN, "approve", "0x" + trade.escrow_address().hex(), TOTAL * UNIT))
    assert buyer.sign_and_send(asked).status_code == 200
    stranger_calls(trade, trade.escrow_address(), encode_call(ESCROW, "depositFor", terms_of(buyer, trade)))
    paid_once(front, trade, buyer, goods, by_buyer=0)


def test_a_seller_with_an_own_wallet_is_asked_to_give_back_what_came_too_late(front: Front, trade: Trade) -> None:
    shop = trade.shop_of(wallet=bytes.fromhex(trade.chain.accounts[8].removeprefix("0x")))
    goods = trade.goods(shop, stock=1)
    buyer = WalletBuyer(front, wallet_with(trade, HELD))
    asked = buyer.order(goods)
    in_transaction(lambda session: expire_group(session, buyer.group_id, group(buyer).hold_until))
    trade.paid_group({goods: 1})
    call = encode_call(ESCROW, "depositWithAuthorization", terms_of(buyer, trade), authorization(buyer.account, asked))
    stranger_calls(trade, trade.escrow_address(), call)
    for _ in range(2):
        trade.settle()
    (order,) = group(buyer).orders
    with reading() as session:
        owner = session.get_one(User, shop.owner.user_id).email
    subject = f"Please refund {order.number}: the goods were gone when the payment came"
    assert mails_to(owner or "").count(subject) == 1


def test_a_deposit_for_goods_that_are_gone_goes_back_to_the_wallet_in_full(front: Front, trade: Trade) -> None:
    goods = trade.goods(trade.shop_of(), stock=1)
    buyer = WalletBuyer(front, wallet_with(trade, HELD))
    asked = buyer.order(goods)
    in_transaction(lambda session: expire_group(session, buyer.group_id, group(buyer).hold_until))
    trade.paid_group({goods: 1})
    assert (buyer.sign_and_send(asked).status_code, planned(buyer)) == (409, 0), "the time to pay is over"
    call = encode_call(ESCROW, "depositWithAuthorization", terms_of(buyer, trade), authorization(buyer.account, asked))
    stranger_calls(trade, trade.escrow_address(), call)
    assert trade.on_chain(address_of(buyer.account)) == (HELD - TOTAL) * UNIT
    for _ in range(3):
        trade.settle()
    assert (trade.on_chain(address_of(buyer.account)), trade.stock(goods)) == (HELD * UNIT, (0, 0))
    (order,) = group(buyer).orders
    assert trade.order(order.id).payment_status == "refunded"
    assert mails_to("dara@people.example")[-1] == f"You get $16.00 back for order {order.number}"
    trade.books_equal_chain()
