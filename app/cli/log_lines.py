"""What the person at the terminal sees: progress lines of ours, prefixed lines of the children."""

import os
import threading
from collections.abc import Iterable
from typing import TextIO

COLORS = (
    36,
    33,
    35,
    32,
    34,
    96,
    93,
    95,
)  # cyan, yellow, magenta, green, blue and bright ones: never red, which is ours
PREFIX_WIDTH = 9
RED, GREEN, AMBER = 31, 32, 33


class Terminal:
    """Writes whole lines, one at a time, whichever thread they come from; in color only where a person looks."""

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self._lock = threading.Lock()
        self._colored = out.isatty() and "NO_COLOR" not in os.environ
        self._color_of: dict[str, int] = {}

    def done(self, text: str, seconds: float) -> None:
        self._write(f"{self._paint('✓', GREEN)} {text} ({seconds:.1f} s)")

    def note(self, text: str) -> None:
        """Something a person should know but need not act on."""
        self._write(f"{self._paint('!', AMBER)} {text}")

    def failure(self, text: str) -> None:
        self._write(f"{self._paint('✗', RED)} {text}")

    def say(self, text: str) -> None:
        self._write(text)

    def copy_lines(self, name: str, lines: Iterable[bytes]) -> None:
        """Print a child's output under its name until it ends."""
        color = self._color_of.setdefault(name, COLORS[len(self._color_of) % len(COLORS)])
        prefix = self._paint(f"{name:<{PREFIX_WIDTH}}|", color)
        for line in lines:
            self._write(f"{prefix} {line.decode(errors='replace').rstrip()}")

    def _paint(self, text: str, color: int) -> str:
        return f"\x1b[{color}m{text}\x1b[0m" if self._colored else text

    def _write(self, line: str) -> None:
        with self._lock:
            self.out.write(line + "\n")
            self.out.flush()
