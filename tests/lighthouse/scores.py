"""What several runs of one page say together."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median_low
from typing import Any

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
GOAL = 95
Report = Mapping[str, Any]
"""Lighthouse's result of one run, as in its JSON."""


@dataclass(frozen=True)
class Row:
    """One category of one page: `score` is the median of `runs`, each from 0 to 100."""

    page: str
    category: str
    score: int
    goal: str
    holds: bool
    runs: list[int]


def rows_of(page: str, reports: Sequence[Report]) -> list[Row]:
    """A category that could not be judged counts as nothing."""
    rows = []
    for category in CATEGORIES:
        runs = [_score(report, category) for report in reports]
        score = median_low(runs)
        rows.append(Row(page, category, score, f"≥ {GOAL}", score >= GOAL, runs))
    return rows


def median_run(reports: Sequence[Report]) -> int:
    """Which run stands for all: the one in the middle by performance, the only category that chance has a part in."""
    order = sorted(range(len(reports)), key=lambda run: _score(reports[run], "performance"))
    return order[(len(order) - 1) // 2]


def complaints(report: Report, category: str) -> list[str]:
    """What costs the category points, the heaviest first, with the value measured."""
    audits = report["audits"]
    costly = [
        (reference["weight"] * (1 - (audits[reference["id"]]["score"] or 0)), audits[reference["id"]])
        for reference in report["categories"][category]["auditRefs"]
        if reference["weight"] and audits[reference["id"]]["scoreDisplayMode"] in {"binary", "numeric", "error"}
    ]
    costly.sort(key=lambda entry: -entry[0])
    return [f"{audit['title']} {audit.get('displayValue', '')}".strip() for cost, audit in costly if cost > 0]


def table(rows: Sequence[Row]) -> str:
    """A line per page, a column per category; what misses the goal is marked."""
    by_page: dict[str, dict[str, Row]] = {}
    for row in rows:
        by_page.setdefault(row.page, {})[row.category] = row
    lines = [("page", *CATEGORIES)]
    lines += [(page, *(_cell(found[category]) for category in CATEGORIES)) for page, found in by_page.items()]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    shown = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    return "\n".join([shown[0], "-" * len(shown[0]), *shown[1:]])


def write(rows: Sequence[Row], file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps([asdict(row) for row in rows], indent=1, ensure_ascii=False) + "\n")


def _cell(row: Row) -> str:
    return str(row.score) if row.holds else f"{row.score} < {GOAL}"


def _score(report: Report, category: str) -> int:
    return round((report["categories"][category]["score"] or 0) * 100)
