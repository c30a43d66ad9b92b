"""Reading workbooks with a program that has nothing to do with the one that made them."""

import csv
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tests.support.debian import found_or_installed

HOW_TO_GET_IT = "Reading workbooks needs LibreOffice. Install it and run again: `apt install libreoffice-calc-nogui` (Debian, Ubuntu)."
_EVERY_SHEET_AS_SHOWN = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1"
"""Comma, quotation mark, UTF-8, from the first row; cells as a person sees them; a file for each sheet."""
Sheets = Mapping[str, list[list[str]]]


@cache
def _office() -> str:
    found = found_or_installed(lambda: shutil.which("soffice"), "libreoffice-calc-nogui")
    if not found:
        raise RuntimeError(HOW_TO_GET_IT)
    return found


def as_libreoffice_shows(books: Mapping[str, bytes], folder: Path) -> Mapping[str, Sheets]:
    """The cells of each sheet of each workbook. One start for all of them: it takes seconds."""
    for name, content in books.items():
        (folder / f"{name}.xlsx").write_bytes(content)
    made = folder / "made"
    subprocess.run(
        [
            _office(), f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore",
            "--convert-to", _EVERY_SHEET_AS_SHOWN, "--outdir", str(made), *(str(folder / f"{name}.xlsx") for name in books),
        ],
        check=True, capture_output=True, timeout=300, env={"HOME": str(folder), "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    return {
        name: {path.stem.removeprefix(f"{name}-"): _cells(path) for path in made.glob(f"{name}-*.csv")}
        for name in books
    }


def _cells(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))
