"""Reading TOML strictly: every key is asked for by name and type, and a key that nobody asked for is an error."""

import tomllib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any


class DemoContentError(ValueError):
    """The demo content cannot be used. The message names the file, the entry and what to change."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"{where}: {problem}")


class Entry:
    """One table of a file. `close()` it after reading, so that a misspelled key is found and not ignored."""

    def __init__(self, where: str, values: dict[str, Any]) -> None:
        self.where = where
        self._values = values
        self._asked: set[str] = set()

    def error(self, problem: str) -> DemoContentError:
        return DemoContentError(self.where, problem)

    def has(self, key: str) -> bool:
        return key in self._values

    def text(self, key: str, default: str | None = None) -> str:
        """Text without blanks at its ends; required unless a default is given."""
        value = self._get(key, str, default)
        if value != value.strip() or (not value and default is None):
            raise self.error(f"{key} is {value!r}; write some text, without blanks at its ends")
        return str(value)

    def choice(self, key: str, allowed: Collection[str], default: str | None = None) -> str:
        value = self.text(key, default)
        if value not in allowed:
            raise self.error(f"{key} is {value!r}; use one of: {', '.join(sorted(allowed))}")
        return value

    def whole(self, key: str, *, least: int, default: int | None = None) -> int:
        """A whole number of at least `least`; never a fraction, because money and goods are counted."""
        value = self._get(key, int, default)
        if value < least:
            raise self.error(f"{key} is {value}; it must be at least {least}")
        return int(value)

    def flag(self, key: str, default: bool | None = None) -> bool:
        return bool(self._get(key, bool, default))

    def list_of(self, key: str, kind: type, *, default: list[Any] | None = None) -> list[Any]:
        values = self._get(key, list, default)
        if any(type(value) is not kind for value in values):
            raise self.error(f"{key} must be a list of {kind.__name__} values only")
        return list(values)

    def value(self, key: str, kind: type) -> Any:
        return self._get(key, kind, None)

    def table(self, key: str) -> "Entry":
        return Entry(f"{self.where}, {key}", self._get(key, dict, None))

    def tables(self, key: str, *, named_by: str, default: list[Any] | None = None) -> Iterator["Entry"]:
        """The tables of an array, each naming itself in errors by the value of its `named_by` key."""
        for place, values in enumerate(self.list_of(key, dict, default=default), start=1):
            yield Entry(f"{self.where}, {key} {values.get(named_by, f'number {place}')}", values)

    def close(self) -> None:
        unknown = sorted(self._values.keys() - self._asked)
        if unknown:
            raise self.error(f"unknown key {', '.join(unknown)}; known here: {', '.join(sorted(self._asked))}")

    def _get(self, key: str, kind: type, default: Any) -> Any:
        self._asked.add(key)
        value = self._values.get(key, default)
        if value is None:
            raise self.error(f"{key} is missing")
        if type(value) is not kind:
            raise self.error(f"{key} is {value!r}; it must be of type {kind.__name__}")
        return value


def read_file(path: Path) -> Entry:
    """The whole file as one entry. Raises DemoContentError when it is missing or not TOML."""
    try:
        return Entry(path.name, tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise DemoContentError(path.name, f"the file is missing in {path.parent.name}/") from None
    except tomllib.TOMLDecodeError as broken:
        raise DemoContentError(path.name, f"not valid TOML: {broken}") from None
