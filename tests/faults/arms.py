"""How the test tells a part of the market where to die: a folder of small files that both sides look at.

`<role>.arm` names a point and how often it is passed before; the process that dies there renames it to `<role>.died`
first, so that of several processes with one role exactly one dies. `<role>.points` lists every point that was reached.
"""

import os
import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Arm:
    """Die at `point`, after it was passed `skip` times since it was armed; `number` tells two arms apart."""

    point: str
    skip: int
    number: int

    def __str__(self) -> str:
        return f"{self.point}\n{self.skip}\n{self.number}"

    @classmethod
    def read(cls, text: str) -> "Arm":
        point, skip, number = text.split("\n")
        return cls(point, int(skip), int(number))


class Arms:
    """The side of the test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._number = 0
        folder.mkdir(parents=True, exist_ok=True)

    def set(self, role: str, point: str, skip: int = 0) -> None:
        self._number += 1
        draft = self.folder / f"{role}.new"
        draft.write_text(str(Arm(point, skip, self._number)))
        draft.rename(self.folder / f"{role}.arm")

    def take_back(self, role: str) -> bool:
        """True when nobody had died there yet."""
        try:
            (self.folder / f"{role}.arm").rename(self.folder / f"{role}.unused")
        except FileNotFoundError:
            return False
        return True

    def take_death(self, role: str) -> str | None:
        """The point at which a process of this role has died since the last call."""
        try:
            died = (self.folder / f"{role}.died").rename(self.folder / f"{role}.taken")
        except FileNotFoundError:
            return None
        return Arm.read(died.read_text()).point

    def points(self, role: str) -> list[str]:
        """All that were reached so far, in the order of their first time."""
        file = self.folder / f"{role}.points"
        return list(dict.fromkeys(file.read_text().splitlines())) if file.exists() else []


class Mine:
    """The side of the process that is to die."""

    def __init__(self, folder: Path, role: str) -> None:
        self._arm, self._died = folder / f"{role}.arm", folder / f"{role}.died"
        self._points = folder / f"{role}.points"
        self._told: set[str] = set()
        self._passed: Counter[int] = Counter()
        self._lock = threading.Lock()

    def must_die(self, point: str) -> bool:
        """Whether this process is the one to die here and now; said once for each arm."""
        with self._lock:
            self._tell(point)
            try:
                arm = Arm.read(self._arm.read_text())
            except (FileNotFoundError, ValueError):
                return False
            if arm.point != point:
                return False
            self._passed[arm.number] += 1
            if self._passed[arm.number] <= arm.skip:
                return False
            try:
                self._arm.rename(self._died)
            except FileNotFoundError:
                return False  # another process of this role was quicker
            return True

    def _tell(self, point: str) -> None:
        if point in self._told:
            return
        self._told.add(point)
        out = os.open(self._points, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(out, f"{point}\n".encode())
        os.close(out)
