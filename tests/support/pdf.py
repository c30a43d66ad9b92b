"""Reading a PDF with a program that has nothing to do with the one that made it."""

import shutil
import subprocess
from functools import cache

from tests.support.debian import found_or_installed

HOW_TO_GET_IT = "Reading PDFs needs pdftotext. Install it and run again: `apt install poppler-utils` (Debian, Ubuntu)."


@cache
def _reader() -> str:
    found = found_or_installed(lambda: shutil.which("pdftotext"), "poppler-utils")
    if not found:
        raise RuntimeError(HOW_TO_GET_IT)
    return found


def pdf_text(file: bytes) -> str:
    """All of it, a line of the page a line, without marks of where a line may break."""
    answer = subprocess.run([_reader(), "-layout", "-", "-"], input=file, capture_output=True, check=True)
    return answer.stdout.decode().replace("\u200b", "")


def pdf_fonts(file: bytes) -> str:
    """The fonts inside, as `pdffonts` lists them."""
    reader = _reader().replace("pdftotext", "pdffonts")
    return subprocess.run([reader, "-"], input=file, capture_output=True, check=True).stdout.decode()
