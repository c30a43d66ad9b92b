"""Each import rule of `pyproject.toml` holds, and is broken by an import planted against it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.stripe_server import ROOT

PLANTED = {
    "a package imports one above it": ("catalog/models.py", "app.orders.models"),
    "two packages of one row know each other": ("chain/rpc.py", "app.ledger.models"),
    "a model acts": ("orders/models.py", "app.orders.actions.ship_order"),
    "money knows the database": ("money/amounts.py", "sqlalchemy"),
    "a journal recipe opens a session": ("ledger/recipes.py", "app.db.session"),
    "a rule knows HTTP": ("identity/rules/shops.py", "flask"),
    "an action knows HTTP": ("orders/actions/ship_order.py", "flask"),
    "a query makes pages": ("identity/queries.py", "app.web.pages"),
    "a view is called by a neighbour": ("console/queries.py", "app.orders.views"),
    "Stripe is called past its door": ("checkout/views/pay.py", "stripe"),
    "web3 is called past its door": ("settlement/worker.py", "web3"),
    "eth-account is called past its door": ("settlement/worker.py", "eth_account"),
    "the application starts an embedded server": ("wiring.py", "app.embedded.ports"),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the linter says of a copy of the application with everything planted in it."""
    folder = tmp_path_factory.mktemp("planted")
    shutil.copytree(ROOT / "app", folder / "app")
    shutil.copy(ROOT / "pyproject.toml", folder)
    (folder / "app/planted").mkdir()
    (folder / "app/planted/__init__.py").touch()
    circle = {"": ("media/storage.py", "app.media.pictures"), " ": ("media/pictures.py", "app.media.storage")}
    for file, imported in (PLANTED | circle).values():
        with (folder / "app" / file).open("a") as source:
            source.write(f"\nimport {imported}\n")
    linted = lint(folder)
    assert linted.returncode == 1
    assert "0 kept" in linted.stdout
    return linted.stdout


def test_the_application_keeps_all_its_import_rules() -> None:
    linted = lint(ROOT)
    assert linted.returncode == 0, linted.stdout


@pytest.mark.parametrize("violation", PLANTED)
def test_a_planted_import_is_found(findings: str, violation: str) -> None:
    file, imported = PLANTED[violation]
    importer = "app." + file.removesuffix(".py").replace("/", ".")
    assert f"{importer} -> {imported} (l." in findings


def test_a_package_without_a_row_and_a_circle_of_two_files_are_found(findings: str) -> None:
    assert "- app.planted\n" in findings
    assert "No cycles are allowed in app.media." in findings
