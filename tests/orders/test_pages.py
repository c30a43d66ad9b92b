"""The order pages of both sides, without JavaScript."""

from bs4 import BeautifulSoup, Tag
from sqlalchemy import Engine, event

from app.db.session import in_transaction, transaction
from app.orders.actions.expire_group import expire_group
from app.orders.actions.resolve_dispute import resolve_dispute
from app.orders.models import Dispute, OrderGroup
from app.settlement.models import EscrowLeg
from app.shipping.rules import RateTerms
from tests.support.front import ADDRESS_KH, CONTACT, Front, Visitor
from tests.support.trade import Shop, Trade


def bought(front: Front, trade: Trade) -> tuple[Visitor, Shop, OrderGroup]:
    """Paid and final in escrow, seen by the buyer who has the link."""
    shop = trade.shop_of()
    group = trade.paid_group({trade.goods(shop, price=10_000): 1})
    buyer = front.visitor()
    buyer.look(f"/orders/key/{group.access_token}", status=303)
    return buyer, shop, group


def test_the_shop_ships_and_the_buyer_confirms(front: Front, trade: Trade) -> None:
    buyer, shop, group = bought(front, trade)
    number = group.orders[0].number
    staff = front.member(shop.owner)
    assert number in staff.look("/desk/orders")
    page = staff.look(f"/desk/orders/{number}")
    sent = staff.send(page, f"/desk/orders/{number}/ship", carrier="VET Express", tracking="KP 8812")
    assert sent.status_code == 303
    assert number in staff.look("/desk/orders?tab=on_the_way")
    page = buyer.look(f"/orders/{number}")
    assert "VET Express, KP 8812" in page
    assert f'href="/orders/{number}/received"' in page, "asked once: it cannot be taken back"
    assert buyer.fill(f"/orders/{number}/received").status_code == 303
    page = buyer.look(f"/orders/{number}")
    assert "/problem" not in page, "the buyer has said that all is well"
    assert f"/orders/{number}/received" not in page
    trade.settle()
    assert "All done. The seller is paid." in buyer.look(f"/orders/{number}")
    assert number in staff.look("/desk/orders?tab=done")


def test_an_order_whose_checkout_ended_does_not_say_that_one_pays(front: Front, trade: Trade) -> None:
    buyer = front.visitor()
    buyer.add(trade.goods(trade.shop_of(), price=10_000))
    assert buyer.pay(buyer.check_out()).status_code == 303
    group = front.group()
    with transaction() as session:
        number = session.get_one(OrderGroup, group.id).orders[0].number
    assert "You pay" in buyer.look(f"/orders/{number}")
    assert in_transaction(lambda session: expire_group(session, group.id, group.hold_until))
    page = buyer.look(f"/orders/{number}")
    assert "What it would have cost" in page
    assert "What you wanted to buy" in page
    assert "You pay" not in page


def sums_of(page: str, heading: str) -> list[str]:
    """The lines of the list of amounts below `heading`, each as one text."""
    title = BeautifulSoup(page, "html.parser").find("h2", string=heading)
    assert title is not None
    found = title.find_next("dl")
    assert isinstance(found, Tag)
    return [" ".join(line.get_text(" ").split()) for line in found.select("div")]


def test_the_seller_sees_commission_and_net_before_sending_and_after_the_refund(front: Front, trade: Trade) -> None:
    buyer, shop, group = bought(front, trade)
    number, staff = group.orders[0].number, front.member(shop.owner)
    path = f"/desk/orders/{number}"
    page = staff.look(path)
    assert sums_of(page, "What you receive") == [
        "Total $101.50",
        "Commission, 5 % −5.075000 CTM",
        "You receive 96.425000 CTM",
    ]
    assert staff.send(page, f"{path}/refund", amount="1.50", reason="bruised").status_code == 303
    trade.settle()
    staff.send(staff.look(path), f"{path}/ship", carrier="VET Express", tracking="KP 8812")
    buyer.fill(f"/orders/{number}/received")
    trade.settle()
    assert sums_of(staff.look(path), "What you receive") == [
        "Total $101.50",
        "Given back −1.500000 CTM",
        "Commission, 5 % −5.000000 CTM",
        "You receive 95.000000 CTM",
    ]
    with transaction() as session:
        (leg,) = session.query(EscrowLeg).filter_by(order_id=group.orders[0].id)
        assert (leg.final_fee, leg.final_released - leg.final_fee) == (5_000_000, 95_000_000), "as the chain paid it"


def test_a_method_without_a_carrier_stands_alone(front: Front, trade: Trade) -> None:
    shop = trade.shop_of(rates=[RateTerms("domestic", "Parcel", "", 1, 3, 150)])
    goods = trade.goods(shop)
    buyer = front.visitor()
    buyer.add(goods)
    buyer.fill("/checkout", **CONTACT)
    buyer.fill("/checkout/address", **ADDRESS_KH)
    offered = buyer.look("/checkout/shipping")
    assert "<span>1 to 3 days on the way</span>" in offered
    group = trade.paid_group({goods: 1})
    sold = front.member(shop.owner).look(f"/desk/orders/{group.orders[0].number}")
    assert '<p class="muted small">Parcel</p>' in sold


def test_shipping_without_a_carrier_says_so_and_keeps_the_tracking_number(front: Front, trade: Trade) -> None:
    _, shop, group = bought(front, trade)
    staff, path = front.member(shop.owner), f"/desk/orders/{group.orders[0].number}"
    answer = staff.send(staff.look(path), f"{path}/ship", carrier="", tracking="KP 8812")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Fill this in." in page
    assert 'value="KP 8812"' in page


def test_a_refund_that_cannot_be_is_refused_beside_the_field(front: Front, trade: Trade) -> None:
    _, shop, group = bought(front, trade)
    staff, path = front.member(shop.owner), f"/desk/orders/{group.orders[0].number}"
    for amount in ("0", "-5", "1000000", "1.005", "ten", ""):
        answer = staff.send(staff.look(path), f"{path}/refund", amount=amount, reason="bruised")
        assert answer.status_code == 422, amount
        assert 'class="err"' in answer.get_data(as_text=True)
    assert trade.order(group.orders[0].id).payment_status == "paid"


def test_a_refund_sent_twice_gives_the_money_back_once(front: Front, trade: Trade) -> None:
    _, shop, group = bought(front, trade)
    staff, path = front.member(shop.owner), f"/desk/orders/{group.orders[0].number}"
    page = staff.look(path)
    for _ in range(2):
        assert staff.send(page, f"{path}/refund", amount="12.50", reason="bruised").status_code == 303
    trade.settle()
    assert trade.send_card_refunds() == 1250


def test_a_reported_problem_shows_at_once_and_its_decision_ends_what_was_expected(front: Front, trade: Trade) -> None:
    buyer, shop, group = bought(front, trade)
    (order,) = group.orders
    staff, path = front.member(shop.owner), f"/orders/{order.number}"
    staff.send(staff.look(f"/desk{path}"), f"/desk{path}/ship", carrier="VET Express", tracking="KP 8812")
    assert f"{path}/problem" in buyer.look(path)
    buyer.fill(f"{path}/problem", reason="damaged", text="Two jars came broken.")
    page = buyer.look(path)
    assert "looking into the problem" in page
    assert "parcel arrives" not in page
    assert f"{path}/problem" not in page
    assert f"{path}/received" not in page
    trade.settle()
    with transaction() as session:
        resolve_dispute(
            session, trade.operator, order.id, seller_cents=5_000, resolution="Half came whole.", now=trade.now()
        )
    assert "Decided. The money is being paid out as decided." in buyer.look(path)
    trade.settle()
    page = buyer.look(path)
    assert "not confirmed" in page
    assert "expected" not in page
    assert "whoever paid" not in page
    assert "on its way back to you" in page


def test_a_seller_with_an_own_wallet_is_asked_and_the_page_does_not_promise_more(front: Front, trade: Trade) -> None:
    for wallet, button, words in (
        (None, "Cancel the order", "you get all of it back"),
        (bytes.fromhex("22" * 20), "Ask the seller to cancel", "is asked first. If the seller agrees"),
    ):
        group = trade.paid_group({trade.goods(trade.shop_of(wallet=wallet)): 1})
        buyer = front.visitor()
        buyer.look(f"/orders/key/{group.access_token}", status=303)
        page = buyer.look(f"/orders/{group.orders[0].number}/cancel")
        assert button in page
        assert words in page
        shown = buyer.look(f"/orders/{group.orders[0].number}")
        assert ("you can ask the seller to cancel" in shown) is (wallet is not None)


def test_the_buyer_cancels_from_the_page(front: Front, trade: Trade) -> None:
    buyer, _, group = bought(front, trade)
    path = f"/orders/{group.orders[0].number}/cancel"
    assert buyer.fill(path).status_code == 303
    assert "/problem" not in buyer.look(f"/orders/{group.orders[0].number}")
    trade.settle()
    assert trade.send_card_refunds() == group.total_cents
    assert "You get all of it back" in buyer.look(f"/orders/{group.orders[0].number}")


def test_a_reported_problem_is_decided_by_the_operator_and_shown_to_both(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    group = trade.shipped_order(shop)
    number, buyer = group.orders[0].number, front.visitor()
    buyer.look(f"/orders/key/{group.access_token}", status=303)
    incomplete = buyer.fill(f"/orders/{number}/problem", reason="damaged", text="")
    assert incomplete.status_code == 422
    assert buyer.fill(f"/orders/{number}/problem", reason="damaged", text="Two <jars> broke.").status_code == 303
    trade.settle()
    operator = front.member(trade.operator)
    asked = operator.look(f"/console/disputes/{number}")
    assert "Two &lt;jars&gt; broke." in asked
    assert "Next: decide by" in asked
    assert "all of it goes back to the buyer by itself" in asked
    assert "You need not do anything" not in asked
    decided = operator.fill(f"/console/disputes/{number}", seller_amount="40.00", resolution="Half was good.")
    assert decided.status_code == 303
    assert "Decided. The money is on its way as divided below." in operator.look(f"/console/disputes/{number}")
    trade.settle()
    assert "Decided, and the money has moved as divided below." in operator.look(f"/console/disputes/{number}")
    assert "Half was good." in buyer.look(f"/orders/{number}")
    assert "Half was good." in front.member(shop.owner).look(f"/desk/orders/{number}")
    with transaction() as session:
        assert session.query(Dispute).one().seller_cents == 4000


def test_other_shops_and_guests_see_nothing_of_an_order(front: Front, trade: Trade) -> None:
    _, shop, group = bought(front, trade)
    number = group.orders[0].number
    other = front.member(trade.shop_of(name="Another shop").owner)
    assert number not in other.look("/desk/orders")
    other.look(f"/desk/orders/{number}", status=404)
    other.look(f"/orders/{number}", status=404)
    other.look(f"/orders/{number}/message/refund", status=404)
    front.member(shop.owner).look(f"/console/disputes/{number}", status=403)
    front.visitor().look(f"/desk/orders/{number}", status=303)


def test_lists_of_orders_ask_the_same_number_of_times_for_one_row_and_for_twelve(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    goods = trade.goods(shop, stock=100)
    staff, buyer = front.member(shop.owner), front.visitor()

    statements: list[str] = []
    event.listen(Engine, "before_cursor_execute", lambda *args: statements.append(args[2]))

    def buy() -> None:
        group = trade.place(trade.cart({goods: 1}))
        trade.charge(trade.open_card_page(group), group.total_cents)
        buyer.look(f"/orders/key/{group.access_token}", status=303)

    def asked() -> list[int]:
        counts = []
        for visitor, path in ((staff, "/desk/orders"), (buyer, "/orders")):
            statements.clear()
            visitor.look(path)
            counts.append(len(statements))
        return counts

    buy()
    for_one = asked()
    for _ in range(11):
        buy()
    assert asked() == for_one


def test_the_desk_says_what_needs_the_shop_today(front: Front, trade: Trade) -> None:
    buyer, shop, group = bought(front, trade)
    number, staff = group.orders[0].number, front.member(shop.owner)
    today = staff.look("/desk")
    assert "1 thing needs you." in today
    assert "1 order to ship or hand over." in today
    page = staff.look(f"/desk/orders/{number}")
    staff.send(page, f"/desk/orders/{number}/ship", carrier="VET Express", tracking="KP 8812")
    assert "1 parcel is on its way." in staff.look("/desk")
    path = f"/orders/{number}/problem"
    buyer.send(buyer.look(path), path, reason="damaged", text="The jar is broken.")
    trade.settle()
    today = staff.look("/desk")
    assert "1 order has a problem." in today
    assert "101.50" in today, "goods and shipping, in escrow"
