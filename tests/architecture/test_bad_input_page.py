"""The page that says which test guards against which bad input names no test that is gone."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "developers" / "bad-input.md"
NAMED = re.compile(r"`([\w./]+)::(\w+)`")


@cache
def functions_of(path: str) -> set[str]:
    content = (ROOT / path).read_text()
    if path.endswith(".sol"):
        return set(re.findall(r"function (test\w+)", content))
    return {node.name for node in ast.walk(ast.parse(content)) if isinstance(node, ast.FunctionDef)}


def rows() -> list[str]:
    lines = [line for line in PAGE.read_text().splitlines() if line.startswith("|")]
    return [line for line in lines if not line.startswith(("| What comes |", "|---"))]


def test_every_test_named_exists() -> None:
    named = NAMED.findall(PAGE.read_text())
    gone = [f"{path}::{name}" for path, name in named if not (ROOT / path).is_file() or name not in functions_of(path)]
    assert not gone, f"Mend these in {PAGE.relative_to(ROOT)}: {gone}"


def test_every_bad_input_has_a_test() -> None:
    assert len(rows()) > 25
    assert [row for row in rows() if not NAMED.search(row)] == []
