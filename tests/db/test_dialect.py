"""A statement is compiled once per process, whichever engine sends it; what another server may say otherwise is not shared."""

from sqlalchemy import literal, select
from sqlalchemy.engine import Engine

from app.db import session as database
from app.db.dialect import COMPILED, AlikeDialect

STATEMENT = select(literal("compiled once").label("only_asked_here"))


def compiled() -> int:
    return sum("only_asked_here" in one.string for one in COMPILED.values())


def test_readers_writers_and_the_next_database_send_what_was_compiled_once(cloned_database: str) -> None:
    engines: list[Engine] = []
    for _ in range(2):
        engines.append(database.configure(cloned_database))
        for look in (database.reading, database.transaction):
            with look() as session:
                assert session.scalar(STATEMENT) == "compiled once"
    engines[-1].dispose()
    assert compiled() == 1
    assert len({id(engine.dialect) for engine in engines}) == 2


def test_servers_of_two_versions_are_not_alike() -> None:
    old, new = AlikeDialect(), AlikeDialect()
    assert old == new
    old.server_version_info, new.server_version_info = (17, 4), (18, 0)
    assert old != new
