"""Small files for people, one request for phones: style sheets and scripts are put together when they are read.

No build step and no second version: what a bundle is made of works by itself as well.
"""

import re
from pathlib import Path

_STYLE_ORDER = ("tokens.css", "fonts.css", "base.css")
_IMPORT = re.compile(r'^import \* as (\w+) from "\./([\w-]+)\.js";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function (\w+))", re.MULTILINE)


def bundle_styles(folder: Path) -> bytes:
    """All style sheets of `folder` as one, tokens first."""
    files = sorted(
        folder.glob("*.css"),
        key=lambda path: (_STYLE_ORDER.index(path.name) if path.name in _STYLE_ORDER else len(_STYLE_ORDER), path.name),
    )
    return b"\n".join(path.read_bytes() for path in files)


def bundle_script(entry: Path) -> bytes:
    """The module with each `import * as name from "./other.js"` replaced by that module, in a scope of its own.

    What those export are functions, and they import nothing themselves; other ways of importing are left to the browser.
    """

    def scope(found: re.Match[str]) -> str:
        text = entry.with_name(f"{found[2]}.js").read_text()
        names = ", ".join(_EXPORT.findall(text))
        return f"const {found[1]} = (() => {{\n{_EXPORT.sub('', text)}return {{ {names} }};\n}})();"

    return _IMPORT.sub(scope, entry.read_text()).encode()
