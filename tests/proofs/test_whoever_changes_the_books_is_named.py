"""With the rights of a superuser and no trigger in the way: any bit of any column, any row gone, added or moved."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from psycopg.types.json import Jsonb
from sqlalchemy import Engine, RowMapping, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.db.base import Base
from app.ledger.models import Journal, Posting
from app.proofs.actions.seal_journals import seal_journals
from app.proofs.models import JournalSeal, Seal
from tests.proofs.conftest import look, said, tampering

MODELS: dict[str, type[Base]] = {"journals": Journal, "postings": Posting, "seals": Seal, "journal_seals": JournalSeal}
COLUMNS = [(table, column.name) for table, model in MODELS.items() for column in model.__table__.columns]
KEYS = {"journals": ["id"], "postings": ["journal_id", "line"], "seals": ["number"], "journal_seals": ["journal_id"]}
FILLED: dict[str, Any] = {"late_for": "2026-10", "reverses_id": UUID(int=7)}
"""For columns that are empty in all journals that are sealed."""


def flipped(value: Any) -> Iterator[Any]:  # noqa: C901 - one case for each type
    """The value with one bit changed, one bit after the other: lowest, highest, and some between; or cut, or longer."""
    match value:
        case bool():
            yield not value
        case int() | Decimal():
            yield from (int(value) ^ (1 << bit) for bit in (0, 1, 5, 17, 31, 33, 47, 62))
            yield -int(value)
        case UUID():
            yield from (UUID(int=value.int ^ (1 << bit)) for bit in (0, 7, 63, 64, 100, 127))
        case datetime():
            for bit in (0, 1, 20, 30, 40, 52):
                yield value + timedelta(microseconds=1 << bit)
                yield value - timedelta(microseconds=1 << bit)
        case bytes():
            for bit in (0, len(value) * 4, len(value) * 8 - 1):
                yield (int.from_bytes(value) ^ (1 << bit)).to_bytes(len(value))
            yield value[:-1]
            yield value + b"\0"
        case str():
            for at in (0, len(value) // 2, len(value) - 1):
                yield from (value[:at] + chr(ord(value[at]) ^ (1 << bit)) + value[at + 1 :] for bit in range(7))
            yield value[:-1]
        case dict():
            yield {**value, "more": 1}
            yield {f"{name}\u200b": said for name, said in value.items()} or {"": None}
            for name, told in value.items():
                yield from ({**value, name: other} for other in flipped(told))
        case _:
            raise AssertionError(value)


def sealed_row(session: Session, table: str, column: str) -> RowMapping:
    """A sealed one that has something in the column, if any has; not the first of them."""
    own = {"journals": "id", "postings": "journal_id", "journal_seals": "journal_id"}.get(table)
    where = f"{own} IN (SELECT journal_id FROM journal_seals)" if own else "TRUE"
    rows = session.execute(
        text(f"SELECT * FROM {table} WHERE {where} ORDER BY {column} IS NULL, {', '.join(KEYS[table])}")
    )
    found = rows.mappings().all()
    return found[1] if found[1][column] is not None or found[0][column] is None else found[0]


def put(session: Session, table: str, row: RowMapping, column: str, value: Any) -> bool:
    """False when not even a superuser can write that: a type, a unique key or a check refuses it."""
    where = " AND ".join(f"{key} = :key_{key}" for key in KEYS[table])
    keys = {f"key_{key}": row[key] for key in KEYS[table]}
    new = Jsonb(value) if isinstance(value, dict) else value
    try:
        with session.begin_nested():
            session.execute(text(f"UPDATE {table} SET {column} = :new WHERE {where}"), {"new": new, **keys})
    except (DBAPIError, OverflowError):
        return False
    return True


def names_of(session: Session, table: str, row: RowMapping) -> list[str]:
    """By any of these what was done to the row is named."""
    if table == "seals":
        return [f"seal {row['number']}"]
    return [str(row["id" if table == "journals" else "journal_id"])]


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_any_bit_of_any_column_is_found_and_named(
    sealed: list[UUID], superuser: Engine, table: str, column: str
) -> None:
    written = 0
    with tampering(superuser) as session:
        row = sealed_row(session, table, column)
        was = row[column]
        others = [None, *flipped(was)] if was is not None else [FILLED[column]]
        for other in (one for one in others if one != was):
            point = session.begin_nested()
            if put(session, table, row, column, other):
                written += 1
                _check, faults = look(session)
                assert any(name in said(faults) for name in names_of(session, table, row)), (other, said(faults))
            point.rollback()
        assert look(session)[1] == []
    assert written, "nothing could be written"


def _done(session: Session, *statements: str, **given: Any) -> str:
    for statement in statements:
        session.execute(text(statement), given)
    return said(look(session)[1])


@pytest.mark.parametrize(
    "statements",
    [
        ["DELETE FROM journals WHERE id = :id"],
        ["DELETE FROM postings WHERE journal_id = :id", "DELETE FROM journals WHERE id = :id"],
        ["DELETE FROM journal_seals WHERE journal_id = :id"],
        ["DELETE FROM postings WHERE journal_id = :id AND line = 1"],
        ["DELETE FROM postings WHERE journal_id = :id"],
    ],
)
@pytest.mark.parametrize("which", [0, 4, 8])
def test_a_row_that_is_gone_is_named(sealed: list[UUID], superuser: Engine, statements: list[str], which: int) -> None:
    with tampering(superuser) as session:
        assert str(sealed[which]) in _done(session, *statements, id=sealed[which])


@pytest.mark.parametrize(
    ("which", "place"), [(0, "place 0 of seal 1"), (4, "place 1 of seal 2"), (8, "place 2 of seal 3")]
)
def test_a_journal_gone_without_a_trace_leaves_its_place_empty(
    sealed: list[UUID], superuser: Engine, which: int, place: str
) -> None:
    with tampering(superuser) as session:
        gone = [f"DELETE FROM {table} WHERE {key} = :id" for table, key in (("postings", "journal_id"), ("journal_seals", "journal_id"), ("journals", "id"))]  # fmt: skip
        assert f"journal-missing {place}" in _done(session, *gone, id=sealed[which])


def test_a_seal_that_is_gone_is_named_and_so_are_its_journals(sealed: list[UUID], superuser: Engine) -> None:
    with tampering(superuser) as session:
        told = _done(session, "DELETE FROM seals WHERE number = 2")
        assert "seal-missing seal 2" in told
        assert "chain-broken seal 3" in told
        assert f"no-such-seal journal {sealed[4]} of seal 2" in told


COPIED = (
    "INSERT INTO journals (id, key, event, effective_at, posted_at, booked_at, period, payload_hash, xid)"
    " SELECT '00000000-0000-7000-8000-000000000001', 'forged', event, effective_at, posted_at, booked_at, period,"
    " payload_hash, xid FROM journals WHERE id = :id"
)


def test_a_journal_put_between_sealed_ones_is_named(sealed: list[UUID], superuser: Engine) -> None:
    with tampering(superuser) as session:
        assert "journal-inserted journal 00000000-0000-7000-8000-000000000001" in _done(session, COPIED, id=sealed[3])


def test_a_journal_put_into_a_seal_is_named(sealed: list[UUID], superuser: Engine) -> None:
    with tampering(superuser) as session:
        into = (
            "INSERT INTO journal_seals SELECT '00000000-0000-7000-8000-000000000001', 2, 3, sha256('\\x00'::bytea ||"
            " convert_to(words, 'UTF8')) FROM journal_words(ARRAY['00000000-0000-7000-8000-000000000001']::uuid[])"
        )
        assert "00000000-0000-7000-8000-000000000001" in _done(session, COPIED, into, id=sealed[3])


def test_lines_that_are_added_are_named(sealed: list[UUID], superuser: Engine) -> None:
    lines = (
        "INSERT INTO postings SELECT :id, line + 10, account_id, amount FROM postings WHERE journal_id = :id",
        (
            "INSERT INTO postings SELECT '00000000-0000-7000-8000-000000000009', line, account_id, amount FROM postings"
            " WHERE journal_id = :id AND line < 10"
        ),
    )
    with tampering(superuser) as session:
        told = _done(session, *lines, id=sealed[5])
        assert f"journal-changed journal {sealed[5]}" in told
        assert "no-such-journal journal 00000000-0000-7000-8000-000000000009" in told


def test_journals_that_change_places_are_named(sealed: list[UUID], superuser: Engine) -> None:
    swaps = [
        "UPDATE journal_seals SET position = 9 WHERE journal_id = :one",
        "UPDATE journal_seals SET position = 0 WHERE journal_id = :other",
        "UPDATE journal_seals SET position = 1 WHERE journal_id = :one",
    ]
    with tampering(superuser) as session:
        told = _done(session, *swaps, one=sealed[3], other=sealed[4])
        assert f"out-of-place journal {sealed[3]}" in told


@pytest.mark.parametrize("column", ["amount", "account_id"])
def test_lines_of_two_journals_that_change_places_are_named(sealed: list[UUID], superuser: Engine, column: str) -> None:
    swap = (
        f"UPDATE postings AS p SET {column} = o.{column} FROM postings AS o WHERE p.line = 1 AND o.line = 1"
        " AND ((p.journal_id = :one AND o.journal_id = :other) OR (p.journal_id = :other AND o.journal_id = :one))"
    )
    with tampering(superuser) as session:
        told = _done(session, swap, one=sealed[1], other=sealed[4])
        assert str(sealed[1]) in told
        assert str(sealed[4]) in told


def test_an_account_that_becomes_somebody_elses_changes_each_journal_it_is_in(
    sealed: list[UUID], superuser: Engine
) -> None:
    with tampering(superuser) as session:
        told = _done(session, "UPDATE ledger_accounts SET owner_id = gen_random_uuid() WHERE number = '2200'")
        assert all(f"journal-changed journal {sealed[which]}" in told for which in (6, 8))


def test_what_is_wrong_in_a_journal_that_contradicts_itself_is_said(sealed: list[UUID], superuser: Engine) -> None:
    with tampering(superuser) as session:
        told = _done(
            session, "UPDATE postings SET amount = amount + 1 WHERE journal_id = :id AND line = 1", id=sealed[1]
        )
        assert "(its lines do not balance)" in told
        told = _done(session, "UPDATE journals SET log_index = 44 WHERE id = :id", id=sealed[4])
        assert "(its key names another place on chain)" in told


def test_a_seal_says_which_of_its_columns_does_not_fit(sealed: list[UUID], superuser: Engine) -> None:
    with tampering(superuser) as session:
        told = _done(session, "UPDATE seals SET journals = 7, first_position = 1 WHERE number = 2")
        assert "seal-changed seal 2: its hash is not that of its columns; one of them was changed: journals, first_position" in told  # fmt: skip


def test_books_that_were_written_anew_from_a_change_on_differ_from_what_is_on_chain(
    sealed: list[UUID], superuser: Engine
) -> None:
    """Whoever makes all seals again leaves no contradiction inside; what was put on chain stays."""
    with tampering(superuser) as session:
        session.execute(
            text(
                "INSERT INTO seal_anchors (chain_id, contract, seal, seal_hash, tx_hash, block_number, block_time)"
                " SELECT 1, '\\x01', number, hash, '\\x02', 3, now() FROM seals WHERE number > 1"
            )
        )
        session.execute(text("DELETE FROM journal_seals"))
        session.execute(text("DELETE FROM seals"))
        session.execute(text("UPDATE postings SET amount = amount * 2 WHERE journal_id = :id"), {"id": sealed[0]})
        session.expire_all()
        assert seal_journals(session, most=3) is not None
        assert seal_journals(session, most=3) is not None
        told = said(look(session)[1])
        assert "anchor-differs seal 2: 0x02 holds" in told
        assert "seal-missing seal 3: it was put on chain in 0x02 and is not there" in told
        assert str(sealed[0]) not in told


def test_books_nobody_touched_have_no_fault(sealed: list[UUID], superuser: Engine) -> None:
    with tampering(superuser) as session:
        check, faults = look(session)
    assert faults == []
    looked = check.looked
    assert (looked.seals, looked.journals, looked.unsealed) == (3, 9, 1)
