"""A program looks after webhooks as people do on the desk: changes, turns off, tests, follows and sends again."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from app.config import current
from app.db.session import reading, transaction
from app.identity.actions.grant_role import grant_role
from app.identity.queries import actor_of
from app.webhooks.jobs import send
from app.webhooks.models import WebhookDelivery
from app.webhooks.schemas import DeliveryRowSchema, DeliverySchema, EndpointSchema
from tests.support.front import Front
from tests.support.on_terms import OnTerms
from tests.support.programs import Program, a_token, as_documented
from tests.support.receiver import Receiver, receiving
from tests.support.trade import Trade

NOWHERE = {"url": "http://127.0.0.1:9/x", "kinds": ["order.paid"]}


@pytest.fixture(autouse=True)
def inside(front: Front) -> Iterator[None]:
    before = current.settings()
    current.install(replace(front.settings, webhooks_inside="on"))
    yield
    current.install(before)


def count() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(WebhookDelivery)) or 0


def looked_after(program: Program, home: str, receiver: Receiver) -> None:
    """The whole life of one address, of a shop or a company."""
    made = program.ask("POST", home, {"url": receiver.url, "kinds": ["order.paid"]}, status=201)
    one = f"{home}/{made['id']}"
    as_documented(EndpointSchema, program.ask("GET", one))
    assert "secret" not in program.ask("GET", one)
    changed = program.twice("PUT", one, {"url": receiver.url + "/new", "kinds": ["order.shipped"]})
    assert (changed["url"], changed["kinds"]) == (receiver.url + "/new", ["order.shipped"])
    test = program.twice("POST", f"{one}/test", status=201)
    as_documented(DeliverySchema, test)
    assert (test["state"], test["kind"], count()) == ("waiting", "test", 1)
    send()
    assert [one["type"] for one in receiver.verified(made["secret"])] == ["test"]
    (row,) = program.ask("GET", f"{one}/messages")["rows"]
    as_documented(DeliveryRowSchema, row)
    assert (row["state"], row["last_status"], row["message_id"]) == ("taken", 204, receiver.ids[0])
    message = f"{home}/messages/{row['id']}"
    shown = program.ask("GET", message)
    assert shown["body"].encode() == receiver.heard[0].body
    assert program.twice("POST", f"{message}/repetition")["state"] == "waiting"
    send()
    assert receiver.ids == [row["message_id"]] * 2, "the same message under the same id"
    rotated_with_care(program, one, receiver, made["secret"])
    off = program.twice("POST", f"{one}/pause")
    assert (off["is_on"], off["off_because"]) == (False, "by_hand")
    for path in (f"{one}/test", f"{message}/repetition"):
        assert program.ask("POST", path, status=409)["code"] == "webhook-is-off"
    on = program.twice("POST", f"{one}/activation")
    assert (on["is_on"], on["off_because"]) == (True, None)
    program.ask("DELETE", one, status=204)
    assert program.ask("GET", one, status=404)["code"] == "webhook-not-found"
    assert program.ask("GET", message, status=404)["code"] == "delivery-not-found"


def rotated_with_care(program: Program, one: str, receiver: Receiver, before: str) -> None:
    seen = {"secret_version": program.ask("GET", one)["secret_version"]}
    new = program.ask("POST", f"{one}/secret", seen)
    assert new["secret"] not in (None, before)
    assert program.ask("POST", f"{one}/secret", seen)["secret"] is None, "told once"
    program.ask("POST", f"{one}/test", status=201)
    receiver.heard.clear()
    send()
    for secret in (new["secret"], before):
        assert len(receiver.verified(secret)) == 1, "both sign for a day"


def test_a_shop_looks_after_its_addresses(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    with receiving() as receiver:
        looked_after(Program(front.app, a_token(shop.owner, "webhooks", shop=shop.id)), "/shop/webhooks", receiver)


def test_a_company_looks_after_its_addresses(front: Front, trade: Trade) -> None:
    terms = OnTerms(trade)
    with receiving() as receiver:
        program = Program(front.app, a_token(terms.boss, "companies", "webhooks"))
        looked_after(program, f"/companies/{terms.company}/webhooks", receiver)


def asked_of(home: str, endpoint_id: Any, delivery_id: Any) -> Iterator[tuple[str, str, Any]]:
    one, message = f"{home}/{endpoint_id}", f"{home}/messages/{delivery_id}"
    yield from (("GET", one, None), ("PUT", one, NOWHERE), ("POST", f"{one}/secret", {"secret_version": 1}))
    yield from (("POST", f"{one}/activation", None), ("POST", f"{one}/pause", None), ("POST", f"{one}/test", None))
    yield from (("GET", f"{one}/messages", None), ("GET", message, None), ("POST", f"{message}/repetition", None))
    yield "DELETE", one, None


def test_nobody_else_reads_or_changes_them(front: Front, trade: Trade) -> None:
    """Not a stranger, nor staff, nor the same owner through another shop or as somebody of a company."""
    terms = OnTerms(trade)
    shop, other, home = terms.shop, trade.shop_of(name="Mekong Silk"), f"/companies/{terms.company}/webhooks"
    with transaction() as session:
        assert other.owner.user_id is not None
        for role, of in (("owner", shop.id), ("sales", other.id)):
            person = trade_person(trade) if role == "sales" else other.owner.user_id
            grant_role(session, granted_by=None, organization_id=of, user_id=person, role=role)
        both, clerk = actor_of(session, other.owner.user_id), actor_of(session, person)
    owner = Program(front.app, a_token(shop.owner, shop=shop.id))
    boss = Program(front.app, a_token(terms.boss))
    ids = []
    for program, where in ((owner, "/shop/webhooks"), (boss, home)):
        made = program.ask("POST", where, NOWHERE, status=201)["id"]
        ids.append((made, program.ask("POST", f"{where}/{made}/test", status=201)["id"]))
    before = count()
    (of_shop, of_company) = ids
    for actor, kept in ((both, other.id), (clerk, None), (trade.person(), None)):
        program = Program(front.app, a_token(actor, shop=kept))
        for method, path, body in asked_of("/shop/webhooks", *of_shop):
            program.ask(method, path, body, status=404)
    for actor in (terms.buyer, shop.owner, trade.person()):
        program = Program(front.app, a_token(actor))
        for method, path, body in asked_of(home, *of_company):
            program.ask(method, path, body, status=404)
    for method, path, body in (*asked_of(home, *of_shop), *asked_of("/shop/webhooks", *of_company)):
        boss.ask(method, path, body, status=404)
    for method, path, body in asked_of(home, uuid4(), uuid4()):
        boss.ask(method, path, body, status=404)
    assert count() == before
    assert owner.ask("GET", f"/shop/webhooks/{of_shop[0]}")["secret_version"] == 1
    assert boss.ask("GET", f"{home}/{of_company[0]}")["is_on"] is True


def trade_person(trade: Trade) -> Any:
    return trade.person().user_id


def test_a_company_is_changed_only_with_both_scopes(front: Front, trade: Trade) -> None:
    terms = OnTerms(trade)
    home = f"/companies/{terms.company}/webhooks"
    made = Program(front.app, a_token(terms.boss)).ask("POST", home, NOWHERE, status=201)["id"]
    test = Program(front.app, a_token(terms.boss)).ask("POST", f"{home}/{made}/test", status=201)["id"]
    narrow = Program(front.app, a_token(terms.boss, "companies"))
    for method, path, body in asked_of(home, made, test):
        if method == "GET":
            narrow.ask(method, path, body)
        else:
            assert narrow.ask(method, path, body, status=403)["values"] == {"scope": "webhooks"}


def test_the_log_is_paged(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    program = Program(front.app, a_token(shop.owner, "webhooks"))
    one = "/shop/webhooks/" + program.ask("POST", "/shop/webhooks", NOWHERE, status=201)["id"]
    tests = [program.ask("POST", f"{one}/test", status=201)["id"] for _ in range(3)]
    first = program.ask("GET", f"{one}/messages?size=2")
    rest = program.ask("GET", f"{one}/messages?size=2&cursor={first['next_cursor']}")
    assert [row["id"] for row in first["rows"] + rest["rows"]] == tests[::-1]
    assert rest["next_cursor"] is None
    program.ask("GET", f"{one}/messages?size=101", status=422)


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "ftp://x.example"}, {"url": ""}, {"kinds": []}, {"kinds": ["order.sold"]}, {"kinds": "order.paid"},
        {"url": "https://user:word@x.example"}, {"secret": "mine"}, {"url": "https://x.example/" + "a" * 500},
    ],
)  # fmt: skip
def test_nonsense_changes_nothing(front: Front, trade: Trade, wrong: dict[str, Any]) -> None:
    shop = trade.shop_of()
    program = Program(front.app, a_token(shop.owner, "webhooks"))
    one = "/shop/webhooks/" + program.ask("POST", "/shop/webhooks", NOWHERE, status=201)["id"]
    program.ask("PUT", one, {**NOWHERE, **wrong}, status=422)
    for version in (0, -1, "1", None, 2**31):
        program.ask("POST", f"{one}/secret", {"secret_version": version}, status=422)
    seen = program.ask("GET", one)
    assert (seen["url"], seen["secret_version"]) == (NOWHERE["url"], 1)
