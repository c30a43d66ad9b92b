"""One axis tried out: in every state everybody does everything, and only what the table says comes of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.errors import DomainError
from app.states.edges import Axis, By

CLOCKWORK = (By.CLOCK, By.NEWS)


@dataclass(frozen=True)
class Person:
    """`by` is None for who has no part in it; `who` is what actions take."""

    name: str
    by: By | None
    who: Any = None


@dataclass(frozen=True)
class Act:
    """One way to act. `to`: what it may lead to. `only`: of the people on that side, those who may.

    `is_free`: it may be done in any state, and only moves the thing where the table says so.
    """

    action: str
    to: tuple[str, ...]
    call: Callable[[Any, Any], object]
    by_itself: By | None = None
    only: tuple[str, ...] = ()
    is_free: bool = False


@dataclass
class Stage:
    """`reach` comes to a state by real actions; `state` and `history` look: the state, and how many rows tell of it."""

    axis: Axis
    people: Sequence[Person]
    acts: Sequence[Act]
    reach: Callable[[str], Any]
    state: Callable[[Any], str]
    history: Callable[[Any], int]

    def try_everything_in(self, state: str) -> None:
        """Whatever is refused is tried on one thing, which so stays where it is; what is allowed, on a fresh one."""
        standing = self.reach(state)
        assert self.state(standing) == state
        for act in self.acts:
            people = [Person(act.by_itself, act.by_itself)] if act.by_itself else self.people
            for person in people:
                if self._may(state, act, person):
                    self._require_done(state, act, person)
                else:
                    self._require_refused(standing, act, person)

    def _may(self, state: str, act: Act, person: Person) -> bool:
        if act.only and person.name not in act.only:
            return False
        edges = self.axis.out_of(state, act.action)
        return any(edge.after in act.to and person.by in edge.by for edge in edges)

    def _require_done(self, state: str, act: Act, person: Person) -> None:
        subject = self.reach(state)
        told = self.history(subject)
        act.call(subject, person.who)
        after = self.state(subject)
        told_of = f"{state}, {act.action} to {act.to} by {person.name}"
        assert after in act.to, told_of
        assert self.history(subject) > told, f"{told_of} left no row"
        assert person.by is not None
        assert any(edge.after == after and person.by in edge.by for edge in self.axis.out_of(state, act.action)), (
            told_of
        )

    def _require_refused(self, subject: Any, act: Act, person: Person) -> None:
        """With words, or because it is so already, or because its time has not come: nothing is changed or told."""
        before = self.state(subject), self.history(subject)
        refused = False
        try:
            act.call(subject, person.who)
        except DomainError:
            refused = True
        told_of = f"{before[0]}, {act.action} to {act.to} by {person.name}"
        assert (self.state(subject), self.history(subject)) == before, told_of
        is_silent = act.is_free or before[0] in act.to or act.by_itself in CLOCKWORK
        assert refused or is_silent, f"{told_of} was answered as if it were done"

    def untried(self) -> list[str]:
        """Edges that no act of this stage takes."""
        return [
            f"{edge.before} -> {edge.after} by {edge.action}"
            for edge in self.axis.edges
            if edge.before is not None
            and not any(act.action == edge.action and edge.after in act.to for act in self.acts)
        ]
