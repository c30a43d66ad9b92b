"""What `make bench` writes: ratios against the limit of the same run, and whether each goal holds."""

import json
from pathlib import Path

import pytest

from benchmarks.rows import Row, at_least, at_most, exactly, limit, table, write

HELLO = limit("Flask hello", 2000.0, "requests/s")


def test_a_rate_is_judged_by_its_part_of_the_limit() -> None:
    row = at_least("category page", 160.0, "requests/s", 0.08, against=HELLO)
    assert row == Row("category page", 160.0, "requests/s", "Flask hello", 0.08, "≥ 0.08", holds=True)
    assert at_least("category page", 159.0, "requests/s", 0.08, against=HELLO).holds is False


def test_a_time_is_judged_by_how_many_times_the_limit_it_takes() -> None:
    alone = limit("Flask hello, one client", 0.5, "ms")
    assert at_most("category page, one client", 6.0, "ms", 12, against=alone).holds is True
    slow = at_most("category page, one client", 6.5, "ms", 12, against=alone)
    assert (slow.ratio, slow.goal, slow.holds) == (13.0, "≤ 12", False)


def test_a_goal_without_a_limit_is_about_the_value() -> None:
    assert at_most("memory", 450.0, "MiB PSS", 450) == Row("memory", 450.0, "MiB PSS", goal="≤ 450", holds=True)
    assert at_most("memory", 450.1, "MiB PSS", 450).holds is False


@pytest.mark.parametrize(("paid", "holds"), [(9, False), (10, True), (11, False)])
def test_a_race_must_sell_exactly_what_there_is(paid: int, *, holds: bool) -> None:
    assert exactly("race", paid, "paid orders", 10).holds is holds


def test_the_file_is_a_list_of_rows_with_the_agreed_names(tmp_path: Path) -> None:
    file = tmp_path / "build" / "bench.json"
    write([HELLO, at_least("product page", 100.0, "requests/s", 0.1, against=HELLO)], file)
    rows = json.loads(file.read_text())
    assert [list(row) for row in rows] == [["name", "value", "unit", "against", "ratio", "goal", "holds"]] * 2
    assert rows[0]["against"] is rows[0]["ratio"] is rows[0]["goal"] is rows[0]["holds"] is None
    assert (rows[1]["against"], rows[1]["ratio"], rows[1]["holds"]) == ("Flask hello", 0.05, False)
    assert rows[1]["against"] in {row["name"] for row in rows}


def test_the_table_shows_a_goal_that_does_not_hold() -> None:
    shown = table([HELLO, at_least("product page", 100.0, "requests/s", 0.1, against=HELLO)]).splitlines()
    assert shown[0].split() == ["measure", "value", "unit", "against", "ratio", "goal", "holds"]
    assert shown[3].split()[-4:] == ["0.05", "≥", "0.1", "NO"]
