"""Programs that hold the key of a wallet: a buyer pays and releases with it, a shop is paid to it and refunds from it."""

from typing import Any
from uuid import UUID

from eth_account import Account
from eth_account.messages import encode_defunct
from eth_account.signers.local import LocalAccount

from app.chain.typed_data import sign
from app.checkout.api.wallet import WalletPaymentSchema
from app.checkout.schemas import PlacedSchema
from app.db.session import reading, transaction
from app.identity.actions.grant_role import grant_role
from app.identity.models import Organization
from app.identity.queries import actor_of
from app.settlement.models import ChainIntent
from tests.orders.test_selling_by_program import PARCEL
from tests.support.front import ADDRESS_KH, CONTACT, Front
from tests.support.outcome import UNITS_PER_CENT as UNIT
from tests.support.programs import Program, a_token, as_documented
from tests.support.trade import Shop, Trade
from tests.support.wallet import address_of, wallet_with

HELD = 20_000
Document = dict[str, Any]


def ordered(program: Program, goods: UUID, wallet: LocalAccount, *, status: int = 201) -> Any:
    lines = [{"variant_id": str(goods), "quantity": 2}]
    cart = program.ask("PATCH", "/account/cart", {"lines": lines, "contact": CONTACT, "address": ADDRESS_KH})
    wish = {"amounts": cart["amounts"], "paid_by": "wallet", "wallet": wallet.address}
    return program.ask("POST", "/account/cart/order", wish, status=status, **{"Idempotency-Key": "once"})


def signature(wallet: LocalAccount, document: Document) -> dict[str, Any]:
    message = document["message"]
    signed = "0x" + sign(wallet, document).hex()
    return {"signature": signed, "valid_after": message["validAfter"], "valid_before": message["validBefore"]}


def signed(wallet: LocalAccount, asked: Any) -> dict[str, Any]:
    return {"signed": {"signature": "0x" + sign(wallet, asked["document"]).hex(), "deadline": asked["deadline"]}}


def proof(wallet: LocalAccount, message: str) -> dict[str, str]:
    made = wallet.sign_message(encode_defunct(text=message)).signature
    return {"message": message, "signature": "0x" + bytes(made).hex()}


def planned(kind: str) -> int:
    with reading() as session:
        return session.query(ChainIntent).filter_by(kind=kind).count()


def wallet_of(shop: Shop) -> bytes | None:
    with reading() as session:
        return session.get_one(Organization, shop.id).wallet_address


def test_a_program_pays_from_its_wallet_and_releases_to_the_wallet_that_the_shop_has_proven(
    front: Front, trade: Trade
) -> None:
    shop, sellers = trade.shop_of(), Account.create()
    seller = Program(front.app, a_token(shop.owner, "wallet", "orders:read", "orders:write", shop=shop.id))
    assert seller.ask("GET", "/shop/wallet") == {"address": None}
    message = seller.ask("POST", "/shop/wallet/message", {"address": sellers.address}, status=201)["message"]
    assert seller.twice("PUT", "/shop/wallet", proof(sellers, message)) == {"address": sellers.address}

    wallet, goods = wallet_with(trade, HELD), trade.goods(shop, stock=5)
    buyer = Program(front.app, a_token(trade.person(), "buy"))
    placed = ordered(buyer, goods, wallet)
    as_documented(PlacedSchema, placed)
    assert placed["pay_url"] is None
    assert ordered(buyer, goods, wallet)["id"] == placed["id"], "the same key is the same order"
    path = f"/order-groups/{placed['id']}"
    shown = buyer.ask("GET", f"{path}/payment")
    as_documented(WalletPaymentSchema, shown)
    assert (shown["state"], shown["to_sign"], shown["signed_at"]) == ("pending_payment", placed["to_sign"], None)
    told = buyer.twice("POST", f"{path}/signature", signature(wallet, placed["to_sign"]))
    assert (told["to_sign"], bool(told["signed_at"]), planned("deposit_authorized")) == (None, True, 1)
    again = buyer.ask("POST", f"{path}/signature", signature(wallet, placed["to_sign"]))
    assert (again["signed_at"], planned("deposit_authorized")) == (told["signed_at"], 1)
    trade.settle()
    assert buyer.ask("GET", f"{path}/payment")["state"] == "paid"
    total = placed["total_usd"]["minor"]
    assert trade.on_chain(address_of(wallet)) == (HELD - total) * UNIT

    order = f"/orders/{placed['orders'][0]['number']}"
    seller.ask("POST", f"/shop{order}/shipment", PARCEL)
    assert buyer.ask("POST", f"{order}/receipt", status=422)["code"] == "signature-needed"
    asked = buyer.ask("GET", f"{order}/to-sign?act=release")
    wrong = buyer.ask("POST", f"{order}/receipt", signed(sellers, asked), status=422)
    assert wrong["code"] == "signature-rejected"
    assert planned("release") == 0
    buyer.twice("POST", f"{order}/receipt", signed(wallet, asked))
    trade.settle()
    assert buyer.ask("GET", order)["settlement_status"] == "released"
    assert 0 < trade.on_chain(address_of(sellers)) <= total * UNIT


def test_a_shop_refunds_from_its_own_wallet_what_it_has_signed(front: Front, trade: Trade) -> None:
    sellers = Account.create()
    shop = trade.shop_of(wallet=address_of(sellers))
    wallet, goods = wallet_with(trade, HELD), trade.goods(shop, stock=5)
    buyer = Program(front.app, a_token(trade.person(), "buy"))
    seller = Program(front.app, a_token(shop.owner, "orders:read", "orders:write", shop=shop.id))
    placed = ordered(buyer, goods, wallet)
    buyer.ask("POST", f"/order-groups/{placed['id']}/signature", signature(wallet, placed["to_sign"]))
    trade.settle()
    order = f"/orders/{placed['orders'][0]['number']}"
    seller.ask("POST", f"/shop{order}/shipment", PARCEL)
    wish = {"amount": {"minor": 300, "currency": "USD"}, "reason": "A bruised one."}
    assert seller.ask("POST", f"/shop{order}/refund", wish, status=422)["code"] == "signature-needed"
    other = signed(sellers, seller.ask("GET", f"/shop{order}/to-sign?act=refund&cents=200"))
    assert seller.ask("POST", f"/shop{order}/refund", {**wish, **other}, status=422)["code"] == "signature-rejected"
    right = signed(sellers, seller.ask("GET", f"/shop{order}/to-sign?act=refund&cents=300"))
    seller.twice("POST", f"/shop{order}/refund", {**wish, **right})
    trade.settle()
    assert trade.on_chain(address_of(wallet)) == (HELD - placed["total_usd"]["minor"] + 300) * UNIT
    stranger = Program(front.app, a_token(trade.shop_of(name="Mekong Silk").owner))
    assert stranger.ask("GET", f"/shop{order}/to-sign?act=refund", status=404)["code"] == "order-not-found"
    assert stranger.ask("GET", f"{order}/to-sign?act=release", status=404)["code"] == "order-not-found"
    for odd in ("", "?act=steal", "?act=refund", "?act=release&part=-1", "?act=release&part=1e9"):
        buyer.ask("GET", f"{order}/to-sign{odd}", status=422)
    assert buyer.ask("GET", f"{order}/to-sign?act=release&part=7", status=409)["code"] == "part-not-due"
    assert buyer.ask("POST", f"{order}/parts/1/release", right, status=409)["code"] == "part-not-due"


def test_a_signature_that_is_not_the_one_asked_for_pays_nothing(front: Front, trade: Trade) -> None:
    wallet, goods = wallet_with(trade, HELD), trade.goods(trade.shop_of(), stock=5)
    buyer = Program(front.app, a_token(trade.person(), "buy"))
    placed = ordered(buyer, goods, wallet)
    path, right = f"/order-groups/{placed['id']}", signature(wallet, placed["to_sign"])
    wrong = [
        signature(Account.create(), placed["to_sign"]),
        {**right, "valid_before": right["valid_before"] + 1},
        {**right, "valid_after": trade.chain.now() + 600},
        {**right, "signature": "0x" + "00" * 65},
    ]
    for sent in wrong:
        assert buyer.ask("POST", f"{path}/signature", sent, status=422)["code"] == "signature-rejected"
    for name, value in (("signature", "0x12"), ("valid_before", 2**256), ("valid_after", -1), ("valid_after", "0")):
        told = buyer.ask("POST", f"{path}/signature", {**right, name: value}, status=422)
        assert told["errors"][0]["field"] == name
    stranger = Program(front.app, a_token(trade.person(), "buy"))
    assert stranger.ask("POST", f"{path}/signature", right, status=404)["code"] == "order-not-found"
    assert stranger.ask("GET", f"{path}/payment", status=404)["code"] == "order-not-found"
    assert planned("deposit_authorized") == 0


def test_who_has_too_few_tokens_or_no_wallet_is_told_before_anything_is_sent(front: Front, trade: Trade) -> None:
    goods = trade.goods(trade.shop_of(), stock=5)
    buyer = Program(front.app, a_token(trade.person(), "buy"))
    lines = [{"variant_id": str(goods), "quantity": 1}]
    cart = buyer.ask("PATCH", "/account/cart", {"lines": lines, "contact": CONTACT, "address": ADDRESS_KH})
    wish = {"amounts": cart["amounts"], "paid_by": "wallet"}
    assert buyer.ask("POST", "/account/cart/order", wish, status=409)["code"] == "wallet-needed"
    for odd in ("0x" + "00" * 20, "0x12", "vitalik.eth", 7):
        buyer.ask("POST", "/account/cart/order", {**wish, "wallet": odd}, status=422)
    poor = Account.create()
    placed = ordered(buyer, goods, poor)
    told = buyer.ask("POST", f"/order-groups/{placed['id']}/signature", signature(poor, placed["to_sign"]), status=409)
    assert told["code"] == "not-enough-tokens"
    assert planned("deposit_authorized") == 0
    card = Program(front.app, a_token(trade.person(), "buy"))
    cart = card.ask("PATCH", "/account/cart", {"lines": lines, "contact": CONTACT, "address": ADDRESS_KH})
    by_card = card.ask("POST", "/account/cart/order", {"amounts": cart["amounts"]}, status=201)
    assert card.ask("GET", f"/order-groups/{by_card['id']}/payment", status=409)["code"] == "wallet-needed"


def test_only_an_owner_who_has_the_key_binds_a_wallet_to_the_shop(front: Front, trade: Trade) -> None:
    shop, mine, other = trade.shop_of(), Account.create(), Account.create()
    owner = Program(front.app, a_token(shop.owner, "wallet", shop=shop.id))
    ask = {"address": mine.address}
    message = owner.ask("POST", "/shop/wallet/message", ask, status=201)["message"]
    for sent in (proof(other, message), proof(mine, message + "\n"), proof(mine, "Give me everything.")):
        assert owner.ask("PUT", "/shop/wallet", sent, status=422)["code"] == "wallet-proof-rejected"
    helper = trade.person()
    with transaction() as session:
        grant_role(session, granted_by=None, organization_id=shop.id, user_id=helper.user_id, role="accountant")
        helper = actor_of(session, helper.user_id)
    for who in (helper, trade.shop_of(name="Mekong Silk").owner, trade.person()):
        nobody = Program(front.app, a_token(who))
        where = f"/shop/wallet?shop={shop.id}"
        for method, path, body in (
            ("GET", where, None),
            ("PUT", where, proof(mine, message)),
            ("POST", f"/shop/wallet/message?shop={shop.id}", ask),
        ):
            assert nobody.send(method, path, body).status_code == 404
    narrow = Program(front.app, a_token(shop.owner, "orders:write", shop=shop.id))
    assert narrow.ask("PUT", "/shop/wallet", proof(mine, message), status=403)["values"] == {"scope": "wallet"}
    assert wallet_of(shop) is None
    owner.ask("PUT", "/shop/wallet", proof(mine, message))
    assert wallet_of(shop) == address_of(mine)
    replayed = owner.ask("PUT", "/shop/wallet", proof(mine, message), status=422)
    assert replayed["code"] == "wallet-proof-rejected"
