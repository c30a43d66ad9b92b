"""The Solidity tests, fuzz tests and invariants, run by forge against the committed bytecode."""

import json
from pathlib import Path

import pytest

from contracts_abi import build


def test_the_solidity_tests_pass(capfd: pytest.CaptureFixture[str]) -> None:
    assert build.main(["test"]) == 0, capfd.readouterr().out


def test_stale_bytecode_is_not_tested(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(build, "artifact_path", lambda name: tmp_path / f"{name}.json")
    for name in build.CONTRACTS:
        (tmp_path / f"{name}.json").write_text(json.dumps({"sourcesSha256": "of other sources"}))
    assert build.main(["test"]) == 1
    assert "run build.py build" in capsys.readouterr().err
