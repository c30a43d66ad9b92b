"""An order by the number people say."""

import pytest

from app.db.session import reading
from app.notify.models import OutgoingMail
from app.orders.rules.numbers import ALPHABET
from tests.support.front import Front
from tests.support.trade import Trade

EMAIL = "dara@people.example"


def links_sent() -> list[str]:
    with reading() as session:
        mails = session.query(OutgoingMail).filter(OutgoingMail.key.like("orders:link:%"))
        return [mail.body for mail in mails if mail.recipient == EMAIL]


def test_a_guest_names_number_and_address_and_gets_the_link_by_mail(front: Front, trade: Trade) -> None:
    group = trade.place(trade.cart({trade.goods(trade.shop_of()): 1}))
    number, guest = group.orders[0].number, front.visitor()
    page = guest.look("/orders")
    for _ in range(2):
        answer = guest.send(page, "/orders/find", number=number.lower().replace("-", " "), email=EMAIL.upper())
        assert answer.status_code == 303
    (body,) = links_sent()
    assert f"/orders/key/{group.access_token}" in body
    assert number not in guest.look("/orders"), "the mail has the key, this page has not"


def test_the_answer_does_not_tell_whether_there_is_such_an_order(front: Front, trade: Trade) -> None:
    group = trade.place(trade.cart({trade.goods(trade.shop_of()): 1}))
    guest, said = front.visitor(), set()
    for number, email in ((group.orders[0].number, "other@people.example"), (group.orders[0].number, EMAIL)):
        guest.send(guest.look("/orders"), "/orders/find", number=number, email=email)
        said.add(guest.look("/orders").partition('id="messages"')[2].partition("</main>")[0].partition("<h1")[0])
    assert len(said) == 1
    assert len(links_sent()) == 1


@pytest.mark.parametrize("written", [str.lower, lambda number: number.replace("-", ""), lambda number: f" {number} "])
def test_who_has_the_order_is_led_to_it_however_it_is_typed(front: Front, trade: Trade, written) -> None:
    group = trade.place(trade.cart({trade.goods(trade.shop_of()): 1}))
    guest, number = front.visitor(), group.orders[0].number
    guest.look(f"/orders/key/{group.access_token}", status=303)
    answer = guest.send(guest.look("/orders"), "/orders/find", number=written(number))
    assert answer.headers["Location"] == f"/orders/{number}"
    assert number in guest.look(f"/orders/{number.lower()}"), "in the address bar as well"


def test_signs_that_are_taken_for_each_other_are_in_no_number(front: Front) -> None:
    assert not set("0O1IL") & set(ALPHABET)
    guest = front.visitor()
    answer = guest.send(guest.look("/orders"), "/orders/find", number="7F3K-2M0", email=EMAIL)
    assert answer.status_code == 422
    assert "there is no 0, O, 1, I or L" in answer.get_data(as_text=True)
