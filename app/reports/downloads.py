"""Sending a report's file."""

import os
from typing import IO

from flask import Response, send_file

CSV = "text/csv"
JSON = "application/json"
PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(file: IO[bytes], name: str, kind: str) -> Response:
    """A file that is whole, and its length, so that whoever fetches it knows when something is missing."""
    length = file.seek(0, os.SEEK_END)
    file.seek(0)
    answer = send_file(file, mimetype=kind, as_attachment=True, download_name=name)
    answer.content_length = length
    return answer
