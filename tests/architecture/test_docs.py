"""What the pages name exists: links, files, commands, make targets and settings; and each page can be found."""

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

from app.cli.__main__ import phsar
from app.cli.report_pages import reports_page
from app.config.settings import Settings
from app.reconciliation.rules import REASON_WORDS
from app.reports.rules import MEANINGS
from tests.support.stripe_server import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)


def links_of(page: Path) -> list[Path]:
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", CODE.sub("", page.read_text()))
    return [(page.parent / target).resolve() for target in targets if "://" not in target]


def code_of(page: Path) -> str:
    return "\n".join(CODE.findall(page.read_text()))


@pytest.mark.parametrize("name", NAMES)
def test_every_link_leads_somewhere(name: str) -> None:
    assert [str(target) for target in links_of(ROOT / name) if not target.exists()] == []


def test_every_page_is_in_the_list_of_pages() -> None:
    listed = set(links_of(ROOT / "docs/README.md"))
    unlisted = [page for page in (ROOT / "docs").rglob("*.md") if page not in listed and page.parent not in listed]
    assert [str(page) for page in unlisted if page.name != "README.md"] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_command_that_is_named_exists(name: str) -> None:
    for words in re.findall(r"\bphsar((?: [a-z][a-z-]*)+)", code_of(ROOT / name)):
        command: click.Command = phsar
        for word in words.split():
            if not isinstance(command, click.Group):
                break  # the rest are its arguments
            found = command.get_command(click.Context(command), word)
            assert found, f"phsar{words}"
            command = found


@pytest.mark.parametrize("name", NAMES)
def test_every_make_target_that_is_named_exists(name: str) -> None:
    targets = set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text()))
    assert set(re.findall(r"\bmake ([a-z][a-z-]*)", code_of(ROOT / name))) <= targets


@pytest.mark.parametrize("name", NAMES)
def test_every_file_of_ours_that_is_named_exists(name: str) -> None:
    named = re.findall(r"\b((?:app|tests|migrations|contracts_abi|benchmarks|docs)/[\w./-]*\w)", code_of(ROOT / name))
    assert [path for path in named if not (ROOT / path).exists() and not list(ROOT.glob(f"{path}*"))] == []


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith(("docs/operators", "README"))])
def test_every_setting_that_is_named_exists(name: str) -> None:
    settings_page = (ROOT / "docs/operators/settings.md").read_text()
    known = {item.name.upper() for item in fields(Settings)} | set(re.findall(r"`([A-Z_]+)`", settings_page))
    named = set(re.findall(r"`([A-Z]+_[A-Z_]+)\b", (ROOT / name).read_text()))
    assert named - known == set()


def test_the_accountants_pages_have_every_column_and_every_reason() -> None:
    report = (ROOT / "docs/accountants/settlement-report.md").read_text()
    assert [name for name, words in MEANINGS.items() if f"| `{name}` | {words} |" not in report] == []
    tie_out = (ROOT / "docs/accountants/tie-out.md").read_text()
    assert [reason for reason, words in REASON_WORDS.items() if f"| `{reason.value}` | {words} |" not in tie_out] == []


def test_the_page_of_reports_is_what_the_code_says() -> None:
    assert (ROOT / "docs/accountants/reports.md").read_text() == reports_page()
