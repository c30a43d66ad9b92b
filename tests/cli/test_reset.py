"""`make reset` deletes an instance, and nothing else, and only when it is told to."""

import os
import subprocess
import sys
from pathlib import Path

from app.cli.children import REPOSITORY
from app.cli.instance_lock import only_instance_in
from app.cli.instance_secrets import instance_secrets


def reset(folder: Path, *options: str, answer: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app.cli.reset", "--data-dir", os.fspath(folder), *options]
    return subprocess.run(command, cwd=REPOSITORY, input=answer, capture_output=True, text=True, check=False)


def test_data_are_deleted_after_a_yes(tmp_path):
    instance_secrets(tmp_path / "var")
    assert reset(tmp_path / "var", answer="yes\n").returncode == 0
    assert not (tmp_path / "var").exists()


def test_no_answer_deletes_nothing(tmp_path):
    instance_secrets(tmp_path)
    assert reset(tmp_path).returncode == 1
    assert (tmp_path / "secrets.env").exists()


def test_a_folder_that_is_not_ours_is_never_deleted(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    assert "nothing was deleted" in reset(tmp_path, "--yes").stdout
    assert (tmp_path / "thesis.txt").exists()


def test_a_running_market_is_not_deleted(tmp_path):
    instance_secrets(tmp_path)
    with only_instance_in(tmp_path):
        assert reset(tmp_path, "--yes").returncode == 1
    assert (tmp_path / "secrets.env").exists()
