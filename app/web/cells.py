"""Tables on a phone: every row becomes a card, and its cells carry the names of their columns.

A table of five columns does not fit 360 pixels, and what scrolls away sideways is the amount or the button. tables.css
stacks the rows and shows `data-label`; the templates go on writing plain `<td>`s.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

NOTHING = "–"
_CELL = re.compile(rf"<td(?P<attributes>[^>]*)>(?P<nothing>\s*{NOTHING}?\s*</td>)?")


def label_cells(rows: Markup, columns: Sequence[Mapping[str, Any]]) -> Markup:
    """`rows`, the `<tr>`s of one table, with `data-label` on each cell and `data-nil` on those that say nothing.

    A column that is `hidden` has a name for readers only: its cells get none. Rows in which a cell spans several are
    not for this.
    """
    return Markup("<tr").join(_label_row(row, columns) for row in rows.split("<tr"))


def _label_row(row: str, columns: Sequence[Mapping[str, Any]]) -> Markup:
    remaining = iter(columns)

    def labeled(cell: re.Match[str]) -> str:
        column = next(remaining, {})
        label = "" if column.get("hidden") else f' data-label="{escape(column.get("label", ""))}"'
        nil = " data-nil" if cell["nothing"] else ""
        return f"<td{cell['attributes']}{label}{nil}>{cell['nothing'] or ''}"

    return Markup(_CELL.sub(labeled, row))  # noqa: S704 - what a template has escaped, and a label escaped above
