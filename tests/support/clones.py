"""Databases that are used again: ridding one of what a test wrote costs a tenth of copying another.

Only rows and sequences are brought back. One whose tables, triggers or statistics a test has changed is dropped, and so
is one that was used often, because what was deleted stays in its files.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import psycopg
from psycopg import sql

from app.embedded.postgres import EmbeddedPostgres

MOST_USES = 40
_CATALOGS = (
    "pg_class", "pg_attribute", "pg_attrdef", "pg_constraint", "pg_index", "pg_trigger", "pg_proc", "pg_type", "pg_enum",
    "pg_namespace", "pg_rewrite", "pg_policy", "pg_sequence", "pg_statistic", "pg_default_acl", "pg_extension",
)  # fmt: skip
_SHAPE = "SELECT " + ", ".join(f"(SELECT (count(*), max(xmin::text::bigint))::text FROM {name})" for name in _CATALOGS)
_SEQUENCES = "SELECT format('%I.%I', schemaname, sequencename), start_value, last_value FROM pg_sequences"
_TABLES = "SELECT relid::regclass::text FROM pg_stat_user_tables"
_WRITTEN = f"{_TABLES} WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
_COUNTED_SINCE = "SELECT stats_reset FROM pg_stat_database WHERE datname = current_database()"

Sequences = dict[str, tuple[int, int | None]]


@dataclass(frozen=True)
class _Pristine:
    """What a template's copies hold before anybody has used them."""

    shape: tuple[str, ...]
    sequences: Sequences
    rows: dict[str, bytes]


@dataclass
class _Clone:
    """A database nobody uses. `counted_since`: its writes have been counted since then, unless the server crashed."""

    name: str
    counted_since: datetime
    uses: int = 0


class Clones:
    """The copies one process made of the templates of one server."""

    def __init__(self, server: EmbeddedPostgres) -> None:
        self._server = server
        self._pristine: dict[str, _Pristine] = {}
        self._idle: dict[str, list[_Clone]] = {}

    def take(self, template: str) -> _Clone:
        """One that is like the template, and stays whoever's it is until it is given back."""
        if idle := self._idle.setdefault(template, []):
            return idle.pop()
        name = _new_name()
        self._server.create_database(name, template=template)
        with self._inside(name) as connection:
            if template not in self._pristine:
                self._pristine[template] = _look_at(connection)
            return _Clone(name, _count_anew(connection))

    def give_back(self, template: str, clone: _Clone) -> None:
        """Whoever still uses it, a thread that outlived its test, finds it gone: it goes on under another name."""
        clone.uses += 1
        try:
            self._rename(clone)
            is_like_new = clone.uses < MOST_USES and self._is_like_new(clone, self._pristine[template])
        except psycopg.Error:
            is_like_new = False  # whatever is the matter with it, nobody gets it any more
        if is_like_new:
            self._idle[template].append(clone)
        else:
            self._server.drop_database(clone.name)

    def _rename(self, clone: _Clone) -> None:
        """Raises when somebody keeps coming back."""
        name = _new_name()
        old, new = sql.Identifier(clone.name), sql.Identifier(name)
        with self._server.as_superuser() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [clone.name]
            )
            connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(old, new))
        clone.name = name

    def _is_like_new(self, clone: _Clone, pristine: _Pristine) -> bool:
        """Bring rows and sequences back; False when there is more to it."""
        with self._inside(clone.name) as connection:
            counted = connection.execute(_COUNTED_SINCE).fetchone()
            if counted != (clone.counted_since,) or connection.execute(_SHAPE).fetchone() != pristine.shape:
                return False
            with connection.transaction():
                connection.execute("SET LOCAL session_replication_role = replica")  # no triggers: books refuse deletion
                for (table,) in connection.execute(_WRITTEN).fetchall():
                    connection.execute(f"DELETE FROM {table}")
                    if table in pristine.rows:
                        with connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
                            copy.write(pristine.rows[table])
                for name, (start, last) in _sequences(connection).items():
                    if last != pristine.sequences[name][1]:
                        before = pristine.sequences[name][1]
                        connection.execute("SELECT setval(%s, %s, %s)", [name, before or start, before is not None])
            clone.counted_since = _count_anew(connection)
        return True

    def _inside(self, name: str) -> psycopg.Connection:
        return psycopg.connect(self._server.superuser_at(name), autocommit=True)


def _new_name() -> str:
    return f"test_{uuid4().hex[:12]}"


def _look_at(connection: psycopg.Connection) -> _Pristine:
    shape = connection.execute(_SHAPE).fetchone()
    assert shape is not None
    rows = {}
    for (table,) in connection.execute(_TABLES).fetchall():
        if connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone():
            with connection.cursor().copy(f"COPY {table} TO STDOUT (FORMAT binary)") as copy:
                rows[table] = b"".join(bytes(part) for part in copy)
    return _Pristine(shape, _sequences(connection), rows)


def _sequences(connection: psycopg.Connection) -> Sequences:
    return {name: (start, last) for name, start, last in connection.execute(_SEQUENCES).fetchall()}


def _count_anew(connection: psycopg.Connection) -> datetime:
    """What this connection itself wrote is counted first, and then forgotten with all the rest."""
    connection.execute("SELECT pg_stat_force_next_flush()")
    connection.execute("SELECT pg_stat_reset()")
    counted = connection.execute(_COUNTED_SINCE).fetchone()
    assert counted is not None
    since: datetime = counted[0]
    return since
