"""No cell of a file that leaves the market is a formula, whoever wrote what stands in it and whichever file it is."""

import csv
import io
import re
from pathlib import Path

import openpyxl
import pytest

import app
from app.reports.files import csv_file, workbook_file
from app.web.spreadsheets import csv_line, without_formula, workbook

FORMULAS = [
    "=1+1",
    "+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "＋1",
    "－1",
    "＠A",
    "=cmd|' /C calc'!A0",
    "-",
]
WRITERS = {"web/spreadsheets.py", "reports/files.py"}
BY_ITSELF = re.compile(r"csv\.(writer|DictWriter)\b|\bxlsxwriter\b|openpyxl import .*\bWorkbook\b|openpyxl\.Workbook\b")


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_text_in_every_kind_of_file(text: str) -> None:
    guarded = "'" + text
    assert next(csv.reader(io.StringIO(csv_line([text, "KP-1"]), newline=""))) == [guarded, "KP-1"]
    with csv_file([[text]]) as file:
        assert next(csv.reader(io.StringIO(file.read().decode("utf-8-sig"), newline=""))) == [guarded]
    small = workbook([[text]], name=text, widths=(9,), frozen=(0, 0), bold=())
    with workbook_file("x", lambda book: book.sheet("x", widths=[9]).add([text])) as large:
        for content in (io.BytesIO(small), large):
            cell = openpyxl.load_workbook(content).active["A1"]
            assert (cell.data_type, _read(cell.value)) == ("s", _read(guarded))


def _read(text: str) -> str:
    return text.replace("_x000D_", "\r").replace("\r", "\n")


@pytest.mark.parametrize("number", ["-5.00", "0", "12", "-12.345678", "000123"])
def test_a_number_stays_one(number: str) -> None:
    assert csv_line([number]) == f"{number}\r\n"


def test_what_was_made_safe_before_is_not_made_so_twice() -> None:
    assert csv_line(["'=1"]) == "'=1\r\n"


@pytest.mark.parametrize("text", FORMULAS)
def test_a_bank_reads_the_text_alone(text: str) -> None:
    left = without_formula(text)
    assert text.endswith(left)
    assert csv_line([left]) in (f"{left}\r\n", '""\r\n'), "nothing was left to be put out of action"


def test_no_file_is_written_past_these_two() -> None:
    """A new one that calls the writer by itself would have no guard."""
    root = Path(app.__file__).parent
    found = {str(path.relative_to(root)) for path in root.rglob("*.py") if BY_ITSELF.search(path.read_text())}
    assert found == WRITERS
