"""Where lines and bars stand."""

from hypothesis import given
from hypothesis import strategies as st

from app.web.charts import BOTTOM, TOP, WIDTH, bar_chart, line_chart

UNIT = 10**6
AMOUNTS = st.lists(st.integers(-(10**24), 10**24), min_size=2, max_size=40)


def heights(points: str) -> list[int]:
    return [int(one.split(",")[1]) for one in points.split()]


@given(AMOUNTS, AMOUNTS)
def test_every_line_stays_on_the_canvas_between_round_levels_with_zero_among_them(first, second):
    second = (second * len(first))[: len(first)]
    chart = line_chart((first, second), unit=UNIT)
    assert all(TOP <= height <= BOTTOM for line in chart.lines for height in heights(line))
    levels = [value for _height, value in chart.ticks]
    assert 2 <= len(levels) <= 6
    assert levels[0] <= min(0, *first, *second)
    assert levels[-1] >= max(0, *first, *second)
    assert 0 in levels
    assert all(value % UNIT == 0 for value in levels)


def test_more_stands_higher_and_days_stand_side_by_side():
    (line,) = line_chart(([0, 5 * UNIT, 10 * UNIT],), unit=UNIT).lines
    assert heights(line) == sorted(heights(line), reverse=True)
    assert [int(one.split(",")[0]) for one in line.split()] == [0, WIDTH // 2, WIDTH]
    assert heights(line)[0] == BOTTOM


@given(st.lists(st.integers(0, 10**24), min_size=1, max_size=6))
def test_the_longest_bar_is_as_wide_as_the_canvas_and_whatever_is_there_can_be_seen(values):
    bars = bar_chart(values).bars
    assert [bar.value for bar in bars] == values
    assert all((bar.length > 0) == (bar.value > 0) for bar in bars)
    assert max(bar.length for bar in bars) == (WIDTH if any(values) else 0)
