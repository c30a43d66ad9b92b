"""Quick order and requisition lists, as buyers meet them."""

import re

import pytest
from sqlalchemy import event, select

from app.catalog.models import Listing, Variant
from app.checkout.models import CartLine
from app.db.session import engine, reading, transaction
from app.identity.actions.register_user import register_user
from app.identity.passwords import hash_password
from app.purchasing.actions.quick_order import look_up_chunk
from app.purchasing.models import QuickLine, QuickOrder, RequisitionLine, RequisitionList
from tests.support.goods import NOW
from tests.support.market_pages import OWNER, PASSWORD, STRANGER
from tests.support.visitor import Visitor

BUYER = "kitchen@people.example"


@pytest.fixture(scope="module")
def codes(market_pages):
    """The three goods of the shop have the codes PEPPER, SUGAR and, both of them, KP-1."""
    with transaction() as session:
        register_user(session, email=BUYER, password_hash=hash_password(PASSWORD), name="Kitchen", confirmed_at=NOW)
        found = session.scalars(select(Variant).join(Listing).order_by(Variant.id)).all()
        found[0].sku = "PEPPER"
        return {"PEPPER": found[0].id, "first": found[1].id, "second": found[2].id}


def look_up(visitor: Visitor, text: str) -> str:
    visitor.open("/quick-order")
    visitor.send("lines", lines=text)
    assert visitor.answer.status_code == 200, visitor.text
    return visitor.answer.request.path


def goods_together(visitor: Visitor) -> str:
    """The sum the page shows before anything is in the cart."""
    (found,) = re.findall(r"Goods together: (\$[0-9.,]+[0-9])", visitor.text)
    return found


def in_cart() -> dict[object, int]:
    with reading() as session:
        return {line.variant_id: line.quantity for line in session.scalars(select(CartLine))}


def test_what_is_found_goes_into_the_cart_and_what_is_not_is_mended_line_by_line(market_pages, codes):
    visitor = market_pages.visitor()
    path = look_up(visitor, "pepper 2\nKP-1, 3\nNOTHING 4\nPEPPER 1")
    assert "2 lines can be ordered" in visitor.text
    assert "2 lines need a look" in visitor.text
    assert "Goods together: $" in visitor.text
    assert "Several goods have this code" in visitor.text
    assert "Nothing on sale has this code" in visitor.text
    token = visitor.token()
    post = visitor.client.post
    assert (
        post(
            f"{path}/lines/1", data={"csrf_token": token, "sku": "KP-1", "quantity": "3", "chosen": str(codes["first"])}
        ).status_code
        == 303
    )
    assert post(f"{path}/lines/2", data={"csrf_token": token, "drop": "1"}).status_code == 303
    visitor.open(path)
    assert "3 lines can be ordered" in visitor.text
    for _ in range(2):
        assert post(f"{path}/cart", data={"csrf_token": token}).status_code == 303
    assert in_cart() == {codes["PEPPER"]: 3, codes["first"]: 3}
    visitor.open("/cart")
    assert "Kampot black pepper" in visitor.text


def test_a_line_without_a_code_asks_for_one_and_is_mended(market_pages, codes):
    visitor = market_pages.visitor()
    path = look_up(visitor, "; 5")
    assert "There is no code in this line. Enter one, or take the line out." in visitor.text
    mended = {"csrf_token": visitor.token(), "sku": "PEPPER", "quantity": "5"}
    assert visitor.client.post(f"{path}/lines/0", data=mended).status_code == 303
    visitor.open(path)
    assert "1 line can be ordered" in visitor.text


def test_too_many_asked_for_is_said_with_what_can_be_had(market_pages, codes):
    visitor = market_pages.visitor()
    look_up(visitor, "PEPPER 999")
    assert "Only 40 kg can be ordered just now" in visitor.text
    look_up(visitor, "PEPPER lots")
    assert "Nothing on sale has this code" in visitor.text  # “PEPPER lots” as a whole is a code nobody has


def test_a_list_of_an_account_is_nobody_elses(market_pages, codes):
    buyer = market_pages.visitor(BUYER)
    path = look_up(buyer, "PEPPER 2")
    for other in (market_pages.visitor(), market_pages.visitor(STRANGER)):
        assert other.open(path).status_code == 404
    guest = market_pages.visitor()
    guest.open("/quick-order")
    assert guest.client.post(f"{path}/cart", data={"csrf_token": guest.token()}).status_code == 404


def test_five_thousand_lines_are_answered_at_once_and_looked_up_by_a_job(market_pages, codes):
    visitor = market_pages.visitor()
    path = look_up(
        visitor, "\n".join(f"PEPPER {number % 5 + 1}" if number % 2 else f"X{number} 1" for number in range(5000))
    )
    assert "0 of 5,000 lines" in visitor.text
    with reading() as session:
        order = session.scalars(select(QuickOrder).where(QuickOrder.line_count == 5000)).one()
    sent: list[str] = []

    def note(*args):
        sent.append(args[2])

    rounds, is_more = 0, True
    event.listen(type(engine()), "before_cursor_execute", note)
    try:
        while is_more:
            with transaction() as session:
                is_more = look_up_chunk(session, order.id)
            rounds += 1
    finally:
        event.remove(type(engine()), "before_cursor_execute", note)
    assert rounds == 10
    assert len(sent) <= rounds * 6
    visitor.open(path)
    assert "2500 lines can be ordered" in visitor.text.replace("2,500", "2500")
    with reading() as session:
        assert len(session.scalars(select(QuickLine).where(QuickLine.quick_order_id == order.id)).all()) == 5000


def test_the_cart_asks_as_many_statements_at_one_line_as_at_many(market_pages, codes):
    def asked(visitor):
        sent: list[str] = []

        def note(*args):
            sent.append(args[2])

        event.listen(type(engine()), "before_cursor_execute", note)
        try:
            visitor.open("/cart")
        finally:
            event.remove(type(engine()), "before_cursor_execute", note)
        return len(sent)

    def filled(text):
        visitor = market_pages.visitor()
        path = look_up(visitor, text)
        visitor.client.post(f"{path}/cart", data={"csrf_token": visitor.token()})
        return asked(visitor)

    with transaction() as session:
        listing = session.get_one(Listing, session.get_one(Variant, codes["PEPPER"]).listing_id)
        session.add_all(
            Variant(listing_id=listing.id, sku=f"M{number}", price_minor=100, stock=50, position=number)
            for number in range(200)
        )
    assert filled("PEPPER 1") == filled("\n".join(f"M{number} 1" for number in range(200)))


def test_a_list_is_kept_filled_and_put_into_the_cart(market_pages, codes):
    buyer = market_pages.visitor(BUYER)
    buyer.open(f"/lists/add?variant_id={codes['PEPPER']}&quantity=4")
    buyer.client.post(
        "/lists/add",
        data={"csrf_token": buyer.token(), "variant_id": str(codes["PEPPER"]), "quantity": "4", "name": "Weekly"},
    )
    with reading() as session:
        found = session.scalars(select(RequisitionList)).one()
        assert [line.quantity for line in session.scalars(select(RequisitionLine))] == [4]
    buyer.open(f"/lists/{found.id}")
    assert "Kampot black pepper" in buyer.text
    listed = goods_together(buyer)
    buyer.client.post(f"/lists/{found.id}/cart", data={"csrf_token": buyer.token()})
    buyer.open("/cart")
    assert listed in buyer.text, "the list says what the cart says"
    buyer.open(f"/lists/{found.id}")
    stranger = market_pages.visitor(OWNER)
    assert stranger.open(f"/lists/{found.id}").status_code == 404
    stranger.open("/lists")
    data = {"csrf_token": stranger.token()}
    for path in ("cart", "delete", f"lines/{codes['PEPPER']}"):
        assert stranger.client.post(f"/lists/{found.id}/{path}", data={**data, "quantity": "1"}).status_code == 404
    data = {"csrf_token": buyer.token()}
    line = f"/lists/{found.id}/lines/{codes['PEPPER']}"
    refused = buyer.client.post(line, data={**data, "quantity": "many"})
    assert refused.status_code == 422
    shown = refused.get_data(as_text=True)
    assert "Enter a whole number" in shown
    assert 'value="many"' in shown, "on the list itself, with what was typed"
    assert (
        buyer.client.post(f"/lists/{found.id}/lines/{codes['PEPPER']}", data={**data, "quantity": "6"}).status_code
        == 303
    )
    for _ in range(2):
        assert buyer.client.post(f"/lists/{found.id}/cart", data=data).status_code == 303
    buyer.open("/cart")
    assert buyer.page.select_one(f"#q-{codes['PEPPER']}")["value"] == "6"
    for _ in range(2):  # a double click
        assert buyer.client.post(f"/lists/{found.id}/delete", data=data).headers["Location"] == "/lists"
    buyer.open("/lists")
    assert "The list was deleted." in buyer.text
    assert buyer.open(f"/lists/{found.id}").status_code == 404
    assert stranger.client.post(f"/lists/{found.id}/delete", data={"csrf_token": stranger.token()}).status_code == 404


def test_goods_of_the_own_shop_are_told_apart_and_do_not_go_into_the_cart(market_pages, codes):
    before = in_cart()
    owner = market_pages.visitor(OWNER)
    path = look_up(owner, "PEPPER 2")
    assert "These are goods of a shop you work for. Take the line out." in owner.text
    owner.client.post(f"{path}/cart", data={"csrf_token": owner.token()})
    assert in_cart() == before
    stranger = market_pages.visitor(STRANGER)
    look_up(stranger, "PEPPER 2")
    assert "shop you work for" not in stranger.text
