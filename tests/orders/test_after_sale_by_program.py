"""What happens to an order after it was paid, by programs of both sides: parcels, returns, disputes, handing over."""

from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import func, select

from app.db.session import reading, transaction
from app.identity.actions.confirm_email import confirm_email
from app.messages.models import Message
from app.orders.account_schemas import OrderDetailSchema
from app.orders.models import Fulfillment, OrderGroup, Refund
from app.orders.return_models import DisputeEvidence, OrderReturn
from app.orders.return_schemas import DisputeSchema, ReturnSchema
from tests.orders.test_claiming import EMAIL, ordered
from tests.orders.test_handover import MEET
from tests.orders.test_selling_by_program import PARCEL, held
from tests.support.programs import Program, a_token, as_documented

WRONG = {"reason": "damaged", "text": "One jar is broken."}


def both(front, trade, **how):
    """The programs of the two sides of an order, and the order."""
    shop, buyer = trade.shop_of(**how), trade.person()
    order = held(trade, shop, buyer=buyer)
    bought = Program(front.app, a_token(buyer, "buy", "messages"))
    sold = Program(front.app, a_token(shop.owner, "orders:read", "orders:write", "messages", shop=shop.id))
    return bought, sold, order


def count(table):
    with reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_an_order_leaves_in_parcels_each_of_which_is_mended_and_arrives(front, trade):
    _bought, sold, order = both(front, trade)
    path, line = f"/shop/orders/{order.number}", str(order.lines[0].id)
    too_many = {**PARCEL, "items": [{"line_id": line, "quantity": 3}]}
    assert sold.ask("POST", f"{path}/parcels", too_many, status=409)["code"] == "more-than-is-left"
    first = sold.twice("POST", f"{path}/parcels", {**PARCEL, "items": [{"line_id": line, "quantity": 1}]})
    as_documented(OrderDetailSchema, first)
    assert (first["fulfillment_status"], count(Fulfillment)) == ("partial", 1)
    parcel = f"{path}/parcels/{first['parcels'][0]['id']}"
    mended = sold.twice("PUT", parcel, {**PARCEL, "tracking": "KP 9"})
    assert [one["tracking"] for one in mended["parcels"]] == ["KP 9"]
    assert sold.twice("POST", f"{parcel}/delivery")["parcels"][0]["delivered_at"]
    assert sold.ask("POST", f"{path}/parcels/{uuid4()}/delivery", status=404)["code"] == "no-such-parcel"
    over = sold.twice("POST", f"{path}/rest")
    assert (over["fulfillment_status"], count(Refund)) == ("delivered", 1)


def test_goods_go_back_and_their_money_too(front, trade):
    bought, sold, order = both(front, trade)
    wish = {**WRONG, "items": [{"line_id": str(order.lines[0].id), "quantity": 1}]}
    path = f"/orders/{order.number}/returns"
    assert bought.ask("POST", path, wish, status=409)["code"] == "order-not-shipped"
    sold.ask("POST", f"/shop/orders/{order.number}/shipment", PARCEL)
    found = bought.twice("POST", path, wish, status=201)
    as_documented(ReturnSchema, found)
    assert (found["state"], count(OrderReturn)) == ("requested", 1)
    one = f"{path}/{found['id']}"
    address = {"return_address": "Kampot market 3", "postage": "seller"}
    assert sold.twice("POST", f"/shop{one}/approval", address)["state"] == "approved"
    assert bought.twice("POST", f"{one}/parcel", {"carrier": "EMS", "tracking": "R 1"})["tracking"] == "R 1"
    assert sold.twice("POST", f"/shop{one}/receipt", {"condition": "As new."})["condition"] == "As new."
    back = {"amount": found["items"][0]["worth_usd"], "reason": "It came back."}
    done = sold.twice("POST", f"/shop{one}/refund", back)
    assert (done["state"], done["refunded_usd"], count(Refund)) == ("refunded", back["amount"], 1)
    assert bought.ask("GET", path)["rows"] == sold.ask("GET", f"/shop{path}")["rows"] == [done]


def test_a_return_is_declined_or_given_up_and_of_nobody_else(front, trade):
    bought, sold, order = both(front, trade)
    sold.ask("POST", f"/shop/orders/{order.number}/shipment", PARCEL)
    wish = {**WRONG, "items": [{"line_id": str(order.lines[0].id), "quantity": 1}]}
    path = f"/orders/{order.number}/returns"
    one = f"{path}/{bought.ask('POST', path, wish, status=201)['id']}"
    assert bought.ask("POST", path, wish, status=409)["code"] == "return-is-running"
    stranger = Program(front.app, a_token(trade.shop_of(name="Mekong Silk").owner))
    for where, body in ((f"{one}/cancellation", None), (f"/shop{one}/refusal", {"answer": "No."}), (path, wish)):
        assert stranger.ask("POST", where, body, status=404)["code"] == "order-not-found"
    assert stranger.ask("GET", path, status=404)["code"] == "order-not-found"
    assert bought.twice("POST", f"{one}/cancellation")["state"] == "canceled"
    one = f"{path}/{bought.ask('POST', path, wish, status=201)['id']}"
    declined = sold.twice("POST", f"/shop{one}/refusal", {"answer": "The seal is broken."})
    assert (declined["state"], declined["answer"]) == ("declined", "The seal is broken.")
    unknown = f"{path}/{uuid4()}/cancellation"
    assert bought.ask("POST", unknown, status=404)["code"] == "return-not-found"


def test_both_sides_show_their_case_in_a_dispute(front, trade):
    bought, sold, order = both(front, trade)
    path = f"/orders/{order.number}/dispute"
    assert bought.ask("GET", path, status=409)["code"] == "not-in-dispute"
    sold.ask("POST", f"/shop/orders/{order.number}/shipment", PARCEL)
    bought.ask("POST", f"/orders/{order.number}/problem", WRONG)
    trade.settle()
    bought.twice("POST", f"{path}/evidence", {"text": "See the jar."}, status=201)
    told = sold.twice("POST", f"/shop{path}/evidence", {"text": "It left whole."}, status=201)
    as_documented(DisputeSchema, told)
    assert [(one["side"], one["text"]) for one in told["evidence"]] == [
        ("buyer", "See the jar."), ("seller", "It left whole."),
    ]  # fmt: skip
    assert count(DisputeEvidence) == 2
    assert bought.ask("GET", path) == sold.ask("GET", f"/shop{path}") == told
    assert bought.ask("POST", f"{path}/evidence", {"text": ""}, status=422)["errors"][0]["field"] == "text"


def test_goods_are_handed_over_by_the_code_of_the_buyers_program(front, trade):
    bought, sold, order = both(front, trade, rates=[MEET])
    path = f"/orders/{order.number}/handover"
    assert sold.ask("POST", f"/shop{path}", {"code": "123456"}, status=409)["code"] == "handover-code-missing"
    code = bought.ask("POST", path)["code"]
    key = {"Idempotency-Key": "wrong"}
    for _ in range(2):
        refused = sold.ask("POST", f"/shop{path}", {"code": "not it"}, status=409, **key)
        assert refused["code"] == "handover-code-wrong"
        assert refused["detail"].endswith("Tries left: 4.")
    assert sold.twice("POST", f"/shop{path}", {"code": code})["fulfillment_status"] == "delivered"
    trade.settle()
    assert bought.ask("GET", f"/orders/{order.number}")["settlement_status"] == "released"


def test_both_sides_write_about_an_order(front, trade):
    bought, sold, order = both(front, trade)
    thread = bought.twice("POST", f"/orders/{order.number}/messages", {"body": "When will it leave?"}, status=201)
    assert (thread["about"], thread["reference"], count(Message)) == ("order", order.number, 1)
    answer = sold.twice("POST", f"/shop/orders/{order.number}/messages", {"body": "Today."}, status=201)
    assert (answer["id"], [one["body"] for one in answer["rows"]]) == (thread["id"], ["Today.", "When will it leave?"])


def test_what_a_guest_bought_comes_into_the_account_by_its_key_or_its_address(front, trade):
    first, second = ordered(trade), ordered(trade)
    account, stranger = trade.person(EMAIL), trade.person()
    program = Program(front.app, a_token(account, "buy"))
    path = f"/order-groups/{first.id}/claim"
    wrong = {"Order-Key": second.access_token}
    assert (
        Program(front.app, a_token(stranger, "buy")).ask("POST", path, status=404, **wrong)["code"] == "order-not-found"
    )
    assert program.ask("POST", path, **{"Order-Key": first.access_token})["id"] == str(first.id)
    with transaction() as session:
        confirm_email(session, account.user_id, now=datetime.now(UTC))
        session.get_one(OrderGroup, second.id).buyer_id = None
    assert program.twice("POST", "/order-groups/claims")["order_group_ids"] == [str(second.id)]
    assert len(program.ask("GET", "/orders")["rows"]) == 2


def test_what_was_bought_is_put_into_the_cart_again(front, trade):
    bought, _sold, order = both(front, trade)
    cart = bought.twice("POST", f"/account/cart/orders/{order.number}")
    ((line,),) = ([one["quantity"] for one in seller["lines"]] for seller in cart["sellers"])
    assert line == 2
