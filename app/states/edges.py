"""The states a thing can be in, and what leads from one to another: one table per axis, which its actions obey.

`docs/developers/states.md` is drawn from these tables. Each stands in the `rules` of its package; `app/cli/axes.py` lists them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class By(StrEnum):
    """Who takes an edge. `NEWS` is nobody of the market: what the chain or the card service tells us."""

    BUYER = "buyer"
    SELLER = "seller"
    OPERATOR = "operator"
    CLOCK = "clock"
    NEWS = "news"


@dataclass(frozen=True)
class Edge:
    """`before` None is the beginning. `action` is a module: `orders.ship_order` is `app/orders/actions/ship_order.py`.

    `given` names states that other axes of the same thing must be in.
    """

    before: str | None
    after: str
    action: str
    by: frozenset[By]
    given: Mapping[str, frozenset[str]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Axis:
    """`name` is how others refer to it; `of` is the table whose column holds the state, as `orders.payment_status`."""

    name: str
    of: str
    about: str
    edges: tuple[Edge, ...]

    @property
    def states(self) -> tuple[str, ...]:
        """In the order in which the table names them."""
        named = (state for edge in self.edges for state in (edge.before, edge.after) if state is not None)
        return tuple(dict.fromkeys(map(str, named)))

    def leads(self, before: str | None, after: str, by: By | None = None) -> bool:
        """Whether anybody, or `by`, may take it from `before` to `after`."""
        return any((edge.before, edge.after) == (before, after) and by in (None, *edge.by) for edge in self.edges)

    def out_of(self, before: str | None, action: str) -> tuple[Edge, ...]:
        """What `action` may do to a thing that is in `before`."""
        return tuple(edge for edge in self.edges if (edge.before, edge.action) == (before, action))


def edge(
    before: str | tuple[str, ...] | None, after: str, action: str, *by: By, **given: tuple[str, ...]
) -> tuple[Edge, ...]:
    """The same edge out of one state or several."""
    needed = {axis: frozenset(map(str, states)) for axis, states in given.items()}
    sources = before if isinstance(before, tuple) else (before,)
    return tuple(Edge(one, after, action, frozenset(by), needed) for one in sources)


def table(*rows: tuple[Edge, ...]) -> tuple[Edge, ...]:
    return tuple(one for row in rows for one in row)
