"""What a person wrote is in the copy of their data, and is gone when they have it erased."""

import io

from sqlalchemy import text

from app.db.session import reading, transaction
from app.identity.models import User
from app.messages.models import Message
from app.notify.models import Notification
from app.orders.actions.confirm_receipt import confirm_receipt
from app.privacy.actions.erase_person import erase_account, erase_checkout
from app.privacy.parts import PARTS
from app.privacy.queries import subject_of_account
from app.privacy.rules import Subject
from tests.messages.talking import ask
from tests.messages.test_files import PDF
from tests.support.front import Front
from tests.support.trade import Trade, buyer_of

WORD = "zebulon"


def tables_with(word: str) -> list[str]:
    names = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    with reading() as session:
        return [
            name
            for name in session.scalars(names).all()
            if session.scalar(
                text(f"SELECT EXISTS (SELECT FROM {name} AS t WHERE t::text ILIKE :w)"), {"w": f"%{word}%"}
            )
        ]


def test_a_buyers_conversations_are_copied_and_erased_on_both_sides(front: Front, trade: Trade) -> None:
    shop, account = trade.shop_of(), trade.person("zebulon@people.example")
    with transaction() as session:
        session.get_one(User, account.user_id).name = "Zebulon"
    buyer, owner = front.member(account), front.member(shop.owner)
    path = ask(buyer, trade.goods(shop), "Zebulon asks.", files=[(io.BytesIO(PDF), "zebulon.pdf")])
    owner.fill(f"/desk{path}", body="Dear Zebulon, yes.")
    with reading() as session:
        answer = session.query(Message).filter_by(side="shop").one()
    buyer.fill(f"/messages/report/{answer.id}", reason="other", text="Zebulon minds.")
    buyer.send(buyer.look(path), f"{path}/block")
    with reading() as session:
        subject = subject_of_account(session, account.user_id)
        found = {name: PARTS[name][1](session, subject) for name in ("conversations", "reports", "news")}
    assert [(row["written_by"], row["text"]) for row in found["conversations"]] == [
        ("buyer", "Zebulon asks."), ("shop", "Dear Zebulon, yes."),
    ]  # fmt: skip
    assert found["conversations"][0]["files"] == "zebulon.pdf"
    assert found["reports"][0]["text"] == "Zebulon minds."
    assert found["news"][0]["kind"] == "messages.listing"
    with transaction() as session:
        erase_account(session, account.user_id, now=trade.now())
    assert tables_with(WORD) == []
    assert "was erased" in owner.look(f"/desk{path}")
    assert "No messages yet" in owner.look("/desk/messages")
    with reading() as session:
        assert session.query(Notification).filter_by(user_id=account.user_id).count() == 0


def test_what_a_shop_was_told_by_somebody_who_works_for_it_stays_the_shops(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    buyer, owner = front.member(trade.person()), front.member(shop.owner)
    path = ask(buyer, trade.goods(shop), "Hello.")
    owner.fill(f"/desk{path}", body="Good day.")
    with transaction() as session:
        erase_account(session, shop.owner.user_id, now=trade.now())
    assert "Good day." in buyer.look(path)


def test_a_guests_conversation_goes_with_the_order(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    group = trade.shipped_order(shop)
    number, guest, owner = group.orders[0].number, front.visitor(), front.member(shop.owner)
    guest.look(f"/orders/key/{group.access_token}", status=303)
    sent = guest.fill(f"/orders/{number}/messages", body="Zebulon asks.")
    path = sent.headers["Location"].removesuffix("#newest")
    owner.fill(f"/desk{path}", body="Dear Zebulon.")
    with reading() as session:
        found = PARTS["conversations"][1](session, Subject(order_group_id=group.id))
    assert [row["text"] for row in found] == ["Zebulon asks.", "Dear Zebulon."]
    with transaction() as session:
        confirm_receipt(session, buyer_of(group), group.orders[0].id, now=trade.now())
    trade.settle()
    with transaction() as session:
        erase_checkout(session, group.id, now=trade.now())
    assert tables_with(WORD) == []
    assert "was erased" in owner.look(f"/desk{path}")


def test_a_stranger_copies_nothing_of_it(front: Front, trade: Trade) -> None:
    shop, other = trade.shop_of(), trade.person()
    ask(front.member(trade.person()), trade.goods(shop), "Between us.")
    with reading() as session:
        assert PARTS["conversations"][1](session, Subject(user_id=other.user_id)) == []
        assert PARTS["conversations"][1](session, Subject(user_id=shop.owner.user_id)) == [], (
            "the shop's, not a person's"
        )
