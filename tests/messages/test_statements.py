"""Pages of messages ask the database as often for many rows as for one, and no more than eight times."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, event

from app.db.session import reading, transaction
from app.messages.actions.report_message import report_message
from app.messages.actions.start_thread import About, start_thread
from app.messages.actions.write_message import Author
from app.messages.files import Draft, read_file
from app.messages.models import Report
from app.messages.parties import Party
from tests.messages.test_files import PDF
from tests.support.front import Front, Visitor
from tests.support.trade import Shop, Trade

MOST = 8


class Told:
    """What one browser sends to the database for a page that it has seen before."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def note(self, _conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        self.sent.append(statement)

    def of(self, visitor: Visitor, path: str) -> int:
        visitor.look(path)
        self.sent.clear()
        visitor.look(path)
        return len(self.sent)


@pytest.fixture
def told() -> Iterator[Told]:
    told = Told()
    event.listen(Engine, "before_cursor_execute", told.note)
    yield told
    event.remove(Engine, "before_cursor_execute", told.note)


def talk(trade: Trade, shop: Shop, person: UUID, *, messages: int, number: int) -> UUID:
    """About goods of their own, with a file on each message; the shop minds the first one."""
    about = About("listing", uuid4(), "x", {"en": f"Goods {number}"}, shop.id, person, "Dara")
    with transaction() as session:
        for turn in range(messages):
            author = Author("buyer", person) if turn % 2 == 0 else Author("shop", shop.owner.user_id)
            draft = Draft(f"Words {turn}", (read_file("a.pdf", PDF),), uuid4())
            message = start_thread(session, about, author, draft, now=trade.now())
            if turn == 0:
                report_message(session, Party(shop.owner), message.id, reason="other", text="")
        return message.thread_id


def test_lists_and_conversations(front: Front, trade: Trade, told: Told) -> None:
    shop, person = trade.shop_of(), trade.person()
    assert person.user_id is not None
    buyer, owner, boss = front.member(person), front.member(shop.owner), front.member(trade.operator)
    short = talk(trade, shop, person.user_id, messages=2, number=0)
    with reading() as session:
        report = session.query(Report).one().id

    def counts(thread_id: UUID) -> dict[str, int]:
        return {
            "inbox": told.of(buyer, "/messages"),
            "conversation": told.of(buyer, f"/messages/{thread_id}"),
            "newest": told.of(buyer, f"/messages/{thread_id}/latest"),
            "desk": told.of(owner, "/desk/messages"),
            "desk conversation": told.of(owner, f"/desk/messages/{thread_id}"),
            "reports": told.of(boss, "/console/reports"),
            "report": told.of(boss, f"/console/reports/{report}"),
        }

    few = counts(short)
    for number in range(1, 9):
        long = talk(trade, shop, person.user_id, messages=12, number=number)
    assert counts(long) == few
    assert max(few.values()) <= MOST
