"""What goes into a parcel and what a part of a line is worth, to the cent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.orders.errors import MoreThanIsLeft, NothingChosen


@dataclass(frozen=True)
class LineLeft:
    """Of a line at `position`, `left` of `quantity` can still be chosen; `cents` are for all of it.

    `gone` is how many were chosen before: the pieces of a line have an order, so that no cent is counted twice.
    """

    id: UUID
    position: int
    quantity: int
    left: int
    gone: int
    cents: int


def chosen(lines: Sequence[LineLeft], wanted: Mapping[UUID, int] | None) -> dict[UUID, int]:
    """How much of each line; all that is left when nothing is named. Raises NothingChosen, MoreThanIsLeft."""
    counts = {line.id: line.left if wanted is None else wanted.get(line.id, 0) for line in lines}
    for line in lines:
        if not 0 <= counts[line.id] <= line.left:
            raise MoreThanIsLeft(field=f"quantity_{line.position}", left=line.left, asked=counts[line.id])
    if (wanted or {}).keys() - counts.keys() or not any(counts.values()):
        raise NothingChosen
    return {line_id: count for line_id, count in counts.items() if count}


def part_cents(line: LineLeft, count: int) -> int:
    """Cents of the next `count` pieces of what is left: cumulative and floored, so that all parts are the whole line."""
    return line.cents * (line.gone + count) // line.quantity - line.cents * line.gone // line.quantity


def worth(lines: Sequence[LineLeft], counts: Mapping[UUID, int]) -> int:
    """Cents of the goods chosen, without shipping."""
    return sum(part_cents(line, counts.get(line.id, 0)) for line in lines)
