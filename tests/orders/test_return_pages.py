"""The forms of parcels, returns and evidence: sent twice they act once, and what is wrong stands beside the field."""

import io
from uuid import uuid4

import pytest
from sqlalchemy import Engine, event

from app.db.session import reading, transaction
from app.orders.actions.ship_order import ship_order
from app.orders.models import Order
from app.orders.return_models import DisputeEvidence, OrderFile, OrderReturn
from tests.orders.test_evidence import PDF, picture
from tests.support.front import Front, Visitor
from tests.support.trade import Trade


class Ordered:
    """Three pieces of one order, paid by card; both sides' browsers."""

    def __init__(self, front: Front, trade: Trade) -> None:
        self.front, self.trade = front, trade
        self.shop = trade.shop_of()
        self.group = trade.paid_group({trade.goods(self.shop, price=1_000): 3})
        self.order: Order = self.group.orders[0]
        self.number = self.order.number
        self.field = f"quantity_{self.order.lines[0].position}"
        self.buyer, self.seller = front.visitor(), front.member(self.shop.owner)
        self.buyer.look(f"/orders/key/{self.group.access_token}", status=303)

    def ship(self) -> None:
        with transaction() as session:
            ship_order(session, self.shop.owner, self.order.id, carrier="VET", tracking="1", now=self.trade.now())


@pytest.fixture
def ordered(front: Front, trade: Trade) -> Ordered:
    return Ordered(front, trade)


def statements(visitor: Visitor, path: str) -> int:
    seen: list[str] = []

    def note(*args: object) -> None:
        seen.append(str(args[2]))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        visitor.look(path)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return len(seen)


def test_a_parcel_with_too_much_in_it_is_refused_beside_the_field(ordered: Ordered) -> None:
    path, action = f"/desk/orders/{ordered.number}", f"/desk/orders/{ordered.number}/ship"
    page = ordered.seller.look(path)
    for typed, words in (("4", "Enter at most 3"), ("two", "Enter a whole number"), ("0", "Nothing is chosen")):
        answer = ordered.seller.send(page, action, carrier="VET", tracking="KP 1", **{ordered.field: typed})
        assert answer.status_code == 422
        shown = answer.get_data(as_text=True)
        assert words in shown
        assert 'value="KP 1"' in shown
    for _ in range(2):
        assert ordered.seller.send(page, action, carrier="VET", tracking="", **{ordered.field: "2"}).status_code == 303
    assert [parcel.tracking for parcel in ordered.trade.order(ordered.order.id).fulfillments] == [""]
    shown = ordered.seller.look(path)
    assert "1 of 3 still to pack" in shown
    assert "The rest is not coming" in shown
    assert "a part has left" in ordered.buyer.look("/orders")
    second = ordered.seller.send(shown, action, carrier="VET", tracking="", **{ordered.field: "2"})
    assert "1 can still be chosen; you asked for 2" in second.get_data(as_text=True)


def test_a_return_is_asked_once_with_what_is_wrong_beside_the_field(ordered: Ordered) -> None:
    ordered.ship()
    path = f"/orders/{ordered.number}/return"
    page = ordered.buyer.look(path)

    def ask(**more: object) -> tuple[int, str]:
        sent = {ordered.field: "1", "reason": "damaged", "text": "It came broken."} | more
        answer = ordered.buyer.send(page, path, **sent)
        return answer.status_code, answer.get_data(as_text=True)

    for more, words in (
        ({ordered.field: "0"}, "Nothing is chosen"),
        ({"text": ""}, "Fill this in."),
        ({"reason": "because"}, "Choose one of the list."),
        ({"files": (io.BytesIO(b"<html>"), "a.png")}, "a.png: This file is neither a picture"),
        ({"files": [(io.BytesIO(picture()), f"{n}.png") for n in range(6)]}, "At most 5 files"),
    ):
        status, shown = ask(**more)
        assert status == 422
        assert words in shown
        assert "It came broken." in shown or more.get("text") == ""
    for _ in range(2):
        assert ask(files=(io.BytesIO(picture()), "jar.png"))[0] == 303
    with reading() as session:
        assert session.query(OrderReturn).count() == 1
        (file_id,) = session.query(OrderFile.id).one()
    file = ordered.buyer.browser.get(f"/orders/files/{file_id}")
    assert (file.mimetype, file.headers["X-Content-Type-Options"]) == ("image/webp", "nosniff")
    assert "no-store" in file.headers["Cache-Control"]
    ordered.front.visitor().look(f"/orders/files/{file_id}", status=404)
    ordered.buyer.look(f"/orders/files/{uuid4()}", status=404)


def test_a_return_that_waits_for_the_shop_stands_where_the_shop_looks_first(ordered: Ordered) -> None:
    ordered.ship()
    assert "Nothing is coming back." in ordered.seller.look("/desk/orders?tab=returns")
    path = f"/orders/{ordered.number}/return"
    asked = {ordered.field: "1", "reason": "changed_mind", "text": "One is too many."}
    assert ordered.buyer.fill(path, **asked).status_code == 303
    today = ordered.seller.look("/desk")
    assert "1 return waits for you." in today
    assert 'href="/desk/orders?tab=returns"' in today
    coming = ordered.seller.look("/desk/orders?tab=returns")
    assert ordered.number in coming
    assert "return asked" in coming
    assert "return asked" in ordered.buyer.look("/orders")

    with reading() as session:
        (found,) = session.query(OrderReturn.id).one()
    desk = f"/desk/orders/{ordered.number}/returns"
    agreed = {"return_address": "Kampot market 3", "postage": "buyer"}
    assert ordered.seller.send(ordered.seller.look(desk), f"{desk}/{found}/approve", **agreed).status_code == 303
    assert "return waits for you" not in ordered.seller.look("/desk"), "the buyer is next"
    assert "return agreed" in ordered.seller.look("/desk/orders?tab=returns")
    shown = ordered.buyer.look(path)
    assert "I do not want it any more" in shown
    assert "You pay it" in shown
    assert "The buyer does not want it any more" in ordered.seller.look(desk)


def test_money_given_back_while_the_rest_is_held_stands_on_both_pages(ordered: Ordered) -> None:
    ordered.ship()
    path = f"/desk/orders/{ordered.number}"
    given = {"amount": "10.00", "reason": "One was cracked."}
    assert ordered.seller.send(ordered.seller.look(path), f"{path}/refund", **given).status_code == 303
    ordered.trade.settle()
    total = ordered.order.total_cents
    still = f"${total / 100 - 10:.2f} of ${total / 100:.2f} still held"
    mine = ordered.buyer.look(f"/orders/{ordered.number}")
    assert "$10.00 is on its way back to you." in mine
    assert still in mine
    assert still in ordered.seller.look(path)


def test_evidence_is_kept_once_and_a_pdf_is_only_ever_a_download(ordered: Ordered) -> None:
    ordered.ship()
    problem = f"/orders/{ordered.number}/problem"
    assert ordered.buyer.fill(problem, reason="damaged", text="Broken.").status_code == 303
    ordered.trade.settle()
    path = f"/desk/orders/{ordered.number}/evidence"
    page = ordered.seller.look(path)
    assert "It is damaged" in page
    assert f'href="/orders/{ordered.number}/evidence"' in ordered.buyer.look(f"/orders/{ordered.number}")
    refused = ordered.seller.send(page, path, text="See it.", files=(io.BytesIO(b"MZ"), "it.pdf"))
    assert refused.status_code == 422
    assert "it.pdf: This file is neither" in refused.get_data(as_text=True)
    for _ in range(2):
        sent = ordered.seller.send(page, path, text="See it.", files=(io.BytesIO(PDF), "it.pdf"))
        assert sent.status_code == 303
    with reading() as session:
        assert session.query(DisputeEvidence).count() == 1
        (file_id,) = session.query(OrderFile.id).one()
    for visitor in (ordered.buyer, ordered.seller, ordered.front.member(ordered.trade.operator)):
        answer = visitor.browser.get(f"/orders/files/{file_id}")
        assert answer.headers["Content-Disposition"] == "attachment; filename=it.pdf"
    assert "See it." in ordered.buyer.look(f"/orders/{ordered.number}/evidence")


def test_a_page_asks_the_database_as_often_for_many_returns_as_for_one(ordered: Ordered) -> None:
    ordered.ship()
    path = f"/orders/{ordered.number}/return"
    pages = ((ordered.buyer, path), (ordered.seller, f"/desk/orders/{ordered.number}/returns"))

    def ask_and_end() -> None:
        form = {ordered.field: "1", "reason": "other", "text": "Hm.", "files": (io.BytesIO(picture()), "a.png")}
        assert ordered.buyer.fill(path, **form).status_code == 303
        with reading() as session:
            (found,) = session.query(OrderReturn.id).filter_by(state="requested").one()
        shown = ordered.buyer.look(path)
        assert ordered.buyer.send(shown, f"/orders/{ordered.number}/returns/{found}/cancel").status_code == 303

    ask_and_end()
    for visitor, address in pages:
        visitor.look(address)
    once = [statements(visitor, address) for visitor, address in pages]
    for _ in range(3):
        ask_and_end()
    for visitor, address in pages:
        visitor.look(address)
    assert [statements(visitor, address) for visitor, address in pages] == once


def test_an_order_in_which_everything_happened_is_shown_by_few_statements(ordered: Ordered) -> None:
    ordered.ship()
    ordered.trade.settle()
    operator, number = ordered.front.member(ordered.trade.operator), ordered.number
    asked = {ordered.field: "1", "reason": "damaged", "text": "The lid.", "files": (io.BytesIO(picture()), "a.png")}
    assert ordered.buyer.fill(f"/orders/{number}/return", **asked).status_code == 303
    assert ordered.buyer.fill(f"/orders/{number}/problem", reason="damaged", text="Broken.").status_code == 303
    ordered.trade.settle()
    for visitor, path in (
        (ordered.buyer, f"/orders/{number}/evidence"),
        (ordered.seller, f"/desk/orders/{number}/evidence"),
    ):
        assert visitor.fill(path, text="See it.", files=(io.BytesIO(PDF), "it.pdf")).status_code == 303
    looks = (
        (ordered.buyer, f"/orders/{number}", "Broken."),
        (ordered.buyer, f"/orders/{number}/details", "0x"),
        (ordered.buyer, f"/orders/{number}/return", "The lid."),
        (ordered.buyer, f"/orders/{number}/evidence", "See it."),
        (ordered.seller, f"/desk/orders/{number}", "Broken."),
        (ordered.seller, f"/desk/orders/{number}/returns", "The lid."),
        (ordered.seller, f"/desk/orders/{number}/evidence", "it.pdf"),
        (operator, f"/console/disputes/{number}", "it.pdf"),
    )
    for visitor, path, words in looks:
        assert words in visitor.look(path), path
        assert statements(visitor, path) <= 8, path
