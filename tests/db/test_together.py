"""Several answers in one statement are what the same questions answer one after the other."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Float,
    LargeBinary,
    Numeric,
    Select,
    Text,
    Uuid,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.db.base import BaseUnits
from app.db.together import at_once, listed, rows_of
from app.identity.models import Member, Organization, User
from tests.support.statements import asked

VALUES: list[ColumnElement[Any]] = [
    literal(UUID("00000000-0000-7000-8000-000000000001"), Uuid).label("uuid"),
    literal(datetime(2026, 1, 2, 3, 4, 5, 678901, UTC), DateTime(timezone=True)).label("moment"),
    literal(date(1, 2, 3), Date).label("day"),
    literal(b"\x00\xff\\x", LargeBinary).label("bytes"),
    literal(2**256 - 1, BaseUnits).label("units"),
    literal(2**63 - 1).label("count"),
    literal("\"'\\ ភាសាខ្មែរ \U0001f9c2 \x1b \u2028", Text).label("text"),
    literal("", Text).label("nothing"),
    literal({"a": [1, None, "x"]}, JSONB).label("told"),
    literal(True).label("is_so"),
    literal(None, DateTime(timezone=True)).label("never"),
]


def test_every_type_comes_out_as_it_would_by_itself(session: Session) -> None:
    query = select(*VALUES)
    ((row,),) = at_once(session, query)
    assert row._asdict() == dict(session.execute(query).one()._mapping)
    assert [type(value) for value in row] == [type(value) for value in session.execute(query).one()]


@pytest.mark.parametrize("kind", [Float(), Numeric(10, 2)], ids=str)
def test_what_json_says_inexactly_is_refused(session: Session, kind: Any) -> None:
    with pytest.raises(TypeError, match="does not come through JSON"):
        at_once(session, select(literal(Decimal("0.1"), kind)))


def counting(last: int) -> Select[int]:
    number = func.generate_series(1, last).column_valued("number")
    return select(number).order_by(number.desc())


def test_lists_keep_their_order_and_an_empty_one_stays_empty(session: Session) -> None:
    with asked() as statements:
        many, none, few = at_once(session, counting(1000), counting(0), counting(5).limit(2))
    assert [row.number for row in many] == list(range(1000, 0, -1))
    assert none == []
    assert [row.number for row in few] == [5, 4]
    assert len([one for one in statements if one.startswith("SELECT")]) == 1


def test_what_was_just_written_is_seen(session: Session) -> None:
    session.add(User(email="new@example.com", fs_uniquifier="new", name="New"))
    (found,) = at_once(session, select(User.name).where(User.email == "new@example.com"))
    assert [row.name for row in found] == ["New"]


def test_a_list_belongs_to_the_row_it_is_asked_beside(session: Session) -> None:
    shops = [
        Organization(kind="company", name=name, slug=name, country="KH", currency="USD", time_zone="Asia/Phnom_Penh")
        for name in ("first", "second")
    ]
    people = [User(email=f"{name}@example.com", fs_uniquifier=name, name=name) for name in ("both", "one", "none")]
    session.add_all([*shops, *people])
    session.flush()
    both, one, _none = people
    for person, shop in ((both, shops[0]), (both, shops[1]), (one, shops[1])):
        session.add(Member(organization_id=shop.id, user_id=person.id, role="owner"))
    session.flush()
    of_them = (
        select(Organization.name)
        .join(Member, Member.organization_id == Organization.id)
        .where(Member.user_id == User.id)
        .order_by(Organization.name)
        .correlate(User)
    )
    rows = session.execute(
        select(User.name, listed(of_them)).where(User.id.in_([person.id for person in people])).order_by(User.name)
    )
    assert {name: [row.name for row in rows_of(of_them, found)] for name, found in rows} == {
        "both": ["first", "second"],
        "none": [],
        "one": ["second"],
    }
