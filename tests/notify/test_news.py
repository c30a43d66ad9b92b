"""News on a person's page, mails that are told once, and mails a person does without."""

import ast
import re
from datetime import date, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Self
from uuid import uuid4

import pytest
from sqlalchemy import Engine, event

from app.db.session import reading, transaction
from app.identity.actor import Actor
from app.identity.models import User
from app.money.amounts import Money
from app.notify.actions.notify_person import notify_person
from app.notify.actions.read_news import forget_old_news
from app.notify.kinds import UNKNOWN, words_of
from app.notify.models import MailStop, Notification, OutgoingMail
from app.notify.rules import KEPT, TOPIC_WORDS, given, kept
from app.notify.smtp import MailServer
from app.orders.rules import mails as mails_about_orders
from app.orders.rules import return_mails
from app.orders.rules.news import KIND_OF, NEWS, TOPICS
from tests.messages.talking import ask
from tests.support.front import Front
from tests.support.trade import Trade


def tell(person: Actor, kind: str = "order.shipped", *, key: str = "", link: str = "/orders", **values: object) -> bool:
    assert person.user_id is not None
    with transaction() as session:
        return notify_person(session, person.user_id, kind, values or {"number": "7F3K-2MQ"}, link, key or str(uuid4()))


def bell(page: str) -> str | None:
    found = re.search(r'class="bell"[^>]*aria-label="([^"]*)"', page)
    return found[1] if found else None


def mails(words: str) -> list[OutgoingMail]:
    with reading() as session:
        return [mail for mail in session.query(OutgoingMail).order_by(OutgoingMail.id) if words in mail.subject]


def test_news_is_counted_beside_the_bell_and_leads_to_what_it_is_about(front: Front, trade: Trade) -> None:
    person = trade.person()
    visitor = front.member(person)
    assert bell(visitor.look("/")) == "News"
    tell(person, number="AAAA-222")
    tell(person, number="BBBB-333")
    assert bell(visitor.look("/")) == "News, 2 not read"
    page = visitor.look("/notifications")
    assert page.index("Order BBBB-333 is on its way") < page.index("Order AAAA-222 is on its way")
    link = re.search(r'href="(/notifications/[0-9a-f-]{36})"', page)
    assert link
    assert visitor.browser.get(link[1]).headers["Location"] == "/orders"
    assert bell(visitor.look("/")) == "News, 1 not read"
    visitor.send(visitor.look("/notifications"), "/notifications/read")
    assert bell(visitor.look("/")) == "News"
    assert bell(front.visitor().look("/")) is None


def test_the_words_are_in_the_language_of_who_looks(front: Front, trade: Trade) -> None:
    person = trade.person()
    tell(person, "order.refund", amount=Money(1250, "USD"), number="7F3K-2MQ")
    visitor = front.member(person)
    assert "You get $12.50 back for order 7F3K-2MQ" in visitor.look("/notifications")
    with transaction() as session:
        session.get_one(User, person.user_id).locale = "km"
    page = visitor.look("/notifications")
    assert "You get" not in page
    assert "7F3K-2MQ" in page


def test_the_same_fact_is_told_once(front: Front, trade: Trade) -> None:
    person = trade.person()
    assert [tell(person, key="order:1:shipped") for _ in range(2)] == [True, False]
    assert front.member(person).look("/notifications").count("is on its way") == 1


def test_news_of_a_kind_this_version_does_not_know_still_leads_somewhere(front: Front, trade: Trade) -> None:
    person = trade.person()
    tell(person, "drone.landed")
    assert words_of("drone.landed") == UNKNOWN
    assert "There is news for you." in front.member(person).look("/notifications")


def test_nobody_opens_the_news_of_another(front: Front, trade: Trade) -> None:
    person, other = trade.person(), trade.person()
    tell(person)
    with reading() as session:
        news = session.query(Notification).one()
    front.member(other).look(f"/notifications/{news.id}", status=404)
    front.visitor().look("/notifications", status=303)
    assert "on its way" not in front.member(other).look("/notifications")


def test_counting_news_costs_no_statement_and_the_page_as_many_for_one_line_as_for_many(
    front: Front, trade: Trade
) -> None:
    person = trade.person()
    visitor = front.member(person)
    sent: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    def statements(path: str) -> int:
        visitor.look(path)  # templates and lists are warm
        sent.clear()
        visitor.look(path)
        return len([statement for statement in sent if statement not in {"BEGIN", "COMMIT"}])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        tell(person)
        one, home = statements("/notifications"), statements("/account")
        assert sum("notifications" in statement for statement in sent) == 1, "with the account itself"
        for _ in range(24):
            tell(person)
        assert statements("/notifications") == one <= 8
        assert statements("/account") == home
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_news_is_paged(front: Front, trade: Trade) -> None:
    person = trade.person()
    for number in range(30):
        tell(person, number=f"AAAA-{number:03}")
    visitor = front.member(person)
    page = visitor.look("/notifications")
    assert "AAAA-029" in page
    assert "AAAA-004" not in page
    following = re.search(r'href="(/notifications\?cursor=[^"]+)"', page)
    assert following
    assert "AAAA-000" in visitor.look(following[1])


def test_an_orders_life_is_news_for_buyer_and_shop(front: Front, trade: Trade) -> None:
    shop, account = trade.shop_of(), trade.person("dara@people.example")
    cart = trade.cart({trade.goods(shop): 1})
    group = trade.place(cart, trade.request(cart, buyer_id=account.user_id))
    trade.charge(trade.open_card_page(group), group.total_cents)
    trade.settle()
    number, buyer, owner = group.orders[0].number, front.member(account), front.member(shop.owner)
    assert f"Your order {number} is paid" in buyer.look("/notifications")
    assert f"New order {number}: ship by" in owner.look("/notifications")
    page = owner.look(f"/desk/orders/{number}")
    owner.send(page, f"/desk/orders/{number}/ship", carrier="VET Express", tracking="KP 1")
    page = buyer.look("/notifications")
    assert f"Order {number} is on its way" in page
    link = re.search(r'href="(/notifications/[0-9a-f-]{36})"', page)
    assert link
    assert buyer.browser.get(link[1]).headers["Location"] == f"/orders/{number}"
    assert len(mails("is on its way")) == 1


def test_many_messages_are_one_line_of_news_and_one_mail_until_they_are_read(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    buyer, owner = front.member(trade.person()), front.member(shop.owner)
    path = ask(buyer, trade.goods(shop), "First.")
    buyer.fill(path, body="Second.")
    assert bell(owner.look("/desk")) == "News, 1 not read"
    assert len(mails("wrote to you")) == 1
    assert bell(owner.look(f"/desk{path}")) == "News", "the page that shows them counts them no more"
    buyer.fill(path, body="Third.")
    assert bell(owner.look("/desk")) == "News, 1 not read"
    assert len(mails("wrote to you")) == 2
    assert "First." not in mails("wrote to you")[0].body, "what was written is read where it can be answered"


def test_news_marked_as_read_comes_again_with_the_next_message(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    buyer, owner = front.member(trade.person()), front.member(shop.owner)
    path = ask(buyer, trade.goods(shop), "First.")
    owner.send(owner.look("/notifications"), "/notifications/read")
    buyer.fill(path, body="Second.")
    assert bell(owner.look("/desk")) == "News, 1 not read"
    assert len(mails("wrote to you")) == 1, "the conversation itself was not looked at"


def test_a_topic_that_is_switched_off_is_mailed_no_more_and_still_news(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    owner, buyer = front.member(shop.owner), front.member(trade.person())
    page = owner.look("/account/mails")
    assert page.count("checked") == len(TOPIC_WORDS)
    assert owner.fill("/account/mails", topics=["progress", "sales"]).status_code == 303
    assert owner.look("/account/mails").count("checked") == 2
    ask(buyer, trade.goods(shop), "Hello.")
    assert mails("wrote to you") == []
    assert bell(owner.look("/desk")) == "News, 1 not read"
    assert owner.fill("/account/mails", topics=list(TOPIC_WORDS)).status_code == 303
    with reading() as session:
        assert session.query(MailStop).count() == 0


def test_the_link_of_a_mail_stops_such_mails_without_signing_in(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    buyer = front.member(trade.person())
    path = ask(buyer, trade.goods(shop), "Hello.")
    (mail,) = mails("wrote to you")
    link = re.search(r"http\S+(/mail/stop/\S+)", mail.body)
    assert link
    assert mail.stop_link
    assert mail.stop_link.endswith(link[1])
    anybody = front.visitor()
    assert "Stop such mails?" in anybody.look(link[1])
    with reading() as session:
        assert session.query(MailStop).count() == 0, "looking at it stops nothing: guards of mails open every link"
    answer = anybody.browser.post(link[1], data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, "No more such mails" in answer.get_data(as_text=True)) == (200, True)
    front.member(shop.owner).look(f"/desk{path}")
    buyer.fill(path, body="Hello again.")
    assert len(mails("wrote to you")) == 1
    anybody.look("/mail/stop/damaged", status=404)


def test_the_mail_program_is_told_how_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[EmailMessage] = []

    class Server:
        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_about: object) -> None: ...

        def send_message(self, message: EmailMessage) -> None:
            sent.append(message)

    monkeypatch.setattr(MailServer, "_connect", staticmethod(lambda _address: Server()))
    server = MailServer("smtp://mail.example", "market@phsar.example")
    server.deliver(uuid4(), "a@b.example", "en", "Hello", "Body", "https://phsar.example/mail/stop/x")
    server.deliver(uuid4(), "a@b.example", "en", "Hello", "Body")
    assert sent[0]["List-Unsubscribe"] == "<https://phsar.example/mail/stop/x>"
    assert sent[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sent[1]["List-Unsubscribe"] is None


def test_receipts_and_troubles_have_no_topic() -> None:
    assert set(TOPICS) <= set(NEWS)
    for kind in ("order.paid", "order.refund", "order.disputed", "order.canceled", "order.late", "order.resolved"):
        assert kind not in TOPICS
    assert len(KIND_OF) == len(NEWS), "no two kinds share their words"


def test_every_mail_about_an_order_is_news_as_well_or_is_for_who_has_no_page() -> None:
    trees = [ast.parse(Path(module.__file__).read_text()) for module in (mails_about_orders, return_mails)]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    made = [node for node in nodes if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Mail"]
    subjects = {
        node.args[0].value
        for mail in made
        for node in ast.walk(mail.args[0])
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "N_"
        and isinstance(node.args[0], ast.Constant)
    }
    only_mailed = {"The link to your order %(number)s", "%(seller)s wrote to you about order %(number)s"}
    assert subjects == set(NEWS.values()) | only_mailed


def test_every_kind_has_words(front: Front) -> None:
    for kind in ("order.paid", "messages.listing", "messages.order", "messages.warned"):
        assert words_of(kind) != UNKNOWN, kind


def test_values_come_back_as_they_were_given(trade: Trade) -> None:
    values = {"amount": Money(-5, "KHR"), "on": date(2026, 12, 5), "at": trade.now(), "who": "Sothy", "count": 3}
    assert given(kept(values)) == values


def test_news_of_half_a_year_ago_is_forgotten(trade: Trade) -> None:
    person = trade.person()
    tell(person)
    with transaction() as session:
        news = session.query(Notification).one()
        forget_old_news(session, news.created_at + KEPT - timedelta(minutes=1))
        assert session.query(Notification).count() == 1
        forget_old_news(session, news.created_at + KEPT + timedelta(minutes=1))
        assert session.query(Notification).count() == 0
