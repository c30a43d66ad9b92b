"""Where the lines and bars of a drawing stand, on a canvas of whole units. Pure; `components/chart.html` draws it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

WIDTH = 640
HEIGHT = 288
TOP, BOTTOM = 36, 240
"""Of the lines: above them room for the uppermost figure, below them for the days."""
MOST_STEPS = 4
BAR_TOP, BAR_EACH = 8, 64


@dataclass(frozen=True)
class LineChart:
    """`ticks`: (height, value) of each level line, the lowest first; `lines`: the points of each series."""

    ticks: tuple[tuple[int, int], ...]
    lines: tuple[str, ...]
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True)
class Bar:
    value: int
    top: int
    length: int


@dataclass(frozen=True)
class BarChart:
    """One below the other, the longest as wide as the canvas."""

    bars: tuple[Bar, ...]
    height: int
    width: int = WIDTH


def line_chart(series: Sequence[Sequence[int]], *, unit: int) -> LineChart:
    """Of at least two moments, the same for all series. Level lines stand at round multiples of `unit`, zero among them."""
    values = [value for one in series for value in one]
    levels = _levels(min(0, *values), max(0, *values), unit)
    lowest, highest = levels[0], levels[-1]

    def height(value: int) -> int:
        return TOP + (highest - value) * (BOTTOM - TOP) // (highest - lowest)

    def points(one: Sequence[int]) -> str:
        return " ".join(f"{place * WIDTH // (len(one) - 1)},{height(value)}" for place, value in enumerate(one))

    return LineChart(tuple((height(value), value) for value in levels), tuple(map(points, series)))


def _levels(lowest: int, highest: int, unit: int) -> range:
    """From at most the lowest to at least the highest in steps of 1, 2 or 5 times a power of ten."""
    room = max(highest - lowest, unit)
    sizes = (unit * size * 10**power for power in count() for size in (1, 2, 5))
    step = next(size for size in sizes if room <= size * MOST_STEPS)
    begin, end = lowest // step * step, -(-highest // step) * step
    return range(begin, max(end, begin + step) + 1, step)


def bar_chart(values: Sequence[int]) -> BarChart:
    """Of amounts that are not negative; whatever is more than nothing can be seen."""
    most = max(1, *values)
    bars = (
        Bar(value, BAR_TOP + place * BAR_EACH, max(2, value * WIDTH // most) if value else 0)
        for place, value in enumerate(values)
    )
    return BarChart(tuple(bars), BAR_TOP + len(values) * BAR_EACH)
