"""What was measured, one row each: the value, what it is held against, and whether its goal holds."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """`against` names another row of the same run, and `ratio` is the value in parts of that row's.

    A goal is about the ratio where there is one, else about the value; `holds` is None where there is no goal.
    """

    name: str
    value: float
    unit: str
    against: str | None = None
    ratio: float | None = None
    goal: str | None = None
    holds: bool | None = None


def limit(name: str, value: float, unit: str) -> Row:
    """Something others are held against."""
    return Row(name, value, unit)


def at_least(name: str, value: float, unit: str, least: float, *, against: Row | None = None) -> Row:
    """The more the better."""
    measured = _measured(value, against)
    return _judged(name, value, unit, against, f"≥ {least:g}", holds=measured >= least)


def at_most(name: str, value: float, unit: str, most: float, *, against: Row | None = None) -> Row:
    """The less the better."""
    measured = _measured(value, against)
    return _judged(name, value, unit, against, f"≤ {most:g}", holds=measured <= most)


def exactly(name: str, value: float, unit: str, wanted: float) -> Row:
    return _judged(name, value, unit, None, f"= {wanted:g}", holds=value == wanted)


def _measured(value: float, against: Row | None) -> float:
    return value / against.value if against else value


def _judged(name: str, value: float, unit: str, against: Row | None, goal: str, *, holds: bool) -> Row:
    if against is None:
        return Row(name, value, unit, goal=goal, holds=holds)
    return Row(name, value, unit, against.name, value / against.value, goal, holds)


def table(rows: Sequence[Row]) -> str:
    """For people: columns that stand under each other, numbers to three digits."""
    cells = [("measure", "value", "unit", "against", "ratio", "goal", "holds"), *map(_cells, rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def _cells(row: Row) -> tuple[str, ...]:
    ratio = "" if row.ratio is None else f"{row.ratio:.3g}"
    holds = "" if row.holds is None else "yes" if row.holds else "NO"
    return (row.name, f"{row.value:,.4g}", row.unit, row.against or "", ratio, row.goal or "", holds)


def write(rows: Sequence[Row], file: Path) -> None:
    """For programs: a list of rows."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps([asdict(row) for row in rows], indent=1, ensure_ascii=False) + "\n")
