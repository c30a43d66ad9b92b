"""Erasing a person takes what was told of them along, and the files of their documents."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from app.db.session import in_transaction, reading, transaction
from app.identity.actions.invite_member import invite_member
from app.identity.jobs import forget_invitations
from app.identity.models import MemberInvitation, Organization, User
from app.parties.models import Dossier
from app.privacy.actions.erase_person import erase_account
from app.privacy.parts import PARTS
from app.privacy.queries import subject_of_account
from tests.identity.test_members import with_role
from tests.parties.test_approval import OWNER, files, new_shop, papers_of, upload
from tests.support.front import Front
from tests.support.trade import Shop, Trade


def erase(user_id: UUID | None, session: Any = None) -> None:
    assert user_id is not None
    erase_account(session, user_id, now=datetime.now(UTC))


def invited(shop: Shop, email: str) -> None:
    with transaction() as session:
        invite_member(
            session, shop.owner, shop.id, email=email, role="sales", form_token=uuid4(), locale="en",
            now=datetime.now(UTC),
        )  # fmt: skip


def test_a_person_erased_with_their_shop_leaves_no_document_and_no_name(front: Front, trade: Trade) -> None:
    shop = new_shop(trade, kind="private_person")
    owner = front.member(shop.owner)
    owner.fill(f"/desk/approval/identity?shop={shop.id}", kind="private_person", legal_name="Zebulon Vandermeer")
    owner.fill(f"/desk/approval/numbers?shop={shop.id}", registration="", tax="K001-123456789")
    upload(owner, shop, kind="identity")
    invited(shop, "friend@people.example")
    invited(trade.shop_of(name="Mekong Silk"), OWNER)
    in_transaction(partial(erase, shop.owner.user_id))
    front.work()
    assert (papers_of(shop), files(front)) == ([], [])
    with reading() as session:
        told = session.get_one(Dossier, shop.id)
        assert (told.legal_name, told.tax_number) == ("", "")
        assert session.query(MemberInvitation).count() == 0
        assert session.get_one(Organization, shop.id).status == "closed"


def test_a_copy_of_ones_data_has_what_was_told_and_who_invited(front: Front, trade: Trade) -> None:
    shop = new_shop(trade)
    with transaction() as session:
        session.get_one(User, shop.owner.user_id).confirmed_at = datetime.now(UTC)
    owner = front.member(shop.owner)
    owner.fill(f"/desk/approval/identity?shop={shop.id}", kind="company", legal_name="Sothy Co., Ltd.")
    upload(owner, shop, kind="tax", name="tax.pdf")
    invited(trade.shop_of(name="Mekong Silk"), OWNER)
    with reading() as session:
        subject = subject_of_account(session, shop.owner.user_id)
        rows = {part: PARTS[part][1](session, subject) for part in ("shops", "documents", "invitations")}
    assert [row["legal_name"] for row in rows["shops"]] == ["Sothy Co., Ltd."]
    assert [row["name"] for row in rows["documents"]] == ["tax.pdf"]
    assert [(row["shop"], row["role"]) for row in rows["invitations"]] == [("Mekong Silk", "sales")]


def test_two_owners_who_go_at_the_same_time_do_not_leave_an_open_shop_to_nobody(trade: Trade) -> None:
    shop = trade.shop_of()
    partner = with_role(trade, shop, "owner")
    doors = Barrier(2)

    def go(user_id: UUID) -> None:
        doors.wait()
        in_transaction(partial(erase, user_id))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(go, (shop.owner.user_id, partner.user_id)))
    with reading() as session:
        assert session.get_one(Organization, shop.id).status == "closed"


def test_addresses_of_people_who_never_came_are_forgotten_after_a_month(trade: Trade) -> None:
    shop = trade.shop_of()
    invited(shop, "old@people.example")
    invited(shop, "new@people.example")
    with transaction() as session:
        old = session.scalars(select(MemberInvitation).where(MemberInvitation.email == "old@people.example")).one()
        old.expires_at = datetime(2026, 1, 1, tzinfo=UTC)
    forget_invitations()
    with reading() as session:
        assert list(session.scalars(select(MemberInvitation.email))) == ["new@people.example"]
