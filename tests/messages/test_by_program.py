"""Programs of a buyer and of a shop write to each other."""

from uuid import uuid4

from sqlalchemy import func, select

from app.db.session import reading
from app.messages.models import Block, Message, Report
from app.messages.schemas import ThreadRowSchema, ThreadSchema
from app.web.limits import limiter
from app.wiring import create_app
from tests.messages.talking import slug_of
from tests.support.front import Front, Visitor
from tests.support.programs import Program, a_token, as_documented
from tests.support.signing_in import sign_in
from tests.support.trade import Trade


def count(table: type) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_question_is_asked_answered_read_and_blocked(front: Front, trade: Trade) -> None:
    shop, person = trade.shop_of(), trade.person()
    slug = slug_of(trade.goods(shop))
    buyer = Program(front.app, a_token(person, "messages"))
    seller = Program(front.app, a_token(shop.owner, "messages", shop=shop.id))
    question = {"listing": slug, "body": "Is it the new harvest?"}
    thread = buyer.twice("POST", "/messages", question, status=201)
    as_documented(ThreadSchema, thread)
    assert (thread["reference"], count(Message)) == (slug, 1)
    (row,) = seller.ask("GET", "/shop/messages")["rows"]
    as_documented(ThreadRowSchema, row)
    assert (row["unread"], row["last_body"]) == (1, question["body"])
    path = f"/messages/{thread['id']}"
    assert seller.ask("GET", f"/shop{path}")["rows"][0]["body"] == question["body"]
    seller.twice("POST", f"/shop{path}/seen", {"sequence": 2**31 - 1})
    assert seller.ask("GET", "/shop/messages")["rows"][0]["unread"] == 0
    answered = seller.twice("POST", f"/shop{path}", {"body": "Of March."}, status=201)
    assert [one["side"] for one in answered["rows"]] == ["shop", "buyer"]
    assert buyer.ask("GET", "/messages")["rows"][0]["unread"] == 1, "what was not there yet was not seen"
    seen = buyer.twice("POST", f"{path}/seen", {"sequence": 2})
    assert seen["rows"][0]["author"] == "Sothy's Farm"
    told = buyer.twice("POST", "/messages/reports", {"message_id": seen["rows"][0]["id"], "reason": "spam"}, status=201)
    assert (told["state"], count(Report)) == ("open", 1)
    own = {"message_id": seen["rows"][1]["id"], "reason": "spam"}
    assert buyer.ask("POST", "/messages/reports", own, status=404)["code"] == "message-not-found"
    assert buyer.twice("POST", f"{path}/block")["blocked_by"] == ["buyer"]
    assert seller.ask("POST", f"/shop{path}", {"body": "Hello?"}, status=409)["code"] == "they-have-blocked"
    assert buyer.twice("DELETE", f"{path}/block")["blocked_by"] == []
    assert seller.twice("POST", f"/shop{path}/block")["blocked_by"] == ["shop"]
    assert seller.twice("DELETE", f"/shop{path}/block")["blocked_by"] == []
    assert count(Block) == 0


def test_nobody_else_reads_or_writes_and_a_token_of_a_shop_speaks_for_it_alone(front: Front, trade: Trade) -> None:
    shop, person = trade.shop_of(), trade.person()
    slug = slug_of(trade.goods(shop))
    buyer = Program(front.app, a_token(person, "messages"))
    path = f"/messages/{buyer.ask('POST', '/messages', {'listing': slug, 'body': 'Hello?'}, status=201)['id']}"
    stranger = Program(front.app, a_token(trade.shop_of(name="Mekong Silk").owner, "messages"))
    for where in (path, f"/shop{path}"):
        assert stranger.ask("GET", where, status=404)["code"] == "thread-not-found"
        for verb, body in (("", {"body": "Hi."}), ("/seen", {"sequence": 1}), ("/block", None)):
            assert stranger.ask("POST", f"{where}{verb}", body, status=404)["code"] == "thread-not-found"
    of_shop = Program(front.app, a_token(shop.owner, "messages", shop=shop.id))
    assert of_shop.ask("GET", path, status=403)["code"] == "token-of-a-shop"
    owner = Program(front.app, a_token(shop.owner, "messages"))
    assert owner.ask("POST", "/messages", {"listing": slug, "body": "Hello?"}, status=409)["code"] == "own-shop"
    for body in ("", "x" * 4001, "a\x00"):
        assert buyer.ask("POST", path, {"body": body}, status=422)["errors"][0]["field"] == "body"
    assert count(Message) == 1


def test_programs_and_pages_of_a_person_write_so_often_together(front: Front, trade: Trade) -> None:
    shop, person = trade.shop_of(), trade.person()
    goods = trade.goods(shop)
    limiter.enabled = True
    app = create_app(front.settings)
    programs = [Program(app, a_token(person, "messages")) for _ in range(2)]
    visitor = Visitor(app)
    assert person.user_id is not None
    sign_in(visitor.browser, person.user_id)
    try:
        for number in range(10):
            programs[number % 2].ask("POST", f"/messages/{uuid4()}", {"body": "Hello?"}, status=404)
        refused = programs[0].ask("POST", "/messages", {"listing": slug_of(goods), "body": "Hello?"}, status=429)
        page = visitor.fill(f"/p/{slug_of(goods)}/ask", body="Hello?")
    finally:
        limiter.enabled = False
    assert (refused["code"], page.status_code, count(Message)) == ("too-many-requests", 429, 0)
