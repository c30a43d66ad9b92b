"""A report as a spreadsheet takes it from the clipboard: the cells of its CSV file between tabs."""

import csv
import io
from collections.abc import Iterator
from typing import IO

from app.reports.files import written_file

TSV = "text/tab-separated-values"
MOST_COPIED = 20_000
"""Lines. More of them are a file to be opened, not something to paste."""
_ENDS = dict.fromkeys(map(ord, "\t\r\n"), " ")


def with_tabs(file: IO[bytes]) -> IO[bytes]:
    """Of a CSV file of ours, whose cells are safe already. No byte-order mark: a clipboard would paste it.

    A tab or a line end within a cell is a space: spreadsheets do not agree on how to quote them. Raises NoRoomForFile.
    """

    def write(draft: IO[bytes]) -> None:
        with io.TextIOWrapper(file, encoding="utf-8-sig", newline="") as content:
            for line in _lines(content):
                draft.write(line.encode())

    return written_file(write)


def _lines(content: io.TextIOWrapper) -> Iterator[str]:
    for cells in csv.reader(content):
        yield "\t".join(cell.translate(_ENDS) for cell in cells) + "\n"
