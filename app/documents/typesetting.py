"""Setting a document: a Typst template, its texts as JSON, and the fonts beside it. Nothing else is read or fetched."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from datetime import time as midnight
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    import typst

FOLDER = Path(__file__).parent
UTC = ZoneInfo("UTC")
_LEADING = {"km": 1.0}
_EVEN = 0.65


def leading(locale: str) -> float:
    """Space between lines, in ems: more where a script stands high."""
    return _LEADING.get(locale, _EVEN)


def typeset(template: str, content: Mapping[str, Any], *, dated: date) -> bytes:
    """The PDF. Strings of `content` are set as they are and never read as markup; `dated` is the only time in it."""
    import typst  # 9 MiB that every process would hold

    compiler = typst.Compiler(
        FOLDER / f"{template}.typ",
        root=FOLDER,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"content": json.dumps(content, ensure_ascii=False)},
    )
    moment = datetime.combine(dated, midnight.min, UTC)
    made = compiler.compile(format="pdf", timestamp=int(moment.timestamp()))
    assert isinstance(made, bytes)
    return made


@cache
def _fonts() -> "typst.Fonts":
    import typst  # as above

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FOLDER / "fonts"])
