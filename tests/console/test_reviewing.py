"""The operator's look at a shop: all it told, what is odd about it, and each decision with its reason."""

import re

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.console.queries import needs
from app.console.rules import NeedKind
from app.db.session import reading, transaction
from app.identity.errors import OperatorNeeded
from app.parties.jobs import look_at_names
from app.parties.models import ShopLook
from app.parties.queries import file_for_operator, history_of, name_hints, sent_for_review
from tests.parties.test_approval import OWNER, letters, new_shop, papers_of, review_of, sent_shop, tell_all, upload
from tests.support.front import Front
from tests.support.queries import queries_of
from tests.support.trade import Trade


def test_what_was_sent_waits_for_the_operator_and_what_is_unfinished_does_not(front: Front, trade: Trade) -> None:
    new_shop(trade, name="Unfinished", email=None)
    shop = sent_shop(front, name="Sothy's Farm")
    with reading() as session:
        (need,) = [need for need in needs(session, trade.operator) if need.kind is NeedKind.SHOP]
    assert (need.which, need.path) == ("Sothy's Farm", "/console/shops?status=sent")
    queue = front.member(trade.operator).look("/console/shops?status=sent")
    assert f"/console/shops/{shop.id}" in queue
    assert "Unfinished" not in queue


def test_the_page_of_a_shop_shows_all_it_told_and_warns(front: Front, trade: Trade) -> None:
    trade.shop_of(name="Sothys Farm")
    shop = new_shop(trade, name="S\u043ethy's Farm")
    owner = tell_all(front, shop)
    owner.fill(f"/desk/approval/numbers?shop={shop.id}", registration="12", tax="")
    page = front.member(trade.operator).look(f"/console/shops/{shop.id}")
    for said in (
        "Sothy Co., Ltd.",
        OWNER,
        "The name looks like that of another shop",
        "Sothys Farm",
        "A mixed word in the name",
        "It is not written as such numbers are there.",
        "A shop of this kind has one, and none was told.",
        "Certificate of registration or licence",
        "Given on",
    ):
        assert said in page, said
    pills = re.findall(r'<span class="pill[^>]*>(.*?)</span>', page, re.DOTALL)
    assert pills
    assert all(len(pill) < 40 for pill in pills), "a sentence does not fit into a pill on a phone"


def test_a_name_that_was_never_looked_at_is_looked_at_by_a_job(trade: Trade) -> None:
    shop, alike = trade.shop_of(name="Sothy's Farm"), trade.shop_of(name="5othys Farm")
    with transaction() as session:
        session.query(ShopLook).delete()
    look_at_names()
    with reading() as session:
        found = file_for_operator(session, trade.operator, shop.id)
        assert [one.id for one in name_hints(session, trade.operator, found.shop).alike] == [alike.id]


def test_each_decision_is_taken_on_its_page_with_a_reason_and_told(front: Front, trade: Trade) -> None:
    shop = sent_shop(front)
    operator, path = front.member(trade.operator), f"/console/shops/{shop.id}"
    assert operator.fill(f"{path}/more", reason="").status_code == 422
    assert operator.fill(f"{path}/more", reason="Nobody can read page 2.").status_code == 303
    assert "Nobody can read page 2." in letters()[0]
    assert operator.fill(f"{path}/reject", reason="No medicine.").status_code == 303
    assert review_of(shop) == ("rejected", "rejected")
    assert operator.send(operator.look(path), f"{path}/approve").status_code == 303
    assert review_of(shop) == ("accepted", "approved")
    assert operator.fill(f"{path}/suspend", reason="Sent something else.").status_code == 303
    assert "Sent something else." in letters()[0]
    assert "Sent something else." in front.member(shop.owner).look(f"/desk/approval?shop={shop.id}")
    assert operator.send(operator.look(path), f"{path}/approve").status_code == 303
    assert "is open again" in letters()[0]
    history = operator.look(path)
    for line in ("Sent for review", "Asked for more", "Not accepted", "Taken off the market", "Back on the market"):
        assert line in history, line


def test_a_decision_about_an_older_version_is_refused_and_nothing_typed_is_lost(front: Front, trade: Trade) -> None:
    shop = sent_shop(front)
    operator, path = front.member(trade.operator), f"/console/shops/{shop.id}"
    asking, looking = operator.look(f"{path}/more"), operator.look(path)
    upload(front.member(shop.owner), shop)
    answer = operator.send(asking, f"{path}/more", reason="The tax number is missing.")
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "has changed something since you opened this page" in page
    assert "The tax number is missing." in page
    assert operator.send(looking, f"{path}/approve").status_code == 409
    assert review_of(shop) == ("sent", "pending")


def test_an_operator_who_opens_a_document_is_written_down(front: Front, trade: Trade) -> None:
    shop = sent_shop(front)
    paper = papers_of(shop)[0]
    front.member(shop.owner).look(f"/papers/{paper.id}")
    front.member(trade.operator).look(f"/papers/{paper.id}")
    with reading() as session:
        (act,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "paper.open"))
    assert (act.actor_id, act.details["paper_id"]) == (trade.operator.user_id, str(paper.id))


def test_nobody_else_looks_at_a_shop(front: Front, trade: Trade) -> None:
    shop, other = sent_shop(front), trade.shop_of(name="Mekong Silk")
    for actor in (shop.owner, other.owner, trade.person()):
        front.member(actor).look(f"/console/shops/{shop.id}", status=403)
        for look in (
            lambda s, a=actor: file_for_operator(s, a, shop.id),
            lambda s, a=actor: sent_for_review(s, a),
            lambda s, a=actor: history_of(s, a, shop.id),
        ):
            with pytest.raises(OperatorNeeded), reading() as session:
                look(session)


def test_the_queue_and_a_page_ask_as_often_for_many_rows_as_for_one(front: Front, trade: Trade) -> None:
    shop = sent_shop(front)
    with reading() as session:
        one = queries_of(session, lambda: sent_for_review(session, trade.operator))
        page = queries_of(session, lambda: file_for_operator(session, trade.operator, shop.id))
    for number in range(3):
        sent_shop(front, name=f"Stall {number}", email=f"{number}@people.example")
    for _ in range(10):
        upload(front.member(shop.owner), shop)
    with reading() as session:
        assert queries_of(session, lambda: sent_for_review(session, trade.operator)) == one
        assert queries_of(session, lambda: file_for_operator(session, trade.operator, shop.id)) == page
