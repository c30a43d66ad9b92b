"""Buyers and shops write to each other: pages of both sides, without JavaScript."""

import re
from uuid import UUID

from app.db.session import reading, transaction
from app.identity.actions.grant_role import grant_role
from app.identity.actor import Actor
from app.identity.models import User
from app.identity.queries import actor_of
from app.messages.models import Message
from app.notify.models import OutgoingMail
from tests.messages.talking import ask, only_thread, slug_of
from tests.support.front import Front
from tests.support.trade import Shop, Trade


def test_a_buyer_asks_about_goods_and_the_shop_answers(front: Front, trade: Trade) -> None:
    shop, person = trade.shop_of(), trade.person()
    goods = trade.goods(shop)
    buyer, owner = front.member(person), front.member(shop.owner)
    assert f"/p/{slug_of(goods)}/ask" in buyer.look(f"/p/{slug_of(goods)}")
    path = ask(buyer, goods, "Is it from this year?")
    assert "Is it from this year?" in buyer.look(path)
    assert "1 conversation has something new." in owner.look("/desk")
    desk = owner.look("/desk/messages")
    assert "Is it from this year?" in desk
    assert "1 new" in desk
    assert "1 conversation has something new." in desk
    assert owner.fill(f"/desk{path}", body="Yes, of March.").status_code == 303
    assert "1 new" not in owner.look("/desk/messages")
    assert "1 new" in buyer.look("/messages")
    page = buyer.look(path)
    assert "Yes, of March." in page
    assert "Sothy&#39;s Farm" in page
    assert "1 new" not in buyer.look("/messages")


def test_a_message_that_was_read_says_so_to_its_writer(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    buyer, owner = front.member(trade.person()), front.member(shop.owner)
    path = ask(buyer, trade.goods(shop), "Hello?")
    assert "Seen" not in buyer.look(path)
    owner.look(f"/desk{path}")
    assert "Seen" in buyer.look(path)


def test_who_answers_for_the_shop_is_known_to_the_shop_only(front: Front, trade: Trade) -> None:
    shop, clerk = trade.shop_of(), trade.person()
    with transaction() as session:
        grant_role(session, granted_by=None, organization_id=shop.id, user_id=clerk.user_id, role="sales")
        session.get_one(User, clerk.user_id).name = "Chantrea Prak"
        clerk = actor_of(session, clerk.user_id)
    buyer, staff = front.member(trade.person()), front.member(clerk)
    path = ask(buyer, trade.goods(shop), "Hello?")
    assert staff.fill(f"/desk{path}", body="Good day.").status_code == 303
    assert "Chantrea Prak" in staff.look(f"/desk{path}")
    assert "Chantrea Prak" in front.member(shop.owner).look(f"/desk{path}")
    page = buyer.look(path)
    assert "Good day." in page
    assert "Chantrea" not in page
    assert "Chantrea" not in buyer.look("/messages")


def test_asking_about_the_same_goods_again_goes_on_in_the_same_conversation(front: Front, trade: Trade) -> None:
    goods = trade.goods(trade.shop_of())
    buyer = front.member(trade.person())
    path = ask(buyer, goods, "First.")
    again = buyer.browser.get(f"/p/{slug_of(goods)}/ask")
    assert (again.status_code, again.headers["Location"]) == (303, f"{path}#newest")


def test_a_guest_is_led_to_sign_in_and_back_to_the_question(front: Front, trade: Trade) -> None:
    slug = slug_of(trade.goods(trade.shop_of()))
    answer = front.visitor().browser.get(f"/p/{slug}/ask")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/sign-in?next=")
    assert slug in answer.headers["Location"]


def test_nobody_asks_their_own_shop(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    slug = slug_of(trade.goods(shop))
    owner = front.member(shop.owner)
    assert owner.browser.get(f"/p/{slug}/ask").headers["Location"] == f"/p/{slug}"
    assert "your own shop" in owner.look(f"/p/{slug}")


def test_a_guest_writes_about_a_paid_order_by_the_link_of_its_mail(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    group = trade.paid_group({trade.goods(shop): 1})
    number = group.orders[0].number
    guest, owner = front.visitor(), front.member(shop.owner)
    guest.look(f"/orders/key/{group.access_token}", status=303)
    assert f"/orders/{number}/messages" in guest.look(f"/orders/{number}")
    sent = guest.fill(f"/orders/{number}/messages", body="Please ring twice.")
    assert sent.status_code == 303
    path = sent.headers["Location"].removesuffix("#newest")
    assert "Please ring twice." in guest.look(path)
    assert "Messages, 1 new" in owner.look(f"/desk/orders/{number}")
    assert owner.fill(f"/desk{path}", body="We will.").status_code == 303
    mail = mails("wrote to you about order")[-1]
    assert (mail.recipient, number in mail.subject) == (group.email, True)
    link = re.search(r"http\S+(/orders/key/\S+)", mail.body)
    assert link
    elsewhere = front.visitor()
    elsewhere.look(path, status=404)
    assert elsewhere.browser.get(link[1]).headers["Location"] == path
    assert "We will." in elsewhere.look(path)


def test_the_shop_writes_first_and_the_guest_reads_it_on_the_order(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    group = trade.paid_group({trade.goods(shop): 1})
    number, owner, guest = group.orders[0].number, front.member(shop.owner), front.visitor()
    assert owner.fill(f"/desk/orders/{number}/messages", body="Which house is it?").status_code == 303
    guest.look(f"/orders/key/{group.access_token}", status=303)
    assert "1 new" in guest.look(f"/orders/{number}")
    path = guest.browser.get(f"/orders/{number}/messages").headers["Location"].removesuffix("#newest")
    assert "Which house is it?" in guest.look(path)
    assert "1 new" not in guest.look(f"/orders/{number}")


def test_what_a_guest_wrote_comes_into_the_account_with_the_order(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    group = trade.paid_group({trade.goods(shop): 1})
    number, account = group.orders[0].number, trade.person()
    person, elsewhere = front.member(account), front.member(account)
    person.look(f"/orders/key/{group.access_token}", status=303)
    assert person.fill(f"/orders/{number}/messages", body="As a guest.").status_code == 303
    assert "As a guest." not in elsewhere.look("/messages")
    page = person.look(f"/orders/group/{group.id}")
    assert person.send(page, f"/orders/group/{group.id}/claim").status_code == 303
    assert "As a guest." in elsewhere.look("/messages")


def test_about_an_order_nobody_paid_nothing_is_written(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    cart = trade.cart({trade.goods(shop): 1})
    group = trade.place(cart)
    guest, number = front.visitor(), group.orders[0].number
    guest.look(f"/orders/key/{group.access_token}", status=303)
    assert "/messages" not in guest.look(f"/orders/{number}").partition("<main")[2]
    guest.look(f"/orders/{number}/messages", status=409)


def test_the_warehouse_answers_about_orders_and_not_about_goods(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    warehouse, accountant = with_role(trade, shop, "warehouse"), with_role(trade, shop, "accountant")
    packer, bookkeeper = front.member(actor(warehouse)), front.member(actor(accountant))
    group = trade.paid_group({trade.goods(shop): 1})
    guest = front.visitor()
    guest.look(f"/orders/key/{group.access_token}", status=303)
    sent = guest.fill(f"/orders/{group.orders[0].number}/messages", body="About my order.")
    about_order = sent.headers["Location"].removesuffix("#newest")
    about_goods = ask(front.member(trade.person()), trade.goods(shop), "About your goods.")
    desk = packer.look("/desk/messages")
    assert "About my order." in desk
    assert "About your goods." not in desk
    assert packer.fill(f"/desk{about_order}", body="Packed.").status_code == 303
    packer.look(f"/desk{about_goods}", status=404)
    bookkeeper.look("/desk/messages", status=404)
    bookkeeper.look(f"/desk{about_order}", status=404)


def test_older_messages_are_a_page_away(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    buyer, owner = front.member(trade.person()), front.member(shop.owner)
    path = ask(buyer, trade.goods(shop), "Message number 0.")
    for number in range(1, 25):
        writer, where = (buyer, path) if number % 2 == 0 else (owner, f"/desk{path}")
        assert writer.fill(where, body=f"Message number {number}.").status_code == 303
    page = buyer.look(path)
    assert "Message number 24." in page
    assert "Message number 5." in page
    assert "Message number 4." not in page
    assert page.index("Message number 23.") < page.index("Message number 24.")
    older = re.search(rf'href="({path}\?cursor=[^"]+)"', page)
    assert older
    page = buyer.look(older[1])
    assert "Message number 4." in page
    assert "Message number 0." in page
    assert "Message number 5." not in page


def test_the_same_form_twice_is_one_message_and_another_text_under_it_is_refused(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    buyer = front.member(trade.person())
    path = ask(buyer, trade.goods(shop), "Once.")
    page = buyer.look(path)
    assert [buyer.send(page, path, body="Twice.").status_code for _ in range(2)] == [303, 303]
    refused = buyer.send(page, path, body="Something else.")
    assert refused.status_code == 409
    assert "Something else." in refused.get_data(as_text=True)
    with reading() as session:
        assert [message.body for message in session.query(Message).order_by(Message.sequence)] == ["Once.", "Twice."]


def test_an_empty_message_is_refused_beside_its_field(front: Front, trade: Trade) -> None:
    buyer = front.member(trade.person())
    path = ask(buyer, trade.goods(trade.shop_of()), "Hello.")
    answer = buyer.fill(path, body="  ")
    assert answer.status_code == 422
    assert "Write something, or choose a file to send." in answer.get_data(as_text=True)


def test_too_long_a_message_is_kept_to_be_shortened(front: Front, trade: Trade) -> None:
    buyer = front.member(trade.person())
    path = ask(buyer, trade.goods(trade.shop_of()), "Hello.")
    answer = buyer.fill(path, body="long " * 1000 + "end")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "at most 4,000 fit" in page
    assert "long end</textarea>" in page


def test_an_open_page_asks_for_the_newest_messages_alone(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    buyer, owner = front.member(trade.person()), front.member(shop.owner)
    path = ask(buyer, trade.goods(shop), "Hello?")
    assert f'data-refresh="{path}/latest"' in buyer.look(path)
    owner.fill(f"/desk{path}", body="Here we are.")
    fragment = buyer.look(f"{path}/latest")
    assert "Here we are." in fragment
    assert "<html" not in fragment
    assert "Seen" in owner.look(f"/desk{path}/latest")


def test_a_conversation_is_nobody_elses(front: Front, trade: Trade) -> None:
    shop, other = trade.shop_of(), trade.shop_of(name="Others")
    buyer = front.member(trade.person())
    path = ask(buyer, trade.goods(shop), "Between us.")
    for stranger in (front.member(trade.person()), front.member(other.owner), front.visitor()):
        stranger.look(path, status=404)
        stranger.look(f"{path}/latest", status=404)
    front.member(other.owner).look(f"/desk{path}", status=404)
    buyer.look(f"/desk{path}", status=404)
    front.member(shop.owner).look(path, status=404)
    assert only_thread().last_sequence == 1


def test_html_stays_text_and_long_words_are_kept_whole(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    buyer = front.member(trade.person())
    nasty = "<script>alert(1)</script> \"'><img src=x onerror=alert(2)> {{ 7*7 }}"
    path = ask(buyer, trade.goods(shop), nasty)
    for page in (buyer.look(path), buyer.look("/messages"), front.member(shop.owner).look(f"/desk{path}")):
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "{{ 7*7 }}" in page


def mails(words: str) -> list[OutgoingMail]:
    with reading() as session:
        return [mail for mail in session.query(OutgoingMail).order_by(OutgoingMail.id) if words in mail.subject]


def with_role(trade: Trade, shop: Shop, role: str) -> UUID:
    person = trade.person()
    assert person.user_id is not None
    with transaction() as session:
        grant_role(session, granted_by=None, organization_id=shop.id, user_id=person.user_id, role=role)
    return person.user_id


def actor(user_id: UUID) -> Actor:
    with reading() as session:
        return actor_of(session, user_id)
