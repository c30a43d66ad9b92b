"""A firm's program opens a shop, tells who it is step by step, and sends it; a person of the market looks at it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from app.access.shop_schemas import OwnShopSchema
from app.db.session import reading, transaction
from app.identity.actions.approve_shop import approve_shop
from app.identity.actions.grant_role import grant_role
from app.identity.models import Organization
from app.identity.queries import actor_of
from app.parties.actions.decide_review import ask_for_more
from app.parties.models import Dossier
from app.parties.rules.checklist import ATTESTATION_VERSION
from app.parties.schemas import ShopApprovalSchema
from tests.api.test_files_by_program import PDF, a_file
from tests.payouts.test_by_program import ACCOUNT
from tests.support.front import Front
from tests.support.programs import Program, a_token, as_documented
from tests.support.trade import Trade

NEW = {"name": "Sothy's Farm", "kind": "company", "country": "KH", "place": "Kampot", "currency": "USD"}
LEGAL = {"kind": "company", "legal_name": "Sothy Co., Ltd."}
NUMBERS = {"registration": "0001 2345", "tax": "K001-123456789"}
WORD = {"version": ATTESTATION_VERSION}


def steps(told: Any) -> dict[str, bool]:
    return {one["step"]: one["is_done"] for one in told["steps"]}


def count(table: type) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_shop_is_opened_told_sent_asked_for_more_and_approved(front: Front, trade: Trade) -> None:
    program = Program(front.app, a_token(trade.person(), "shop", "papers", "bank", "listings:write"))
    assert program.ask("GET", "/shops")["rows"] == []
    shop = program.twice("POST", "/shops", NEW, status=201)
    as_documented(OwnShopSchema, shop)
    assert (shop["status"], shop["roles"], shop["currency"]) == ("pending", ["owner"], "USD")
    assert program.ask("POST", "/shops", NEW, status=201)["id"] == shop["id"], "the one that waits already"
    told = program.ask("GET", "/shop/approval")
    as_documented(ShopApprovalSchema, told)
    assert (told["review"], set(steps(told).values())) == ("open", {False})
    assert told["missing_papers"] == ["registration", "identity"]
    assert program.ask("POST", "/shop/approval/sending", status=409)["code"] == "steps-missing"
    program.twice("PUT", "/shop/approval/identity", LEGAL)
    told = program.twice("PUT", "/shop/approval/numbers", NUMBERS)
    assert [one["number"] for one in told["numbers"]] == ["00012345", "K001123456789"]
    for kind in told["missing_papers"]:
        program.ask("POST", "/shop/papers", {"kind": kind, **a_file("paper.pdf", PDF)}, status=201)
    program.ask("PUT", "/shop/bank-account", ACCOUNT)
    before = program.ask("GET", "/shop/approval")
    assert (before["may_be_sent"], before["attestation"]["given_at"]) == (False, None)
    assert "true and complete" in before["attestation"]["text"]
    told = program.twice("POST", "/shop/approval/attestation", {"version": before["attestation"]["version"]})
    assert (told["may_be_sent"], all(steps(told).values())) == (True, True)
    sent = program.twice("POST", "/shop/approval/sending")
    assert (sent["review"], sent["may_be_sent"], bool(sent["sent_at"])) == ("sent", False, True)
    assert program.ask("POST", "/shop/approval/sending")["sent_at"] == sent["sent_at"], "sent before, nothing changes"
    _more(trade, shop["id"])
    more = program.ask("GET", "/shop/approval")
    assert (more["review"], more["reason"], more["may_be_sent"]) == ("more", "A clearer picture.", True)
    assert program.ask("POST", "/shop/approval/sending")["review"] == "sent"
    with transaction() as session:
        approve_shop(session, trade.operator, shop["id"])
    assert program.ask("GET", "/shop/approval")["review"] == "accepted"
    assert program.ask("GET", "/shop/profile")["status"] == "approved"


def _more(trade: Trade, shop_id: str) -> None:
    with transaction() as session:
        version = session.get_one(Dossier, shop_id).version
        ask_for_more(session, trade.operator, shop_id, reason="A clearer picture.", seen=version, now=datetime.now(UTC))


def test_what_the_shop_says_about_itself_is_changed_and_looked_at_again_where_it_matters(
    front: Front, trade: Trade
) -> None:
    shop = trade.shop_of(name="Sothy's Farm")
    program = Program(front.app, a_token(shop.owner, "shop", shop=shop.id))
    before = program.ask("GET", "/shop/profile")
    wish = {
        "name": "Sothy's <b>Farm</b>", "kind": before["kind"], "place": "Kep", "handling_days": 5,
        "local_names": {"km": "ចម្ការសុធី"}, "story": {"en": "Our own garden.", "km": ""}, "opening_hours": "8-17",
    }  # fmt: skip
    told = program.twice("PUT", "/shop/profile", wish)
    as_documented(OwnShopSchema, told)
    assert (told["place"], told["handling_days"], told["story"]) == ("Kep", 5, {"en": "Our own garden."})
    same = ("country", "currency", "slug", "time_zone", "status")
    assert [told[name] for name in same] == [before[name] for name in same]
    page = front.visitor().look(f"/s/{told['slug']}")
    assert "Sothy&#39;s &lt;b&gt;Farm&lt;/b&gt;" in page
    for fixed in ({"country": "TH"}, {"currency": "KHR"}, {"slug": "mine"}, {"status": "approved"}):
        program.ask("PUT", "/shop/profile", {**wish, **fixed}, status=422)


SENSELESS = [
    {"name": "x"}, {"name": "..."}, {"kind": "bank"}, {"country": "US"}, {"currency": "THB"}, {"place": ""},
    {"handling_days": -1}, {"handling_days": 61}, {"handling_days": "2"}, {"story": {"en": "x" * 1501}}, {"owner": "me"},
    {"local_names": {"xx": "Farm"}}, {"local_names": []}, {"time_zone": "Mars/Olympus"}, {"name": "Farm\x00"},
]  # fmt: skip


def test_a_shop_that_makes_no_sense_is_not_opened(front: Front, trade: Trade) -> None:
    program = Program(front.app, a_token(trade.person(), "shop"))
    before = count(Organization)
    for change in SENSELESS:
        program.ask("POST", "/shops", {**NEW, **change}, status=422)
    assert count(Organization) == before


def test_opened_twice_at_once_it_is_one(front: Front, trade: Trade) -> None:
    program = Program(front.app, a_token(trade.person(), "shop"))
    with ThreadPoolExecutor(2) as threads:
        asked = [threads.submit(program.ask, "POST", "/shops", NEW, status=201) for _ in range(2)]
    assert len({one.result()["id"] for one in asked}) == 1


TELLING = [
    ("PUT", "/shop/approval/identity", LEGAL), ("PUT", "/shop/approval/numbers", NUMBERS),
    ("POST", "/shop/approval/attestation", WORD), ("POST", "/shop/approval/sending", None), ("GET", "/shop/approval", None),
]  # fmt: skip


def test_only_an_owner_tells_and_sends_and_nobody_reads_it_from_outside(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    person = trade.person()
    with transaction() as session:
        assert person.user_id is not None
        grant_role(session, granted_by=None, organization_id=shop.id, user_id=person.user_id, role="sales")
        clerk = actor_of(session, person.user_id)
    their = Program(front.app, a_token(clerk, shop=shop.id))
    stranger = Program(front.app, a_token(trade.shop_of(name="Mekong Silk").owner))
    profile = {"name": "Mine now", "kind": "company", "place": "Kep"}
    dossiers = count(Dossier)
    for program, where in ((their, ""), (stranger, f"?shop={shop.id}")):
        for method, path, body in (*TELLING, ("PUT", "/shop/profile", profile)):
            assert program.ask(method, path + where, body, status=404)["code"] == "shop-not-found"
    assert their.ask("GET", "/shop/profile")["roles"] == ["sales"]
    stranger.ask("GET", f"/shop/profile?shop={shop.id}", status=404)
    assert count(Dossier) == dossiers
    of_shop = Program(front.app, a_token(shop.owner, "shop", shop=shop.id))
    assert of_shop.ask("POST", "/shops", NEW, status=403)["code"] == "token-of-a-shop"
    assert [one["id"] for one in of_shop.ask("GET", "/shops")["rows"]] == [str(shop.id)]


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("identity", {**LEGAL, "legal_name": ""}), ("identity", {**LEGAL, "legal_name": "x" * 121}), ("identity", {**LEGAL, "kind": "market"}),
        ("identity", {"kind": "company"}), ("numbers", {"registration": "1"}), ("numbers", {**NUMBERS, "tax": "x" * 41}),
        ("numbers", {**NUMBERS, "tax": None}), ("numbers", {**NUMBERS, "vat": "1"}),
    ],
)  # fmt: skip
def test_nonsense_is_not_kept(front: Front, trade: Trade, path: str, wrong: dict[str, Any]) -> None:
    program = Program(front.app, a_token(trade.person(), "shop"))
    program.ask("POST", "/shops", NEW, status=201)
    program.ask("PUT", f"/shop/approval/{path}", wrong, status=422)
    for word in ({"version": "2020-01"}, {}, {"version": True}):
        program.ask("POST", "/shop/approval/attestation", word, status=422)
    assert set(steps(program.ask("GET", "/shop/approval")).values()) == {False}
