"""A shop's program works its orders as its people do on the desk; a buyer's program looks after what was bought."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, event, func, select

from app.db.session import reading, transaction
from app.identity.actions.grant_role import grant_role
from app.identity.queries import actor_of
from app.orders.account_schemas import OrderDetailSchema, OrderRowSchema
from app.orders.models import OrderEvent, OrderGroup, Refund
from tests.support.programs import Program, a_token

PARCEL = {"carrier": "VET Express", "tracking": "KP 8812"}


def held(trade, shop, *, buyer=None, quantity=2):
    """An order, paid by card and in escrow; of an account, if one is given."""
    group = trade.paid_group({trade.goods(shop): quantity})
    if buyer:
        with transaction() as session:
            session.get_one(OrderGroup, group.id).buyer_id = buyer.user_id
    return group.orders[0]


def as_documented(schema, answer):
    assert schema().dump(schema().load(answer)) == answer


def test_a_shop_lists_looks_at_ships_and_delivers_its_orders(front, trade):
    shop = trade.shop_of()
    order = held(trade, shop)
    program = Program(front.app, a_token(shop.owner, "orders:read", "orders:write", shop=shop.id))
    (row,) = program.ask("GET", "/shop/orders?state=to_ship")["rows"]
    assert (row["number"], row["total_usd"]) == (order.number, {"minor": order.total_cents, "currency": "USD"})
    as_documented(OrderRowSchema, row)
    path = f"/shop/orders/{order.number}"
    seen = program.ask("GET", path)
    as_documented(OrderDetailSchema, seen)
    assert (seen["next_event"]["action"], seen["address"]["city"]) == ("ship", "Phnom Penh")
    assert [step["state"] for step in seen["timeline"]] == ["done", "done", "now", "todo", "todo"]
    sent = program.ask("POST", f"{path}/shipment", PARCEL)
    assert (sent["fulfillment_status"], sent["parcels"][0]["tracking"]) == ("fulfilled", "KP 8812")
    assert program.ask("POST", f"{path}/shipment", {"carrier": "Other"}, status=409)["code"] == "already-shipped"
    mended = program.ask("PUT", f"{path}/shipment", {**PARCEL, "tracking": "KP 8813"})
    assert [parcel["tracking"] for parcel in mended["parcels"]] == ["KP 8813"]
    assert program.ask("POST", f"{path}/delivery")["fulfillment_status"] == "delivered"
    assert program.ask("GET", "/shop/orders?state=to_ship")["rows"] == []
    assert len(program.ask("GET", "/shop/orders?state=on_the_way")["rows"]) == 1


def test_the_same_key_ships_and_refunds_once(front, trade):
    shop = trade.shop_of()
    order = held(trade, shop)
    program = Program(front.app, a_token(shop.owner, shop=shop.id))
    path = f"/shop/orders/{order.number}"
    wish = {"amount": {"minor": 100, "currency": "USD"}, "reason": "A bruised one."}
    first, again = (program.send("POST", f"{path}/refund", wish, **{"Idempotency-Key": "one"}) for _ in range(2))
    assert (first.status_code, first.json, again.headers["Idempotency-Replayed"]) == (200, again.json, "true")
    assert first.json["refundable_usd"]["minor"] == order.total_cents - 100
    other = program.send("POST", f"{path}/refund", {**wish, "reason": "Other"}, **{"Idempotency-Key": "one"})
    assert (other.status_code, other.json["code"]) == (422, "idempotency-key-reused")
    program.ask("POST", f"{path}/refund", wish)
    with reading() as session:
        assert session.scalar(select(func.sum(Refund.amount_cents))) == 200
    too_much = {**wish, "amount": {"minor": 10**9, "currency": "USD"}}
    assert program.ask("POST", f"{path}/refund", too_much, status=409)["code"] == "refund-exceeds-left"
    local = {**wish, "amount": {"minor": 100, "currency": "KHR"}}
    assert program.ask("POST", f"{path}/refund", local, status=422)["code"] == "not-in-dollars"
    key = {"Idempotency-Key": ""}
    assert program.ask("POST", f"{path}/shipment", PARCEL, status=422, **key)["errors"][0]["field"] == "Idempotency-Key"


def test_all_of_an_order_that_has_not_left_given_back_cancels_it(front, trade):
    shop = trade.shop_of()
    order = held(trade, shop)
    program = Program(front.app, a_token(shop.owner, shop=shop.id))
    wish = {"amount": {"minor": order.total_cents, "currency": "USD"}, "reason": "Sold out."}
    seen = program.ask("POST", f"/shop/orders/{order.number}/refund", wish)
    assert (seen["fulfillment_status"], seen["refundable_usd"]["minor"]) == ("canceled", 0)


def test_orders_are_narrowed_by_time_and_paged(front, trade):
    shop = trade.shop_of()
    variant = trade.goods(shop)
    numbers = [trade.place(trade.cart({variant: 1})).orders[0].number for _ in range(3)]
    program = Program(front.app, a_token(shop.owner, "orders:read"))
    first = program.ask("GET", "/shop/orders?size=2")
    second = program.ask("GET", f"/shop/orders?size=2&cursor={first['next_cursor']}")
    assert [row["number"] for row in first["rows"] + second["rows"]] == numbers[::-1]
    assert second["next_cursor"] is None
    later = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    assert program.ask("GET", f"/shop/orders?placed_from={later}")["rows"] == []
    assert len(program.ask("GET", f"/shop/orders?placed_before={later}")["rows"]) == 3
    for wrong in ("state=lost", "placed_from=yesterday", "cursor=xyz", "size=0", "shop=1", "sort=x"):
        program.ask("GET", f"/shop/orders?{wrong}", status=422)


def test_a_buyer_sees_confirms_cancels_and_reports(front, trade):
    shop, buyer = trade.shop_of(), trade.person()
    kept, canceled, broken = (held(trade, shop, buyer=buyer) for _ in range(3))
    seller = Program(front.app, a_token(shop.owner, "orders:write"))
    program = Program(front.app, a_token(buyer, "buy"))
    assert len(program.ask("GET", "/orders")["rows"]) == 3
    path = f"/orders/{kept.number}"
    assert program.ask("POST", f"{path}/receipt", status=409)["code"] == "order-not-shipped"
    for order in (kept, broken):
        seller.ask("POST", f"/shop/orders/{order.number}/shipment", PARCEL)
    assert program.ask("GET", path)["next_event"]["action"] == "receive"
    assert program.ask("POST", f"{path}/receipt")["timeline"][3]["state"] == "done"
    assert program.ask("POST", f"/orders/{canceled.number}/cancellation")["fulfillment_status"] == "canceled"
    report = {"reason": "damaged", "text": "Two bags were wet."}
    told = program.ask("POST", f"/orders/{broken.number}/problem", report)
    assert (told["problem"]["state"], told["problem"]["text"]) == ("open", report["text"])
    as_documented(OrderDetailSchema, told)
    trade.settle()
    assert program.ask("GET", path)["settlement_status"] == "released"


OWN = ("orders:read", "orders:write")
ASKED = (
    ("GET", "/shop/orders/{number}", "orders:read", None),
    ("POST", "/shop/orders/{number}/shipment", "orders:write", PARCEL),
    ("PUT", "/shop/orders/{number}/shipment", "orders:write", PARCEL),
    ("POST", "/shop/orders/{number}/delivery", "orders:write", None),
    (
        "POST",
        "/shop/orders/{number}/refund",
        "orders:write",
        {"amount": {"minor": 1, "currency": "USD"}, "reason": "x"},
    ),
    ("GET", "/orders/{number}", "buy", None),
    ("POST", "/orders/{number}/receipt", "buy", None),
    ("POST", "/orders/{number}/cancellation", "buy", None),
    ("POST", "/orders/{number}/problem", "buy", {"reason": "other", "text": "x"}),
)


def test_nobody_else_finds_the_order_and_nothing_happens_to_it(front, trade):
    """By a stranger, another shop, the other party, an accountant where a seller is needed, a token without the scope."""
    shop, other, buyer, stranger = trade.shop_of(), trade.shop_of(name="Mekong Silk"), trade.person(), trade.person()
    order = held(trade, shop, buyer=buyer)
    bookkeeper = Program(front.app, a_token(with_role(shop, trade.person(), "accountant")))
    before = facts(order)
    for method, path, scope, body in ASKED:
        where = path.format(number=order.number)
        party, against = (buyer, shop.owner) if scope == "buy" else (shop.owner, buyer)
        for person in (stranger, other.owner, against):
            answer = Program(front.app, a_token(person)).send(method, where, body)
            assert (answer.status_code, answer.json["code"] in {"order-not-found", "shop-not-found"}) == (404, True)
        if scope == "orders:write":
            assert bookkeeper.ask(method, where, body, status=404)["code"] == "order-not-found"
        lacking = [one for one in ("orders:read", "orders:write", "buy") if one != scope]
        answer = Program(front.app, a_token(party, *lacking)).send(method, where, body)
        assert (answer.status_code, answer.json["values"]) == (403, {"scope": scope})
        assert Program(front.app).send(method, where, body).status_code == 401
    assert facts(order) == before
    bookkeeper.ask("GET", f"/shop/orders/{order.number}")


def with_role(shop, person, role):
    with transaction() as session:
        grant_role(session, granted_by=None, organization_id=shop.id, user_id=person.user_id, role=role)
        return actor_of(session, person.user_id)


def facts(order):
    with reading() as session:
        return session.scalars(select(OrderEvent.key).where(OrderEvent.order_id == order.id)).all()


def statements(work):
    asked = []
    event.listen(Engine, "before_cursor_execute", note := lambda *args: asked.append(args[2]))
    try:
        work()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return len(asked)


def test_the_number_of_statements_does_not_grow_with_the_orders(front, trade):
    shop = trade.shop_of()
    variant = trade.goods(shop)
    program = Program(front.app, a_token(shop.owner, "orders:read"))
    trade.place(trade.cart({variant: 1}))
    program.ask("GET", "/shop/orders")
    few = statements(lambda: program.ask("GET", "/shop/orders"))
    for _ in range(6):
        trade.place(trade.cart({variant: 1}))
    assert statements(lambda: program.ask("GET", "/shop/orders")) == few <= 4


@pytest.mark.parametrize("number", ["7F3K-2MQ", "x", "..", "%00", "7F3K2MQ/../.."])
def test_an_order_that_is_none_is_not_found(front, trade, number):
    program = Program(front.app, a_token(trade.shop_of().owner))
    assert program.send("GET", f"/shop/orders/{number}").status_code in {308, 404}
    program.ask("POST", f"/shop/orders/{number}/delivery", status=404)


def test_the_same_request_at_the_same_time_gives_back_once(front, trade):
    shop = trade.shop_of()
    order = held(trade, shop)
    program = Program(front.app, a_token(shop.owner, shop=shop.id))
    wish = {"amount": {"minor": 100, "currency": "USD"}, "reason": "A bruised one."}

    def ask(_number):
        return program.send("POST", f"/shop/orders/{order.number}/refund", wish, **{"Idempotency-Key": "one"})

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(ask, range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len({answer.get_data() for answer in answers}) == 1
    with reading() as session:
        assert session.scalar(select(func.sum(Refund.amount_cents))) == 100
