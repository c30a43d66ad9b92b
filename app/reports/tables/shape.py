"""What a table of a report is: its columns, what they mean, and which cells lead further."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How PostgreSQL's value of a column becomes the one text that all forms of the report show."""

    TEXT = "text"
    AMOUNT = "amount"
    """An integer of an asset's smallest unit, told as an exact decimal."""
    COUNT = "count"
    RATE = "rate"
    """Millionths, told with six decimals."""
    MOMENT = "moment"
    """By the clock of the report, with its offset from UTC."""
    DAY = "day"
    HASH = "hash"


@dataclass(frozen=True)
class Column:
    """`name` heads it in files and never changes; `label` and `meaning` are texts for translators.

    `asset` is the code of the asset an amount is counted in, or nothing where each row says so in its column `asset`.
    `sums` says whether its amounts add up to something. `leads` is where a cell leads further (`app.reports.tables.leads`),
    `words` what its values are called. `files_only` ones are left out where there is little room: on the page and in print.
    """

    name: str
    label: str
    meaning: str
    kind: Kind = Kind.TEXT
    asset: str = ""
    sums: bool = False
    leads: str = ""
    words: Mapping[str, str] | None = None
    files_only: bool = False

    @property
    def is_number(self) -> bool:
        return self.kind in (Kind.AMOUNT, Kind.COUNT, Kind.RATE)


@dataclass(frozen=True, eq=False)  # each is there once
class Table:
    """A report. Its statement is `sql/tables/{key}.sql`, in the order in which it is read.

    The statement is given `starts_at`, `ends_at`, `seller_id`, `account` (nothing, where not asked for) and `names`, the
    chart's names of accounts as JSON. `agrees` says what it can be held against. `at_a_day`: it tells how things stand at
    the end of the last day asked for.
    """

    key: str
    title: str
    about: str
    columns: tuple[Column, ...]
    empty: str
    agrees: str
    at_a_day: bool = False
    for_sellers: bool = False
    by_account: bool = False

    @property
    def shown(self) -> tuple[Column, ...]:
        """On the page and in print."""
        return tuple(column for column in self.columns if not column.files_only)

    @property
    def sums(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.sums)
