"""A token opens what its person may do at that moment and what it was made for, and nothing else."""

import hashlib
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, delete, event, select, update

from app.access.models import ApiToken
from app.audit.models import AuditEntry
from app.db.session import reading, transaction
from app.identity.actions.forget_user import forget_user
from app.identity.actions.grant_role import grant_role
from app.identity.models import Member
from app.notify.models import OutgoingMail
from app.privacy.actions.erase_person import erase_account
from app.web.limits import limiter
from app.web.models import RateCount
from app.wiring import create_app
from tests.support.programs import Program, a_token

SECRET = re.compile(r"phsar_[a-z0-9]{8}_[A-Za-z0-9_-]{43}")


def only_token():
    with reading() as session:
        return session.scalars(select(ApiToken)).one()


def test_the_page_shows_a_token_once_and_keeps_only_its_fingerprint(front, trade):
    shop = trade.shop_of()
    visitor = front.member(shop.owner)
    page = visitor.look("/account/tokens")
    fields = {"name": "Warehouse", "whom": str(shop.id), "scopes": ["orders:read", "orders:write"], "days": "90"}
    answer = visitor.send(page, "/account/tokens", **fields)
    shown = answer.get_data(as_text=True)
    secret = SECRET.search(shown)[0]
    kept = only_token()
    assert kept.digest == hashlib.sha256(secret.encode()).digest()
    assert (kept.organization_id, kept.scopes) == (shop.id, ["orders:read", "orders:write"])
    assert kept.expires_at - datetime.now(UTC) > timedelta(days=89)
    later = visitor.look("/account/tokens")
    assert kept.prefix in later
    assert secret not in later
    again = visitor.send(page, "/account/tokens", **fields).get_data(as_text=True)
    assert "was made already" in again
    assert not SECRET.search(again)
    Program(front.app, secret).ask("GET", "/shop/orders")


def test_its_person_and_the_log_of_acts_hear_of_it(front, trade):
    shop = trade.shop_of()
    secret = a_token(shop.owner, "orders:read", shop=shop.id)
    with reading() as session:
        mail = session.scalars(select(OutgoingMail).where(OutgoingMail.key.startswith("token:"))).one()
        acts = session.scalars(select(AuditEntry).where(AuditEntry.action == "token.make")).all()
        assert "/account/tokens" in mail.body
        assert secret not in mail.body + mail.subject + str(acts[0].details)
        assert (len(acts), acts[0].actor_id) == (1, shop.owner.user_id)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"name": ""}, "Fill this in"), ({"scopes": []}, "at least one thing"), ({"scopes": ["orders:read", "buy"]}, "A shop does not buy"),
        ({"whom": "00000000-0000-0000-0000-000000000001"}, "Choose one of the list"), ({"days": "7"}, "Choose one of the list"),
    ],
)  # fmt: skip
def test_what_cannot_be_made_is_told_beside_the_field_and_nothing_typed_is_lost(front, trade, changed, told):
    shop = trade.shop_of()
    visitor = front.member(shop.owner)
    fields = {"name": "Warehouse", "whom": str(shop.id), "scopes": ["orders:read"], "days": "90", **changed}
    answer = visitor.send(visitor.look("/account/tokens"), "/account/tokens", **fields)
    assert (answer.status_code, told in answer.get_data(as_text=True)) == (422, True)
    assert ('value="Warehouse"' in answer.get_data(as_text=True)) is ("name" not in changed)


def test_a_revoked_token_opens_nothing_from_the_next_request_on(front, trade):
    shop = trade.shop_of()
    program = Program(front.app, a_token(shop.owner, "orders:read"))
    program.ask("GET", "/shop/orders")
    owner, stranger = front.member(shop.owner), front.member(trade.person())
    action = f"/account/tokens/{only_token().id}/revoke"
    page = owner.look("/account/tokens")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', stranger.look("/account/tokens"))[1]
    assert stranger.browser.post(action, data={"csrf_token": token}).status_code == 404
    program.ask("GET", "/shop/orders")
    assert owner.send(page, action).status_code == 303
    assert owner.send(page, action).status_code == 303
    answer = program.send("GET", "/shop/orders")
    assert (answer.status_code, answer.json["code"]) == (401, "token-unknown")
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    with reading() as session:
        assert len(session.scalars(select(AuditEntry).where(AuditEntry.action == "token.revoke")).all()) == 1


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (None, "token-missing"), ("", "token-missing"), ("Basic YTpi", "token-missing"), ("Bearer", "token-missing"),
        ("Bearer x", "token-unknown"), ("Bearer phsar_aaaaaaaa_" + "A" * 43, "token-unknown"), ("Bearer " + "ក" * 50, "token-unknown"),
    ],
)  # fmt: skip
def test_who_does_not_say_who_asks_is_told_how(front, sent, code):
    headers = {"Authorization": sent} if sent is not None else {}
    answer = Program(front.app).send("GET", "/orders", **headers)
    assert (answer.status_code, answer.json["code"]) == (401, code)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_cookie_opens_nothing_of_the_api(front, trade):
    shop = trade.shop_of()
    for path in ("/orders", "/shop/orders", "/shop/listings"):
        assert front.member(shop.owner).browser.get(f"/api/v1{path}").status_code == 401


def test_a_missing_scope_is_named(front, trade):
    shop = trade.shop_of()
    answer = Program(front.app, a_token(shop.owner, "listings:read")).send("GET", "/shop/orders")
    assert (answer.status_code, answer.json["code"]) == (403, "scope-missing")
    assert answer.json["values"] == {"scope": "orders:read"}
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="insufficient_scope", scope="orders:read"'


def test_who_loses_the_role_takes_it_from_every_token_at_once(front, trade):
    shop, helper = trade.shop_of(), trade.person()
    with transaction() as session:
        grant_role(session, granted_by=None, organization_id=shop.id, user_id=helper.user_id, role="sales")
        helper = type(helper)(helper.user_id, shop.owner.memberships)
    of_shop, of_person = (Program(front.app, a_token(helper, "orders:read", shop=one)) for one in (shop.id, None))
    of_shop.ask("GET", "/shop/orders")
    of_person.ask("GET", "/shop/orders")
    with transaction() as session:
        session.execute(delete(Member).where(Member.user_id == helper.user_id))
    assert of_shop.ask("GET", "/shop/orders", status=404)["code"] == "shop-not-found"
    assert of_person.ask("GET", "/shop/orders", status=404)["code"] == "shop-not-found"


def test_an_erased_or_closed_person_acts_by_no_token(front, trade):
    closed, erased = trade.person(), trade.person()
    programs = [Program(front.app, a_token(person, "buy")) for person in (closed, erased)]
    for program in programs:
        program.ask("GET", "/orders")
    with transaction() as session:
        forget_user(session, closed.user_id, now=datetime.now(UTC))
        erase_account(session, erased.user_id, now=datetime.now(UTC))
    for program in programs:
        program.ask("GET", "/orders", status=401)
    with reading() as session:
        assert [token.user_id for token in session.scalars(select(ApiToken))] == [closed.user_id]


def test_a_token_past_its_time_opens_nothing(front, trade):
    program = Program(front.app, a_token(trade.person(), "buy", days=30))
    program.ask("GET", "/orders")
    with transaction() as session:
        session.execute(update(ApiToken).values(expires_at=datetime.now(UTC)))
    program.ask("GET", "/orders", status=401)


def test_a_token_of_the_operator_opens_only_what_any_person_has(front, trade):
    everything = Program(front.app, a_token(trade.operator))
    assert everything.ask("GET", "/shop/orders", status=404)["code"] == "shop-not-found"
    assert everything.ask("GET", "/orders")["rows"] == []


def test_a_token_of_one_shop_never_reaches_another_of_the_same_person(front, trade):
    first, second = trade.shop_of(), trade.shop_of(name="Mekong Silk")
    with transaction() as session:
        owner = first.owner.user_id
        grant_role(session, granted_by=None, organization_id=second.id, user_id=owner, role="owner")
    bound, free = Program(front.app, a_token(first.owner, shop=first.id)), Program(front.app, a_token(first.owner))
    bound.ask("GET", f"/shop/orders?shop={second.id}", status=404)
    bound.ask("GET", f"/shop/orders?shop={first.id}")
    bound.ask("GET", "/shop/orders")
    free.ask("GET", f"/shop/orders?shop={second.id}")
    assert free.ask("GET", "/shop/orders", status=422)["code"] == "shop-not-named"


def test_the_last_use_is_kept_to_the_hour(front, trade):
    program = Program(front.app, a_token(trade.person(), "buy"))
    program.ask("GET", "/orders")
    first = only_token().last_used_at
    assert datetime.now(UTC) - first < timedelta(minutes=1)
    asked: list[str] = []
    event.listen(Engine, "before_cursor_execute", note := lambda *args: asked.append(args[2]))
    program.ask("GET", "/orders")
    event.remove(Engine, "before_cursor_execute", note)
    assert asked
    assert not [one for one in asked if one.startswith(("UPDATE", "INSERT"))]
    assert only_token().last_used_at == first
    with transaction() as session:
        session.execute(update(ApiToken).values(last_used_at=first - timedelta(hours=2)))
    program.ask("GET", "/orders")
    assert only_token().last_used_at > first


def test_a_token_has_so_many_requests_a_minute_and_is_told_how_many_are_left(front, trade):
    limiter.enabled = True
    app = create_app(front.settings)
    one, other = (Program(app, a_token(trade.person(), "buy")) for _ in range(2))
    try:
        first, second = one.send("GET", "/orders"), one.send("GET", "/orders/7F3K2MQ")
        assert first.headers["RateLimit-Policy"] == '"token";q=600;w=60'
        left = [int(re.search(r"r=(\d+)", answer.headers["RateLimit"])[1]) for answer in (first, second)]
        assert left == [599, 598]
        with transaction() as session:
            session.execute(update(RateCount).values(hits=600))
        over = one.send("GET", "/orders")
        assert (over.status_code, over.json["code"]) == (429, "too-many-requests")
        assert 0 < int(over.headers["Retry-After"]) <= 60
        assert "r=0" in over.headers["RateLimit"]
        assert "r=599" in other.send("GET", "/orders").headers["RateLimit"]
    finally:
        limiter.enabled = False


def test_no_line_of_the_log_holds_a_token(front, trade, capfd):
    secret = a_token(trade.person(), "buy")
    program = Program(front.app, secret)
    program.ask("GET", "/orders")
    program.ask("GET", "/shop/listings", status=403)
    Program(front.app, secret + "x").ask("GET", "/orders", status=401)
    said = "".join(capfd.readouterr())
    assert secret not in said
    assert secret.rpartition("_")[2][:20] not in said


def test_the_document_names_the_scheme_and_the_scope_of_each_operation(front):
    document = front.app.test_client().get("/api/v1/openapi.json").json
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert document["paths"]["/api/v1/shop/orders"]["get"]["security"] == [{"token": ["orders:read"]}]
    assert "security" not in document["paths"]["/api/v1/listings"]["get"]
