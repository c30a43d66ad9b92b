"""How often a checkout asks the database, from the cart to the paid order: what grows here, every buyer waits for."""

from collections.abc import Callable

from sqlalchemy import Engine, event

from tests.support.front import ADDRESS_KH, CONTACT, Front
from tests.support.trade import Trade

MOST = {
    "page of a step": 4,
    "contact": 2,
    "address": 2,
    "shipping": 5,
    "pay": 32,
    "back from the card page": 45,
    "a program's cart": 7,
    "a program's order": 32,
}


def test_each_step_asks_no_more_than_it_needs(front: Front, trade: Trade) -> None:
    visitor, goods = front.visitor(), trade.goods(trade.shop_of(), stock=10)
    visitor.add(goods, 2)
    statements: list[str] = []

    def note(*args: object) -> None:
        statements.append(str(args[2]))

    def asked(work: Callable[[], object]) -> int:
        statements.clear()
        work()
        return len(statements)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        found = {"page of a step": max(asked(lambda path=path: visitor.look(path)) for path in ("/cart", "/checkout"))}
        for name, path, fields in (
            ("contact", "/checkout", CONTACT),
            ("address", "/checkout/address", ADDRESS_KH),
            ("shipping", "/checkout/shipping", {}),
        ):
            page = visitor.look(path)
            found[name] = asked(lambda page=page, path=path, fields=fields: visitor.send(page, path, **fields))
        review = visitor.look("/checkout/review")
        statements.clear()
        card_page = visitor.pay(review).headers["Location"]
        found["pay"] = len(statements)
        back = front.pay_at_card_service(card_page)
        found["back from the card page"] = asked(lambda: front.come_back(visitor, back))
        assert front.group().state == "paid"
        program = front.app.test_client(use_cookies=False)
        wish = {"lines": [{"variant_id": str(goods), "quantity": 2}], "contact": CONTACT, "address": ADDRESS_KH}
        statements.clear()
        cart = program.post("/api/v1/carts", json=wish).json
        found["a program's cart"] = len(statements)
        headers = {"Cart-Token": cart["token"], "Idempotency-Key": "once"}
        statements.clear()
        placed = program.post("/api/v1/cart/order", json={"amounts": cart["amounts"]}, headers=headers)
        found["a program's order"] = len(statements)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert placed.status_code == 201
    assert {name: count for name, count in found.items() if count > MOST[name]} == {}
