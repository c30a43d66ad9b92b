"""What `make lighthouse` writes: the median of each category, whether it holds, and what costs points."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.lighthouse.scores import CATEGORIES, Row, complaints, median_run, rows_of, table, write


def report(performance: float | None, *, others: float = 1) -> dict[str, Any]:
    """The part of Lighthouse's result that counts."""
    scores = dict.fromkeys(CATEGORIES, others) | {"performance": performance}
    return {"categories": {name: {"score": score, "auditRefs": []} for name, score in scores.items()}, "audits": {}}


def test_the_median_of_each_category_counts() -> None:
    rows = rows_of("home", [report(0.93), report(0.99), report(0.96)])
    assert rows[0] == Row("home", "performance", 96, "≥ 95", holds=True, runs=[93, 99, 96])
    assert [(row.category, row.score) for row in rows[1:]] == [(name, 100) for name in CATEGORIES[1:]]


def test_the_lower_one_of_two_middle_runs_counts() -> None:
    assert rows_of("home", [report(0.99), report(0.94)])[0].score == 94


@pytest.mark.parametrize(("score", "holds"), [(0.95, True), (0.94, False), (None, False)])
def test_a_category_below_the_goal_or_not_judged_does_not_hold(score: float | None, *, holds: bool) -> None:
    assert rows_of("home", [report(score)])[0].holds is holds
    assert rows_of("home", [report(1, others=0.94)])[3].holds is False


def test_the_run_in_the_middle_stands_for_all() -> None:
    assert median_run([report(0.93), report(0.99), report(0.96)]) == 2
    assert median_run([report(0.99), report(0.94)]) == 1


def test_what_costs_points_is_named_the_heaviest_first() -> None:
    one = report(0.9)
    one["categories"]["performance"]["auditRefs"] = [
        {"id": "paint", "weight": 10},
        {"id": "blocking", "weight": 30},
        {"id": "shift", "weight": 25},
        {"id": "advice", "weight": 0},
    ]
    one["audits"] = {
        "paint": {"title": "Paint", "score": 0.5, "scoreDisplayMode": "numeric", "displayValue": "2 s"},
        "blocking": {"title": "Blocking", "score": 0.6, "scoreDisplayMode": "numeric"},
        "shift": {"title": "Shift", "score": 1, "scoreDisplayMode": "numeric"},
        "advice": {"title": "Advice", "score": 0, "scoreDisplayMode": "informative"},
    }
    assert complaints(one, "performance") == ["Blocking", "Paint 2 s"]


def test_the_file_is_a_list_of_rows_with_the_agreed_names(tmp_path: Path) -> None:
    file = tmp_path / "build" / "lighthouse.json"
    write(rows_of("home", [report(0.94)]), file)
    first, *_others = json.loads(file.read_text())
    names = {"page": "home", "category": "performance", "score": 94, "goal": "≥ 95", "holds": False, "runs": [94]}
    assert first == names


def test_the_table_has_a_line_per_page_and_marks_what_is_below_the_goal() -> None:
    lines = table([*rows_of("home", [report(0.94)]), *rows_of("cart", [report(0.99)])]).splitlines()
    assert lines[0].split() == ["page", *CATEGORIES]
    assert lines[2].split() == ["home", "94", "<", "95", "100", "100", "100"]
    assert lines[3].split() == ["cart", "99", "100", "100", "100"]
