"""A person's program looks after the account: addresses, wishes, news and mails; a shop's, after its vouchers."""

from app.db.session import transaction
from app.notify.actions.notify_person import notify_person
from app.vouchers.schemas import VoucherRowSchema, VoucherSchema
from tests.messages.talking import slug_of
from tests.support.front import ADDRESS_KH, Front
from tests.support.programs import Program, a_token, as_documented
from tests.support.trade import Trade


def test_addresses_are_kept_changed_preferred_and_deleted(front: Front, trade: Trade) -> None:
    program = Program(front.app, a_token(trade.person(), "account"))
    first = program.twice("POST", "/account/addresses", {**ADDRESS_KH, "name": "Dara Chan"}, status=201)
    assert (first["is_default"], first["address"]["name"]) == (True, "Dara Chan")
    second = program.ask("POST", "/account/addresses", {**ADDRESS_KH, "name": "Sok Chan"}, status=201)
    path = f"/account/addresses/{second['id']}"
    assert program.twice("PUT", path, {**ADDRESS_KH, "name": "Sokha Chan"})["address"]["name"] == "Sokha Chan"
    assert program.twice("POST", f"{path}/default")["is_default"] is True
    assert [one["id"] for one in program.ask("GET", "/account/addresses")["rows"]] == [second["id"], first["id"]]
    stranger = Program(front.app, a_token(trade.person(), "account"))
    changed = {**ADDRESS_KH, "name": "Mine"}
    assert stranger.ask("PUT", path, changed, status=404)["code"] == "address-not-found"
    assert stranger.ask("POST", f"{path}/default", status=404)["code"] == "address-not-found"
    stranger.ask("DELETE", path, status=204)
    assert len(program.ask("GET", "/account/addresses")["rows"]) == 2, "somebody else's is not there to be deleted"
    program.ask("DELETE", path, status=204)
    assert [one["is_default"] for one in program.ask("GET", "/account/addresses")["rows"]] == [True]
    for wrong in ({**ADDRESS_KH}, {**changed, "country": "XX"}, {**changed, "city": ""}, {**changed, "zip": "1"}):
        program.ask("POST", "/account/addresses", wrong, status=422)


def test_wishes_are_kept_and_dropped(front: Front, trade: Trade) -> None:
    slug = slug_of(trade.goods(trade.shop_of()))
    program = Program(front.app, a_token(trade.person(), "account"))
    for _ in range(2):
        program.ask("PUT", f"/account/wishes/{slug}", status=204)
    (row,) = program.ask("GET", "/account/wishes")["rows"]
    assert (row["slug"], row["price_usd"], row["price_before_usd"]) == (slug, row["price"], row["price"])
    assert program.ask("PUT", "/account/wishes/nothing", status=404)["code"] == "listing-not-found"
    assert Program(front.app, a_token(trade.person(), "account")).ask("GET", "/account/wishes")["rows"] == []
    for _ in range(2):
        program.ask("DELETE", f"/account/wishes/{slug}", status=204)
    assert program.ask("GET", "/account/wishes")["rows"] == []


def test_news_are_read_and_mails_chosen(front: Front, trade: Trade) -> None:
    person, stranger = trade.person(), trade.person()
    with transaction() as session:
        for number in ("7F3K-2MQ", "8F3K-2MQ"):
            notify_person(session, person.user_id, "order.shipped", {"number": number}, "/orders", f"sent:{number}")
    program, other = (Program(front.app, a_token(one, "account")) for one in (person, stranger))
    rows = program.ask("GET", "/account/news")["rows"]
    assert [row["read_at"] for row in rows] == [None, None]
    assert rows[0]["text"]
    one = {"ids": [rows[0]["id"]]}
    assert other.ask("POST", "/account/news/read", one, status=404)["code"] == "not-found"
    assert program.twice("POST", "/account/news/read", one)["unread"] == 1
    assert program.twice("POST", "/account/news/read", {})["unread"] == 0
    assert other.ask("GET", "/account/news")["rows"] == []
    assert program.twice("PUT", "/account/mails", {"topics": ["messages"]})["topics"] == ["messages"]
    assert program.ask("GET", "/account/mails")["topics"] == ["messages"]
    assert "progress" in other.ask("GET", "/account/mails")["topics"]
    program.ask("PUT", "/account/mails", {"topics": ["everything"]}, status=422)


def test_vouchers_of_a_shop_are_given_out_and_stopped(front: Front, trade: Trade) -> None:
    shop, other = trade.shop_of(), trade.shop_of(name="Mekong Silk")
    program = Program(front.app, a_token(shop.owner, "vouchers", shop=shop.id))
    ten = {"code": "WELCOME-10", "percent": 10, "most_uses": 100}
    made = program.twice("POST", "/shop/vouchers", ten, status=201)
    as_documented(VoucherSchema, made)
    (row,) = program.ask("GET", "/shop/vouchers")["rows"]
    as_documented(VoucherRowSchema, row)
    assert (row["code"], row["percent"], row["given_usd"]["minor"]) == ("WELCOME-10", 10, 0)
    assert program.ask("POST", "/shop/vouchers", ten, status=409)["code"] == "voucher-code-taken"
    stranger = Program(front.app, a_token(other.owner, "vouchers"))
    assert stranger.ask("POST", f"/shop/vouchers/{made['id']}/stop", status=404)["code"] == "voucher-not-found"
    assert stranger.ask("GET", f"/shop/vouchers?shop={shop.id}", status=404)["code"] == "shop-not-found"
    assert program.twice("POST", f"/shop/vouchers/{made['id']}/stop")["stopped_at"]


SENSELESS = [
    {"percent": 0}, {"percent": 91}, {"percent": "10"}, {"percent": None}, {"most_uses": -1}, {"most_uses": 10**9},
    {"amount": {"minor": 100, "currency": "USD"}}, {"percent": None, "amount": {"minor": 1, "currency": "KHR"}},
    {"ends_at": "2001-01-01T00:00:00Z"}, {"ends_at": "9999-12-31T23:59:59Z"}, {"code": "x" * 61}, {"scope": 1},
    {"listing_ids": ["00000000-0000-0000-0000-000000000001"]}, {"minimum": {"minor": -1, "currency": "USD"}},
]  # fmt: skip


def test_a_voucher_that_makes_no_sense_is_refused(front: Front, trade: Trade) -> None:
    program = Program(front.app, a_token(trade.shop_of().owner, "vouchers"))
    for change in SENSELESS:
        program.ask("POST", "/shop/vouchers", {"percent": 10, **change}, status=422)
    assert program.ask("GET", "/shop/vouchers")["rows"] == []
