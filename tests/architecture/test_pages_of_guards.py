"""The pages that say which test guards against what name no test that is gone."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = {name: ROOT / "docs" / "developers" / f"{name}.md" for name in ("bad-input", "security")}
NAMED = re.compile(r"`([\w./]+)::(\w+)`")


@cache
def functions_of(path: str) -> set[str]:
    content = (ROOT / path).read_text()
    if path.endswith(".sol"):
        return set(re.findall(r"function (test\w+)", content))
    return {node.name for node in ast.walk(ast.parse(content)) if isinstance(node, ast.FunctionDef)}


def rows(page: Path) -> list[str]:
    lines = [line for line in page.read_text().splitlines() if line.startswith("|")]
    return [line for line in lines if not line.startswith(("| What comes |", "| Clause |", "|---"))]


@pytest.mark.parametrize("name", PAGES)
def test_every_test_named_exists(name: str) -> None:
    named = NAMED.findall(PAGES[name].read_text())
    gone = [f"{path}::{test}" for path, test in named if not (ROOT / path).is_file() or test not in functions_of(path)]
    assert not gone, f"Mend these in {PAGES[name].relative_to(ROOT)}: {gone}"


@pytest.mark.parametrize(("name", "least"), [("bad-input", 26), ("security", 13)])
def test_every_row_has_a_test(name: str, least: int) -> None:
    assert len(rows(PAGES[name])) >= least
    assert [row for row in rows(PAGES[name]) if not NAMED.search(row)] == []
