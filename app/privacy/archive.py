"""The copy itself: a ZIP with all of it as JSON, and each part as a table that a spreadsheet opens."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from app.errors import N_
from app.notify.words import in_language
from app.privacy.parts import PARTS
from app.privacy.parts.rows import Row, plain
from app.web.spreadsheets import csv_line

READ_ME = N_(
    """This is what %(market)s keeps about you, as of %(at)s.

data.json holds all of it, for programs. The other files hold the same as tables, which a spreadsheet opens:

%(files)s

Amounts end in _minor (the currency's smallest unit) or _cents (US cents). Times are UTC."""
)
_BOM = "\ufeff"


def pack(found: Mapping[str, Sequence[Row]], *, read_me: str) -> bytes:
    """The bytes of the ZIP. An empty part has its file too: it says that nothing is kept."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", _BOM + read_me)
        archive.writestr("data.json", json.dumps(found, default=plain, ensure_ascii=False, indent=2))
        for name, rows in found.items():
            archive.writestr(f"{name}.csv", table(rows))
    return out.getvalue()


def read_me(locale: str, **values: Any) -> str:
    files = "\n".join(f"{name}.csv: {in_language(locale, words)}" for name, (words, _read) in PARTS.items())
    return in_language(locale, READ_ME, files=files, **values)


def table(rows: Sequence[Row]) -> str:
    """UTF-8 CSV with a byte-order mark (spreadsheets need it for Khmer)."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    cells = ([_cell(row.get(column)) for column in columns] for row in rows)
    return _BOM + csv_line(columns) + "".join(map(csv_line, cells))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    known = plain(value)
    return known if isinstance(known, str) else json.dumps(known, default=plain, ensure_ascii=False)
