"""A shop's people: invited by mail, with a role each, and never without an owner."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.db.session import in_transaction, reading, transaction
from app.errors import DomainError
from app.identity.actions.accept_invitation import accept_invitation
from app.identity.actions.change_member import change_role, hand_over, remove_member
from app.identity.actions.grant_role import grant_role
from app.identity.actions.invite_member import invite_member, send_invitation_again, withdraw_invitation
from app.identity.actor import Actor
from app.identity.desks import SELLER_DESK
from app.identity.errors import (
    InvitationNotFound,
    InvitedAlready,
    InvitedByAnotherAddress,
    LastOwnerStays,
    MemberAlready,
    MemberNotFound,
    ShopNotFound,
)
from app.identity.models import Member, MemberInvitation, User
from app.identity.queries import actor_of, members_of
from app.identity.rules.invitations import LASTS, hash_of
from app.notify.models import OutgoingMail
from app.notify.queries import mailbox
from tests.support.front import Front
from tests.support.queries import queries_of
from tests.support.trade import Shop, Trade

EMAIL, PASSWORD = "sophea@people.example", "three green words"
LINK = re.compile(r"/join/[\w-]+")


def invited(shop: Shop, *, email: str = EMAIL, role: str = "sales", **more: Any) -> MemberInvitation:
    said = {"form_token": uuid4(), "locale": "en", "now": datetime.now(UTC), **more}
    with transaction() as session:
        return invite_member(session, shop.owner, shop.id, email=email, role=role, **said)


def links(email: str = EMAIL) -> list[str]:
    """Of the mails to this address, the newest first."""
    with reading() as session:
        return [found[0] for mail in mailbox(session, recipient=email).rows if (found := LINK.findall(mail.body))]


def secret(email: str = EMAIL) -> str:
    return links(email)[0].rpartition("/")[2]


def confirmed(trade: Trade, email: str = EMAIL) -> Actor:
    person = trade.person(email)
    with transaction() as session:
        session.get_one(User, person.user_id).confirmed_at = datetime.now(UTC)
    return person


def with_role(trade: Trade, shop: Shop, role: str) -> Actor:
    person = trade.person()
    with transaction() as session:
        grant_role(session, granted_by=None, organization_id=shop.id, user_id=person.user_id, role=role)
        return actor_of(session, person.user_id)


def member_id(shop: Shop, actor: Actor) -> UUID:
    with reading() as session:
        found = session.scalar(
            select(Member.id).where(Member.organization_id == shop.id, Member.user_id == actor.user_id)
        )
        assert found is not None
        return found


def roles(shop: Shop) -> list[str]:
    with reading() as session:
        return sorted(session.scalars(select(Member.role).where(Member.organization_id == shop.id)))


def acts(shop: Shop) -> list[str]:
    with reading() as session:
        wanted = select(AuditEntry.action).where(
            AuditEntry.subject_id == shop.id, AuditEntry.action.startswith("member.")
        )
        return list(session.scalars(wanted.order_by(AuditEntry.at, AuditEntry.id)))


def test_somebody_new_registers_from_the_link_comes_back_and_joins(front: Front, trade: Trade) -> None:
    shop = trade.shop_of(name="Sothy's Farm")
    owner = front.member(shop.owner)
    sent = owner.fill(f"/desk/members/invite?shop={shop.id}", email=EMAIL.title(), role="warehouse")
    assert sent.status_code == 303
    (link,) = links()
    newcomer = front.visitor()
    page = newcomer.look(link)
    assert "Sothy&#39;s Farm" in page
    assert "Warehouse" in page
    assert f"/register?next={link}".replace("/join/", "%2Fjoin%2F") in page or f"/register?next={link}" in page
    newcomer.fill(f"/register?next={link}", name="Sophea", email=EMAIL, password=PASSWORD)
    with reading() as session:
        (confirm,) = re.findall(r"/confirm/\S+", "".join(m.body for m in mailbox(session, recipient=EMAIL).rows))
    assert newcomer.fill(confirm).headers["Location"] == link
    joined = newcomer.fill(link)
    assert joined.headers["Location"] == f"/desk?shop={shop.id}"
    assert newcomer.look(f"/desk/orders?shop={shop.id}")
    newcomer.look(f"/desk/money?shop={shop.id}", status=404)
    listed = owner.look(f"/desk/members?shop={shop.id}")
    assert "Sophea" in listed
    assert "Nobody is invited just now." in listed
    assert acts(shop) == ["member.invite", "member.join"]


def test_only_a_hash_of_the_secret_is_kept(trade: Trade) -> None:
    shop = trade.shop_of()
    invitation = invited(shop)
    assert invitation.secret_hash == hash_of(secret())
    with reading() as session:
        kept = str(session.execute(select(MemberInvitation.__table__)).all())
    assert secret() not in kept


def test_the_link_works_for_the_invited_address_alone(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    invited(shop)
    other, unconfirmed = confirmed(trade, "other@people.example"), trade.person(EMAIL)
    for person in (other, unconfirmed):
        with pytest.raises(InvitedByAnotherAddress), transaction() as session:
            accept_invitation(session, person, secret(), now=datetime.now(UTC))
    page = front.member(other).look(links()[0])
    assert "You are signed in with another account." in page
    assert roles(shop) == ["owner"]


def test_a_link_ends_when_it_is_used_withdrawn_too_old_or_replaced(front: Front, trade: Trade) -> None:
    shop, me = trade.shop_of(), confirmed(trade)
    now = datetime.now(UTC)
    invitation = invited(shop)
    first = secret()
    with transaction() as session:
        send_invitation_again(session, shop.owner, invitation.id, now=now + timedelta(hours=1))
    second = secret()
    assert first != second
    late = now + timedelta(hours=1) + LASTS
    for key, at in ((first, now), (second, late)):
        with pytest.raises(InvitationNotFound), transaction() as session:
            accept_invitation(session, me, key, now=at)
    with transaction() as session:
        withdraw_invitation(session, shop.owner, invitation.id, now=now)
    with pytest.raises(InvitationNotFound), transaction() as session:
        accept_invitation(session, me, second, now=now)
    assert "This invitation is over" in front.member(me).look(f"/join/{second}")
    front.visitor().look(f"/join/{first}", status=404)
    invited(shop)
    for _ in range(2):  # pressed twice
        with transaction() as session:
            accept_invitation(session, me, secret(), now=now)
    assert roles(shop) == ["owner", "sales"]
    with pytest.raises(InvitationNotFound), transaction() as session:
        remove_member(session, shop.owner, shop.id, member_id(shop, me))
        accept_invitation(session, me, secret(), now=now)


def test_the_same_form_twice_and_send_again_twice_write_one_mail_each(trade: Trade) -> None:
    shop, token, now = trade.shop_of(), uuid4(), datetime.now(UTC)
    first, again = invited(shop, form_token=token), invited(shop, form_token=token)
    assert first.id == again.id
    for _ in range(2):
        with transaction() as session:
            send_invitation_again(session, shop.owner, first.id, now=now + timedelta(hours=1))
    assert len(links()) == 2


def test_an_address_is_invited_once_and_a_member_not_at_all(trade: Trade) -> None:
    shop, me = trade.shop_of(), confirmed(trade)
    invited(shop)
    with pytest.raises(InvitedAlready):
        invited(shop)
    with transaction() as session:
        accept_invitation(session, me, secret(), now=datetime.now(UTC))
    with pytest.raises(MemberAlready):
        invited(shop)


def test_the_mail_is_in_the_language_of_whoever_reads_it(trade: Trade) -> None:
    shop, me = trade.shop_of(), confirmed(trade)
    with transaction() as session:
        session.get_one(User, me.user_id).locale = "km"
    invited(shop, locale="en")
    with reading() as session:
        assert session.scalar(select(OutgoingMail.locale).where(OutgoingMail.recipient == EMAIL)) == "km"


@pytest.mark.parametrize("role", ["owner", "sales", "warehouse", "accountant"])
def test_the_menu_of_the_desk_leads_everybody_to_all_pages_that_are_theirs_and_to_no_other(
    front: Front, trade: Trade, role: str
) -> None:
    shop = trade.shop_of()
    clerk = front.member(with_role(trade, shop, role))
    menu = clerk.look("/desk").split('<nav class="side"', 1)[1].split("</nav>", 1)[0]
    shown = set(re.findall(r'<li><a href="([^"]+)"', menu))
    theirs = {item.path for item in SELLER_DESK.items if clerk.browser.get(item.path).status_code == 200}
    assert shown == theirs
    assert "/desk/orders" in shown


@pytest.mark.parametrize("role", ["sales", "warehouse", "accountant"])
def test_only_an_owner_changes_who_works_there(front: Front, trade: Trade, role: str) -> None:
    shop, other = trade.shop_of(), trade.shop_of(name="Mekong Silk")
    clerk = with_role(trade, shop, role)
    invitation, now = invited(shop), datetime.now(UTC)
    for actor in (clerk, other.owner, trade.person(), trade.operator):
        for refused in (
            lambda s, a=actor: invite_member(
                s, a, shop.id, email="x@people.example", role="owner", form_token=uuid4(), locale="en", now=now
            ),
            lambda s, a=actor: send_invitation_again(s, a, invitation.id, now=now + timedelta(hours=1)),
            lambda s, a=actor: withdraw_invitation(s, a, invitation.id, now=now),
            lambda s, a=actor: change_role(s, a, shop.id, member_id(shop, clerk), "owner"),
            lambda s, a=actor: hand_over(s, a, shop.id, member_id(shop, clerk), keep="sales"),
            lambda s, a=actor: remove_member(s, a, shop.id, member_id(shop, shop.owner)),
        ):
            with pytest.raises((ShopNotFound, InvitationNotFound, MemberNotFound)), transaction() as session:
                refused(session)
    assert roles(shop) == sorted(["owner", role])
    page = front.member(clerk).look(f"/desk/members?shop={shop.id}")
    assert EMAIL not in page
    assert "Invite somebody" not in page
    front.member(other.owner).look(f"/desk/members?shop={shop.id}", status=404)


def test_a_member_of_another_shop_is_not_reached_through_ones_own(trade: Trade) -> None:
    shop, other = trade.shop_of(), trade.shop_of(name="Mekong Silk")
    theirs = member_id(other, other.owner)
    for change in (
        lambda s: change_role(s, shop.owner, shop.id, theirs, "sales"),
        lambda s: remove_member(s, shop.owner, shop.id, theirs),
        lambda s: hand_over(s, shop.owner, shop.id, theirs, keep="sales"),
    ):
        with pytest.raises(MemberNotFound), transaction() as session:
            change(session)
    assert roles(other) == ["owner"]


def test_a_removed_member_is_shut_out_at_once(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    clerk = with_role(trade, shop, "sales")
    at_work, owner = front.member(clerk), front.member(shop.owner)
    at_work.look(f"/desk/goods?shop={shop.id}")
    removed = owner.fill(f"/desk/members/{member_id(shop, clerk)}/remove?shop={shop.id}")
    assert removed.status_code == 303
    at_work.look(f"/desk/goods?shop={shop.id}", status=404)
    assert acts(shop)[-1] == "member.remove"


def test_a_changed_role_counts_at_once(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    clerk = with_role(trade, shop, "accountant")
    at_work, owner = front.member(clerk), front.member(shop.owner)
    at_work.look(f"/desk/money?shop={shop.id}")
    path = f"/desk/members/{member_id(shop, clerk)}/role?shop={shop.id}"
    assert owner.fill(path, role="warehouse").status_code == 303
    at_work.look(f"/desk/money?shop={shop.id}", status=404)
    assert owner.fill(path, role="king").status_code == 422
    assert acts(shop)[-1] == "member.change_role"


def test_the_last_owner_neither_leaves_nor_gives_the_role_away(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    mine = member_id(shop, shop.owner)
    with pytest.raises(LastOwnerStays), transaction() as session:
        remove_member(session, shop.owner, shop.id, mine)
    with pytest.raises(LastOwnerStays), transaction() as session:
        change_role(session, shop.owner, shop.id, mine, "sales")
    answer = front.member(shop.owner).fill(f"/desk/members/{mine}/remove?shop={shop.id}")
    assert answer.status_code == 422
    assert "Make somebody else an owner first." in answer.get_data(as_text=True)


def test_a_shop_is_handed_over(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    clerk = with_role(trade, shop, "sales")
    path = f"/desk/members/{member_id(shop, clerk)}/owner?shop={shop.id}"
    assert front.member(shop.owner).fill(path, keep="accountant").status_code == 303
    with reading() as session:
        assert actor_of(session, clerk.user_id).member_of(shop.id, {"owner"})
        assert actor_of(session, shop.owner.user_id).member_of(shop.id, {"accountant"})
    assert acts(shop)[-1] == "member.hand_over"


def test_a_shop_handed_over_by_a_double_click_is_handed_over_once_and_nobody_is_turned_away(
    front: Front, trade: Trade
) -> None:
    shop = trade.shop_of()
    clerk, other = with_role(trade, shop, "sales"), with_role(trade, shop, "accountant")
    path = f"/desk/members/{member_id(shop, clerk)}/owner?shop={shop.id}"
    owner = front.member(shop.owner)
    form = owner.look(path)
    answers = [owner.send(form, path, keep="accountant") for _ in range(2)]
    assert [one.headers.get("Location") for one in answers] == [f"/desk/members?shop={shop.id}"] * 2
    assert "has a new owner." in owner.look(f"/desk/members?shop={shop.id}")
    assert acts(shop).count("member.hand_over") == 1
    assert roles(shop) == ["accountant", "accountant", "owner"]
    owner.look(path, status=404)
    assert front.member(other).send(form, path, keep="sales").status_code in {400, 404}
    with pytest.raises(ShopNotFound), transaction() as session:
        hand_over(session, other, shop.id, member_id(shop, clerk), keep="sales")


def test_two_handovers_at_once_are_one(trade: Trade) -> None:
    shop = trade.shop_of()
    clerk = with_role(trade, shop, "sales")
    target, doors = member_id(shop, clerk), Barrier(2)

    def work(session: Any) -> None:
        doors.wait()
        hand_over(session, shop.owner, shop.id, target, keep="sales")

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(in_transaction, work) for _ in range(2)]:
            done.result()
    assert roles(shop) == ["owner", "sales"]
    assert acts(shop).count("member.hand_over") == 1


def test_everybody_may_leave(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    clerk = with_role(trade, shop, "warehouse")
    left = front.member(clerk).fill(f"/desk/members/{member_id(shop, clerk)}/remove?shop={shop.id}")
    assert left.headers["Location"] == "/account"
    assert roles(shop) == ["owner"]
    assert acts(shop)[-1] == "member.leave"


@pytest.mark.parametrize("what", ["remove", "step down", "leave"])
def test_two_owners_at_once_never_leave_a_shop_without_one(trade: Trade, what: str) -> None:
    shop = trade.shop_of()
    partner = with_role(trade, shop, "owner")
    ids = {actor.user_id: member_id(shop, actor) for actor in (shop.owner, partner)}
    doors = Barrier(2)

    def one(me: Actor, other: Actor) -> str:
        def work(session: Any) -> None:
            doors.wait()
            if what == "remove":
                remove_member(session, me, shop.id, ids[other.user_id])
            elif what == "leave":
                remove_member(session, me, shop.id, ids[me.user_id])
            else:
                change_role(session, me, shop.id, ids[me.user_id], "sales")

        return _outcome(lambda: in_transaction(work))

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(one, (shop.owner, partner), (partner, shop.owner)))
    assert done.count("done") == 1
    assert roles(shop).count("owner") == 1


def _outcome(work: Callable[[], Any]) -> str:
    try:
        work()
    except DomainError as refused:
        return refused.code
    return "done"


def test_a_list_of_many_people_asks_as_often_as_of_one(trade: Trade) -> None:
    shop = trade.shop_of()
    with reading() as session:
        one = queries_of(session, lambda: members_of(session, shop.owner, shop.id))
    for _ in range(60):
        with_role(trade, shop, "sales")
    with reading() as session:
        many = queries_of(session, lambda: members_of(session, shop.owner, shop.id))
        page = members_of(session, shop.owner, shop.id)
        rest = members_of(session, shop.owner, shop.id, cursor=page.next_cursor)
    assert many == one
    assert (len(page.rows), len(rest.rows)) == (50, 11)
