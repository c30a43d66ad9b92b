"""Asking for a new password writes as much, and commits as often, for an address that has no account."""

from sqlalchemy import event, text

from app.db.session import engine, reading
from tests.support.front import Front
from tests.support.outcome import mails_to
from tests.support.trade import Trade


def written_for(front: Front, email: str) -> list[str]:
    """Where rows were written, in order, and each commit."""
    visitor, seen = front.visitor(), []
    page = visitor.look("/forgot-password")

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("INSERT INTO"):
            seen.append(statement.split()[2])

    def commit(_connection: object) -> None:
        seen.append("COMMIT")

    event.listen(engine(), "before_cursor_execute", note)
    event.listen(engine(), "commit", commit)
    try:
        assert visitor.send(page, "/forgot-password", email=email).status_code == 200
    finally:
        event.remove(engine(), "before_cursor_execute", note)
        event.remove(engine(), "commit", commit)
    return seen


def test_known_and_unknown_addresses_cost_the_same_writes(front: Front, trade: Trade) -> None:
    trade.person("known@people.example")
    unknown = written_for(front, "unknown@people.example")
    known = written_for(front, "known@people.example")
    assert known == unknown == ["audit_entries", "outgoing_mails", "COMMIT"]
    assert len(mails_to("known@people.example")) == 1
    with reading() as session:
        assert session.scalar(text("SELECT count(*) FROM outgoing_mails WHERE recipient LIKE '%invalid'")) == 0
