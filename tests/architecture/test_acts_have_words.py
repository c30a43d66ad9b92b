"""Whoever reads the audit trail reads words, in Khmer too: every act the code notes has some."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from app.audit.words import ACTS
from app.messages.rules import DECISIONS
from app.payouts.rules import CAME_BACK, NOT_TAKEN

APP = Path(__file__).parents[2] / "app"
OPEN_ENDED = {
    "company.": {"accepted", "declined"},
    "customer_group.": {"agreed", "declined"},
    "exception.": {"refused", "withdrawn"},
    "message_report.": set(DECISIONS),
    "redemption.": {CAME_BACK, NOT_TAKEN},
    "reopening.": {"refused", "withdrawn"},
    "reversal.": {"refused", "withdrawn"},
}
"""What the code puts behind the noun of an act that it does not name in full."""


def noted() -> Iterator[tuple[Path, ast.expr]]:
    for file in APP.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record_act":
                yield file, node.args[2]


def acts() -> set[str]:
    found = set()
    for file, act in noted():
        if isinstance(act, ast.Constant):
            found.add(str(act.value))
        elif isinstance(act, ast.JoinedStr):
            noun = act.values[0]
            assert isinstance(noun, ast.Constant)
            found |= {f"{noun.value}{verb}" for verb in OPEN_ENDED[str(noun.value)]}
        else:
            found |= set(re.findall(r'"(\w+\.\w+)"', file.read_text()))
    return found


def test_every_act_the_code_notes_has_words() -> None:
    assert acts() - set(ACTS) == set()


def test_no_words_are_left_of_an_act_that_nobody_notes() -> None:
    assert set(ACTS) - acts() == set()
