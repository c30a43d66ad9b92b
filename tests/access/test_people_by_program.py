"""A shop's program keeps its people: who works there, who is invited, and in which role."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from app.access.people_schemas import ShopInvitationSchema, ShopMemberSchema
from app.audit.models import AuditEntry
from app.db.session import reading, transaction
from app.identity.actions.grant_role import grant_role
from app.identity.actor import Actor
from app.identity.models import Member, MemberInvitation
from app.identity.queries import actor_of
from app.notify.queries import mailbox
from tests.support.front import Front
from tests.support.programs import Program, a_token, as_documented
from tests.support.trade import Shop, Trade

EMAIL = "sophea@people.example"
CLERK = {"email": EMAIL, "role": "warehouse"}


def with_role(trade: Trade, shop: Shop, role: str) -> Actor:
    person = trade.person()
    assert person.user_id is not None
    with transaction() as session:
        grant_role(session, granted_by=None, organization_id=shop.id, user_id=person.user_id, role=role)
        return actor_of(session, person.user_id)


def roles(shop: Shop) -> Sequence[str]:
    with reading() as session:
        return session.scalars(select(Member.role).where(Member.organization_id == shop.id).order_by(Member.role)).all()


def acts(verb: str) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.action == verb)) or 0


def mails() -> int:
    with reading() as session:
        return len(mailbox(session, recipient=EMAIL).rows)


def test_somebody_is_invited_written_to_again_and_taken_back(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    owner = Program(front.app, a_token(shop.owner, "people", shop=shop.id))
    made = owner.twice("POST", "/shop/invitations", CLERK, status=201)
    as_documented(ShopInvitationSchema, made)
    assert (made["state"], made["role"], mails()) == ("open", "warehouse", 1)
    assert owner.ask("POST", "/shop/invitations", CLERK, status=409)["code"] == "invited-already"
    path = f"/shop/invitations/{made['id']}"
    owner.ask("POST", f"{path}/mail")
    assert mails() == 1, "within a minute it is sent once"
    with transaction() as session:
        session.execute(update(MemberInvitation).values(sent_at=datetime.now(UTC) - timedelta(minutes=2)))
    owner.twice("POST", f"{path}/mail")
    assert mails() == 2
    with transaction() as session:
        session.execute(update(MemberInvitation).values(expires_at=datetime.now(UTC)))
    assert [one["state"] for one in owner.ask("GET", "/shop/invitations")["rows"]] == ["late"]
    for _ in range(2):
        owner.ask("DELETE", path, status=204)
    assert owner.ask("GET", "/shop/invitations")["rows"] == []
    assert owner.ask("POST", f"{path}/mail", status=404)["code"] == "invitation-not-found"
    assert acts("member.withdraw_invitation") == 1


def test_who_accepted_by_the_link_is_listed_gets_another_role_and_goes(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    owner = Program(front.app, a_token(shop.owner, "people", shop=shop.id))
    clerk = with_role(trade, shop, "warehouse")
    rows = owner.ask("GET", "/shop/members")["rows"]
    as_documented(ShopMemberSchema, rows[1])
    assert [(one["role"], one["is_me"]) for one in rows] == [("owner", True), ("warehouse", False)]
    first = owner.ask("GET", "/shop/members?size=1")
    assert owner.ask("GET", f"/shop/members?cursor={first['next_cursor']}")["rows"] == rows[1:]
    path = f"/shop/members/{rows[1]['id']}"
    assert owner.ask("GET", path) == rows[1]
    their = Program(front.app, a_token(clerk, "people", "listings:write", shop=shop.id))
    assert owner.twice("PUT", path, {"role": "sales"})["role"] == "sales"
    assert their.ask("GET", path)["role"] == "sales", "the token follows its person"
    owner.ask("DELETE", path, status=204)
    assert owner.ask("DELETE", path, status=404)["code"] == "member-not-found"
    assert their.ask("GET", "/shop/members", status=404)["code"] == "shop-not-found"
    assert (roles(shop), acts("member.change_role"), acts("member.remove")) == (["owner"], 1, 1)


def test_a_shop_gets_another_owner_and_is_never_without_one(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    heir = with_role(trade, shop, "sales")
    owner = Program(front.app, a_token(shop.owner, "people", shop=shop.id))
    mine, other = owner.ask("GET", "/shop/members")["rows"]
    last = {"status": 409}
    assert owner.ask("PUT", f"/shop/members/{mine['id']}", {"role": "sales"}, **last)["code"] == "last-owner-stays"
    assert owner.ask("DELETE", f"/shop/members/{mine['id']}", **last)["code"] == "last-owner-stays"
    path = f"/shop/members/{other['id']}/ownership"
    assert owner.ask("POST", f"/shop/members/{mine['id']}/ownership", {"keep": "sales"}, status=404)
    assert owner.twice("POST", path, {"keep": "accountant"})["role"] == "owner"
    assert (roles(shop), acts("member.hand_over")) == (["accountant", "owner"], 1)
    assert owner.ask("POST", path, {"keep": "owner"}, status=404)["code"] == "shop-not-found"
    Program(front.app, a_token(heir, "people")).ask("DELETE", f"/shop/members/{mine['id']}", status=204)
    assert roles(shop) == ["owner"]


def test_staff_read_names_leave_by_themselves_and_change_nobody(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    clerk = with_role(trade, shop, "accountant")
    owner = Program(front.app, a_token(shop.owner, "people"))
    invitation = owner.ask("POST", "/shop/invitations", CLERK, status=201)["id"]
    their = Program(front.app, a_token(clerk, shop=shop.id))
    boss, mine = their.ask("GET", "/shop/members")["rows"]
    assert (boss["email"], mine["is_me"]) == (None, True)
    assert mine["email"], "one's own is no secret"
    for method, path, body in (
        ("GET", "/shop/invitations", None), ("POST", "/shop/invitations", {**CLERK, "email": "x@people.example"}),
        ("POST", f"/shop/invitations/{invitation}/mail", None), ("DELETE", f"/shop/invitations/{invitation}", None),
        ("GET", f"/shop/members/{boss['id']}", None), ("PUT", f"/shop/members/{mine['id']}", {"role": "owner"}),
        ("POST", f"/shop/members/{mine['id']}/ownership", {"keep": "sales"}),
        ("DELETE", f"/shop/members/{boss['id']}", None),
    ):  # fmt: skip
        their.ask(method, path, body, status=404)
    assert (roles(shop), mails()) == (["accountant", "owner"], 1)
    their.ask("DELETE", f"/shop/members/{mine['id']}", status=204)
    assert roles(shop) == ["owner"]


def test_a_stranger_and_another_shop_of_the_same_person_find_nobody(front: Front, trade: Trade) -> None:
    shop, other = trade.shop_of(), trade.shop_of(name="Mekong Silk")
    owner = Program(front.app, a_token(shop.owner, "people"))
    invitation = owner.ask("POST", "/shop/invitations", CLERK, status=201)["id"]
    (boss,) = owner.ask("GET", "/shop/members")["rows"]
    with transaction() as session:
        assert other.owner.user_id is not None
        grant_role(session, granted_by=None, organization_id=shop.id, user_id=other.owner.user_id, role="owner")
        both = actor_of(session, other.owner.user_id)
    for program in (
        Program(front.app, a_token(trade.shop_of(name="Kep Salt").owner)),
        Program(front.app, a_token(both, shop=other.id)),
    ):
        program.ask("GET", f"/shop/members?shop={shop.id}", status=404)
        program.ask("GET", f"/shop/members/{boss['id']}", status=404)
        program.ask("PUT", f"/shop/members/{boss['id']}", {"role": "sales"}, status=404)
        program.ask("DELETE", f"/shop/members/{boss['id']}", status=404)
        program.ask("POST", f"/shop/invitations/{invitation}/mail", status=404)
        program.ask("DELETE", f"/shop/invitations/{invitation}", status=404)
        program.ask("PUT", f"/shop/members/{uuid4()}", {"role": "sales"}, status=404)
    assert (roles(shop), mails()) == (["owner", "owner"], 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "sophea"}, {"email": ""}, {"email": "a" * 250 + "@people.example"}, {"role": "operator"}, {"role": "approver"},
        {"role": None}, {"email": "x@people.example\nBcc: all@people.example"}, {"shop": "mine"}, {"email": ["a@b.example"]},
    ],
)  # fmt: skip
def test_nobody_is_invited_by_nonsense(front: Front, trade: Trade, wrong: dict[str, object]) -> None:
    shop = trade.shop_of()
    owner = Program(front.app, a_token(shop.owner, "people"))
    owner.ask("POST", "/shop/invitations", {**CLERK, **wrong}, status=422)
    assert owner.ask("GET", "/shop/invitations")["rows"] == []


def test_two_owners_who_remove_each_other_at_once_leave_one(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    second = with_role(trade, shop, "owner")
    programs = [Program(front.app, a_token(one, "people", shop=shop.id)) for one in (shop.owner, second)]
    rows = programs[0].ask("GET", "/shop/members")["rows"]
    with ThreadPoolExecutor(2) as threads:
        asked = [
            threads.submit(programs[mine].send, "DELETE", f"/shop/members/{rows[1 - mine]['id']}") for mine in (0, 1)
        ]
    assert sorted(one.result().status_code for one in asked) == [204, 404]
    assert roles(shop) == ["owner"]
