"""Keys are made into a file of the operator's own, never replaced and never shown."""

import json
from pathlib import Path

from click.testing import CliRunner

from app.chain.keys import Keys
from app.cli.__main__ import phsar


def type_in(*words: str) -> tuple[int, str]:
    done = CliRunner(env={"DATABASE_URL": "", "KEY_SEED": ""}).invoke(phsar, words)
    return done.exit_code, done.output


def test_new_keys_are_in_the_file_and_only_their_addresses_on_the_screen(tmp_path: Path) -> None:
    file = tmp_path / "keys.env"
    code, said = type_in("keys", "new", str(file))
    assert code == 0
    assert file.stat().st_mode & 0o777 == 0o600
    made = dict(line.split("=", 1) for line in file.read_text().splitlines())
    assert set(made) == {"KEY_SEED", "SECRET_KEY"}
    assert len(made["SECRET_KEY"]) >= 32
    assert json.loads(said)["treasury"] == Keys(made["KEY_SEED"]).treasury().address
    assert not any(secret in said for secret in made.values())
    assert type_in("keys", "show", str(file)) == (0, said)


def test_keys_that_are_there_are_never_replaced(tmp_path: Path) -> None:
    file = tmp_path / "keys.env"
    type_in("keys", "new", str(file))
    before = file.read_text()
    code, said = type_in("keys", "new", str(file))
    assert code == 1
    assert "never replaced" in said
    assert file.read_text() == before


def test_a_file_without_a_seed_is_refused_without_showing_what_is_in_it(tmp_path: Path) -> None:
    file = tmp_path / "other.env"
    for content in ("SECRET_KEY=abcdef\n", "KEY_SEED=abcdef\n", "KEY_SEED=not hexadecimal\n"):
        file.write_text(content)
        code, said = type_in("keys", "show", str(file))
        assert code == 1
        assert "abcdef" not in said
        assert "not hexadecimal" not in said
