"""The desk's pages of webhooks: the owner of a shop says where its news goes and sees what was told."""

import html
import re
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import Engine, event, select

from app.audit.models import AuditEntry
from app.config import current
from app.db.session import reading, transaction
from app.identity.actions.grant_role import grant_role
from app.webhooks.actions.send_again import send_test
from app.webhooks.jobs import send
from app.webhooks.models import WebhookDelivery, WebhookEndpoint
from tests.support.programs import Program, a_token
from tests.support.receiver import receiving

SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{43}=")


@pytest.fixture(autouse=True)
def inside(front):
    before = current.settings()
    current.install(replace(front.settings, webhooks_inside="on"))
    yield
    current.install(before)


@pytest.fixture
def shop(trade):
    return trade.shop_of()


@pytest.fixture
def owner(front, shop):
    return front.member(shop.owner)


def add(owner, url, kinds=("order.paid", "order.shipped")):
    page = owner.look("/desk/webhooks")
    action = re.search(r'action="(/desk/webhooks\?shop=[^"]+)"', page)[1]
    return owner.send(page, action, url=url, kinds=list(kinds))


def only(kind):
    with reading() as session:
        return session.scalars(select(kind)).one()


def test_an_address_is_added_tested_changed_and_removed(owner):
    with receiving() as receiver:
        shown = add(owner, receiver.url).get_data(as_text=True)
        secret = SECRET.search(html.unescape(shown))[0]
        kept = only(WebhookEndpoint)
        path = f"/desk/webhooks/{kept.id}"
        page = owner.look(path)
        assert secret not in html.unescape(page)
        assert receiver.url in owner.look("/desk/webhooks")
        assert owner.send(page, f"{path}/test").status_code == 303
        assert owner.send(page, f"{path}/test").status_code == 303  # the same form again
        send()
        (told,) = receiver.verified(secret)
        assert (told["type"], told["data"]) == ("test", {"endpoint_id": str(kept.id)})
        page = owner.look(path)
        assert "taken" in page
        message = owner.look(re.search(r'href="(/desk/webhooks/messages/[^"]+)"', page)[1])
        assert f"msg_{only(WebhookDelivery).id.hex}" in message
        assert "204" in message
        assert owner.send(page, path, url=receiver.url + "/new", kinds=["order.paid"]).status_code == 303
        assert (only(WebhookEndpoint).url, only(WebhookEndpoint).kinds) == (receiver.url + "/new", ["order.paid"])
        owner.send(owner.look(f"{path}/remove"), f"{path}/remove")
    assert "Nowhere yet" in owner.look("/desk/webhooks")
    with reading() as session:
        acts = session.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("webhook.")))
        assert list(acts) == ["webhook.add", "webhook.change", "webhook.remove"]


def test_a_message_is_sent_again_by_hand_under_its_id(owner):
    with receiving(500) as receiver:
        add(owner, receiver.url)
        path = f"/desk/webhooks/{only(WebhookEndpoint).id}"
        owner.send(owner.look(path), f"{path}/test")
        send()
        message = f"/desk/webhooks/messages/{only(WebhookDelivery).id}"
        assert "500" in owner.look(path)
        receiver.answer = 200
        assert owner.send(owner.look(message), f"{message}/again").status_code == 303
        send()
        assert (len(receiver.heard), len(set(receiver.ids))) == (2, 1)
        assert "taken" in owner.look(message)


def test_another_secret_is_shown_once(owner):
    add(owner, "http://127.0.0.1:9/x")
    path = f"/desk/webhooks/{only(WebhookEndpoint).id}"
    page = owner.look(path)
    first, again = (html.unescape(owner.send(page, f"{path}/secret").get_data(as_text=True)) for _ in range(2))
    assert SECRET.search(first)
    assert not SECRET.search(again)
    assert "was sent before" in again
    assert only(WebhookEndpoint).secret_version == 2
    assert "is good until" in owner.look(path)


def test_off_nothing_is_sent_and_on_it_goes_on(owner, trade, shop):
    add(owner, "http://127.0.0.1:9/x")
    path = f"/desk/webhooks/{only(WebhookEndpoint).id}"
    owner.send(owner.look(path), f"{path}/off")
    trade.paid_group({trade.goods(shop): 1})
    with reading() as session:
        assert session.scalar(select(WebhookDelivery.id)) is None
    owner.send(owner.look(path), f"{path}/on")
    owner.send(owner.look(path), f"{path}/test")
    assert only(WebhookDelivery).kind == "test"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"url": "ftp://x.example"}, "begins with https://"), ({"url": ""}, "Fill this in"), ({"kinds": ()}, "Choose at least one event"),
        ({"kinds": ("order.eaten",)}, "list"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_and_what_was_typed_stays(owner, fields, told):
    answer = add(owner, **{"url": "https://shop.example/hook", **fields})
    text = answer.get_data(as_text=True)
    assert (answer.status_code, told in text) == (422, True)
    assert fields.get("url", "https://shop.example/hook") in text


def test_a_shop_has_so_many_and_no_more(owner):
    for number in range(10):
        assert add(owner, f"http://127.0.0.1:9/{number}").status_code == 200
    answer = add(owner, "http://127.0.0.1:9/more")
    assert (answer.status_code, "at most 10" in answer.get_data(as_text=True)) == (422, True)


def test_where_news_goes_is_the_owners_to_say(front, trade, shop, owner):
    add(owner, "http://127.0.0.1:9/x")
    seller = trade.person()
    with transaction() as session:
        grant_role(session, granted_by=None, organization_id=shop.id, user_id=seller.user_id, role="sales")
    for path in ("/desk/webhooks", f"/desk/webhooks/{only(WebhookEndpoint).id}"):
        assert front.member(seller).browser.get(path).status_code == 404


def test_the_log_is_paged_and_costs_the_same_however_long(front, trade, shop, owner):
    add(owner, "http://127.0.0.1:9/x")
    endpoint_id = only(WebhookEndpoint).id
    path = f"/desk/webhooks/{endpoint_id}"

    def cost():
        asked = []
        event.listen(Engine, "before_cursor_execute", note := lambda *args: asked.append(args[2]))
        owner.look(path)
        event.remove(Engine, "before_cursor_execute", note)
        return len(asked)

    owner.look(path)
    few = cost()
    with transaction() as session:
        for _ in range(30):
            send_test(session, shop.owner, endpoint_id, form_token=uuid4(), now=trade.now())
    assert cost() == few <= 8
    page = owner.look(path)
    assert page.count("/desk/webhooks/messages/") == 25
    more = owner.look(html.unescape(re.search(r'rel="next" href="([^"]+)"', page)[1]))
    assert more.count("/desk/webhooks/messages/") == 5


def test_a_program_adds_lists_and_removes_addresses(front, shop):
    program = Program(front.app, a_token(shop.owner, "webhooks", shop=shop.id))
    wish = {"url": "https://shop.example/hook", "kinds": ["order.paid", "order.paid"]}
    key = {"Idempotency-Key": "one"}
    made = program.ask("POST", "/shop/webhooks", wish, status=201, **key)
    again = program.ask("POST", "/shop/webhooks", wish, status=201, **key)
    assert SECRET.fullmatch(made["secret"])
    assert again == {**made, "secret": None}
    (row,) = program.ask("GET", "/shop/webhooks")["rows"]
    assert (row["kinds"], row["is_on"], "secret" in row) == (["order.paid"], True, False)
    program.ask("POST", "/shop/webhooks", {**wish, "url": "ftp://x"}, status=422)
    assert program.send("DELETE", f"/shop/webhooks/{made['id']}").status_code == 204
    program.ask("DELETE", f"/shop/webhooks/{made['id']}", status=404)
    assert program.ask("GET", "/shop/webhooks")["rows"] == []
