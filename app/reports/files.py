"""A report's file: made whole before any of it is sent, or not at all. Equal content gives equal bytes."""

import errno
import io
from collections.abc import Callable, Collection, Generator, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from tempfile import SpooledTemporaryFile, TemporaryDirectory, gettempdir
from typing import IO, TYPE_CHECKING, Any, TypeVar

from app.reports.errors import NoRoomForFile, TooLongForASheet
from app.web.spreadsheets import csv_line, safe

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

T = TypeVar("T")
MADE = datetime(2020, 1, 1)  # noqa: DTZ001 - a fixed property, so that equal reports are equal files
IN_MEMORY = 2 * 1024 * 1024
EXACT_DIGITS = 15
"""What a spreadsheet's number holds: amounts below a billion dollars at six decimals. A longer one stays text."""
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # of the disk, of the account, of one file


Note = Callable[[int], None]
"""Hears now and then how many lines are written."""
_NOTED_EVERY = 5_000
SHEET_LONGEST = 1_048_576
"""Rows that a spreadsheet opens; it drops the rest without a word."""


def counted(lines: Iterable[T], note: Note | None) -> Generator[T]:
    """The same lines, while `note` hears how many there were."""
    for number, line in enumerate(lines, 1):
        yield line
        if note is not None and number % _NOTED_EVERY == 0:
            note(number)


def csv_file(rows: Iterable[Iterable[str]]) -> IO[bytes]:
    """UTF-8 CSV with a byte-order mark, which spreadsheets need for Khmer. Raises NoRoomForFile."""

    def write(draft: IO[bytes]) -> None:
        draft.write("\ufeff".encode())
        for row in rows:
            draft.write(csv_line(row).encode())

    return written_file(write)


def workbook_file(title: str, fill: Callable[["Book"], None]) -> IO[bytes]:
    """A workbook written row by row: of any length, it needs the memory of one row. Raises NoRoomForFile."""
    from xlsxwriter import Workbook  # 3 MiB that processes do without until somebody asks for one

    def write(draft: IO[bytes]) -> None:
        with TemporaryDirectory(prefix="phsar-report-", ignore_cleanup_errors=True) as folder:
            options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
            book = Workbook(draft, {**options, "tmpdir": folder})
            book.set_properties({"title": title, "created": MADE})
            fill(Book(book))
            book.close()

    return written_file(write)


class Book:
    """A workbook that is being written."""

    def __init__(self, book: "Workbook") -> None:
        self._book = book
        self._looks: dict[tuple[object, ...], Format] = {}

    def sheet(self, name: str, *, widths: Sequence[int], frozen: int = 0) -> "Sheet":
        """The first `frozen` rows stay in sight."""
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(frozen, 0)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        return Sheet(sheet, self.look)

    def look(self, **properties: object) -> "Format":
        key = tuple(properties.items())
        if key not in self._looks:
            self._looks[key] = self._book.add_format(properties)
        return self._looks[key]


class Sheet:
    """Rows one below the other, each value as what it is: a spreadsheet counts with numbers and moments."""

    def __init__(self, sheet: "Worksheet", look: "Callable[..., Format]") -> None:
        self._sheet, self._look = sheet, look
        self._row = 0

    def add(
        self,
        values: Iterable[str],
        *,
        numbers: Collection[int] = (),
        moments: Collection[int] = (),
        bold: bool = False,
    ) -> None:
        """The next row. `numbers` and `moments` are the columns of those; all else is text, never a formula.

        Raises TooLongForASheet.
        """
        if self._row >= SHEET_LONGEST:
            raise TooLongForASheet(most=SHEET_LONGEST)
        for column, text in enumerate(values):
            if not text:
                continue
            if column in numbers and _is_exact(text):
                places = len(text.partition(".")[2])
                look = self._look(num_format="0." + "0" * places if places else "0", bold=bold)
                self._sheet.write_number(self._row, column, float(text), look)
            elif column in moments:  # by the report's own clock; a spreadsheet knows no time zones
                look = self._look(num_format="yyyy-mm-dd hh:mm:ss", align="left", bold=bold)
                moment = datetime.fromisoformat(text).replace(tzinfo=None)
                self._sheet.write_datetime(self._row, column, moment, look)
            else:
                shown = text if column in numbers else safe(text)
                self._sheet.write_string(self._row, column, shown, self._look(bold=bold))
        self._row += 1


def _is_exact(text: str) -> bool:
    return len(text.lstrip("-").replace(".", "").lstrip("0")) <= EXACT_DIGITS


def written_file(write: Callable[[Any], None]) -> IO[bytes]:
    """What `write` has written, at its beginning; whoever takes it closes it. Raises NoRoomForFile: nothing is left then."""
    draft = _Draft()
    try:
        _require_a_place()
        write(draft)
        draft.file.seek(0)
    except BaseException as problem:
        draft.give_up()
        if _is_no_room(problem):
            raise NoRoomForFile from problem
        raise
    return draft.file


def _require_a_place() -> None:
    """Python finds its folder for such files by writing into it, and says "not found" where there is no room."""
    try:
        gettempdir()
    except FileNotFoundError as problem:
        raise NoRoomForFile from problem


def _is_no_room(problem: BaseException) -> bool:
    cause = problem if isinstance(problem, OSError) else next(iter(problem.args), None)  # xlsxwriter wraps it
    return isinstance(cause, OSError) and cause.errno in _NO_ROOM


class _Draft:
    """Where a file is written: in memory while it is small, then on disk without a name."""

    def __init__(self) -> None:
        self.file: Any = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed by who takes it

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)

    def give_up(self) -> None:
        """From now on it takes everything and keeps nothing: an archive writes its end even when it is thrown away."""
        with suppress(OSError):  # what was not on disk yet cannot get there, and nobody wants it
            self.file.close()
        self.file = _Nowhere()


class _Nowhere(io.RawIOBase):
    """Knows its place and nothing else."""

    _place = 0

    def seek(self, place: int, _whence: int = io.SEEK_SET) -> int:
        self._place = place
        return place

    def tell(self) -> int:
        return self._place

    def write(self, data: Any) -> int:
        self._place += len(data)
        return len(data)
