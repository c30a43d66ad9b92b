"""A statement is compiled once per process, whichever of its engines sends it first."""

from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.util import LRUCache

COMPILED: LRUCache[Any, Any] = LRUCache(1_500)
"""For the `compiled_cache` of an engine: the market has some hundred statements."""


class AlikeDialect(PGDialect_psycopg):
    """Of two engines it is the same to caches, as long as their servers are of one version: so are texts and types."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.server_version_info == self.server_version_info

    def __hash__(self) -> int:
        return hash(type(self))


registry.register("postgresql.psycopg", __name__, AlikeDialect.__name__)
