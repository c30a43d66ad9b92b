"""`make check` fails on a known weakness, and says so when nobody could be asked."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    path = Path(__file__).parents[2] / "scripts" / "audit.py"
    spec = importlib.util.spec_from_file_location("audit", path)
    assert spec is not None and spec.loader is not None  # noqa: PT018
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


WELL = {"name": "flask", "version": "3.1.3", "vulns": []}
WEAK = {"name": "jinja2", "version": "2.4", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.4.1"], "aliases": []}]}
UNKNOWN = {"name": "phsar", "skip_reason": "Dependency not found on PyPI and could not be audited"}


def test_a_weakness_is_named_with_the_version_that_mends_it(audit: ModuleType) -> None:
    assert audit.findings_of_pip_audit({"dependencies": [WELL, WEAK]}) == ["jinja2 2.4: PYSEC-1, mended in 2.4.1"]
    entry = {"severity": "high", "range": "<1.2"}
    assert audit.findings_of_npm({"vulnerabilities": {"solc": entry}}) == ["solc: high, <1.2"]


def test_nothing_known_is_not_the_same_as_nobody_asked(audit: ModuleType) -> None:
    assert audit.findings_of_pip_audit({"dependencies": [WELL]}) == []
    assert audit.findings_of_npm({"vulnerabilities": {}}) == []
    with pytest.raises(audit.NotAskedError, match="1 of 2"):
        audit.findings_of_pip_audit({"dependencies": [WELL, UNKNOWN]})
    with pytest.raises(audit.NotAskedError, match="405"):
        audit.findings_of_npm({"message": "405 Method Not Allowed"})


def test_a_weakness_counts_also_when_others_are_unknown(audit: ModuleType) -> None:
    assert len(audit.findings_of_pip_audit({"dependencies": [UNKNOWN, WEAK]})) == 1


@pytest.mark.parametrize(("found", "code"), [([], 0), (["jinja2 2.4: PYSEC-1"], 1)])
def test_the_check_fails_on_a_finding_only(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], found: list[str], code: int
) -> None:
    def nobody_answers() -> list[str]:
        raise audit.NotAskedError("the index does not answer.")

    monkeypatch.setattr(audit, "python_findings", lambda: found)
    monkeypatch.setattr(audit, "node_findings", nobody_answers)
    assert audit.main() == code
    assert "! Node packages were NOT audited: the index does not answer." in capsys.readouterr().out
