"""A backup is whole or nothing, holds no key unless asked, and is never put over a market or under another key."""

import hashlib
import json
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click import ClickException

from app.cli.backup import manifest as manifests
from app.cli.backup.archive import new_archive, proved
from app.cli.backup.errors import ArchiveDamagedError, BackupFailedError, RestoreRefusedError
from app.cli.backup.put_back import put_back
from app.cli.backup.take import take_backup
from app.config.settings import Settings
from app.db.session import configure, transaction
from app.embedded.postgres import EmbeddedPostgres
from app.identity.actions.register_user import register_user
from app.parties.storage import papers_at
from tests.support.http import web_settings

OTHER_SEED = "22" * 32
PAPER = "cd" * 16
PICTURE = "ab" * 32 + "-320.webp"


@pytest.fixture
def settings(cloned_database: str, tmp_path: Path) -> Settings:
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / PICTURE).write_bytes(b"a picture")
    with configure(cloned_database).connect(), transaction() as session:
        register_user(session, email="dara@people.example", password_hash=None)
    papers_at(str(tmp_path / "papers")).save(b"a document", PAPER)
    return web_settings(
        database_url=cloned_database, media_url=str(tmp_path / "media"), papers_url=str(tmp_path / "papers")
    )


@pytest.fixture
def archive(settings: Settings, tmp_path: Path) -> Path:
    file, _ = take_backup(settings, tmp_path / "no-instance", tmp_path / "market.tar", with_keys=False)
    return file


def given(settings: Settings, **changes: str) -> dict[str, str]:
    """What the environment of the new market says."""
    return {"KEY_SEED": settings.key_seed, "SECRET_KEY": settings.secret_key, **changes}


def restored(archive: Path, environment: dict[str, str], folder: Path, keys: Path | None = None) -> list[str]:
    with proved(archive) as found:
        return put_back(found, folder, environment, keys)


def forge(archive: Path, change: Callable[[dict], None]) -> None:
    """Write the manifest anew, with a checksum that fits: as another version of ours might have."""
    with tarfile.open(archive) as tar:
        parts = {member.name: tar.extractfile(member).read() for member in tar.getmembers()}
    content = json.loads(parts[manifests.NAME])
    change(content)
    parts[manifests.NAME] = json.dumps(content).encode()
    parts[manifests.SUM] = hashlib.sha256(parts[manifests.NAME]).hexdigest().encode()
    archive.unlink()
    with new_archive(archive) as writer:
        for name, data in parts.items():
            writer.add_bytes(name, data)


def test_no_key_is_in_the_archive_unless_it_is_asked_for(settings: Settings, archive: Path, tmp_path: Path) -> None:
    secrets = [settings.key_seed.encode(), settings.secret_key.encode(), settings.stripe_webhook_secret.encode()]
    content = archive.read_bytes()
    assert [secret for secret in secrets if secret in content] == []
    assert archive.stat().st_mode & 0o777 == 0o600
    with_keys, manifest = take_backup(settings, tmp_path / "none", tmp_path / "keys.tar", with_keys=True)
    assert manifest.has_keys
    assert all(secret in with_keys.read_bytes() for secret in secrets)


def test_a_folder_gets_a_file_named_by_the_moment_and_no_backup_replaces_another(
    settings: Settings, archive: Path, tmp_path: Path
) -> None:
    (tmp_path / "daily").mkdir()
    file, _ = take_backup(settings, tmp_path / "none", tmp_path / "daily", with_keys=False)
    assert file.parent == tmp_path / "daily"
    assert list(file.parent.iterdir()) == [file]
    with pytest.raises(BackupFailedError, match="never replaces"):
        take_backup(settings, tmp_path / "none", archive, with_keys=False)


def test_a_cut_off_archive_is_refused_wherever_it_ends(settings: Settings, archive: Path, tmp_path: Path) -> None:
    with tarfile.open(archive) as tar:
        ends = [member.offset_data + member.size - 1 for member in tar.getmembers()]
    whole = archive.read_bytes()
    for end in (0, 100, *ends):
        archive.write_bytes(whole[:end])
        with pytest.raises(ArchiveDamagedError):
            restored(archive, given(settings), tmp_path / "var")
    assert not (tmp_path / "var").exists()


def test_an_altered_byte_anywhere_is_named_with_its_part(settings: Settings, archive: Path, tmp_path: Path) -> None:
    with tarfile.open(archive) as tar:
        places = {member.name: member.offset_data + member.size // 2 for member in tar.getmembers()}
    assert {"database.dump", f"media/{PICTURE}", f"papers/{PAPER}"} < set(places)
    for name, place in places.items():
        content = bytearray(archive.read_bytes())
        content[place] ^= 1
        damaged = tmp_path / "damaged.tar"
        damaged.write_bytes(content)
        with pytest.raises(ArchiveDamagedError, match="manifest" if "manifest" in name else name):
            restored(damaged, given(settings), tmp_path / "var")


def test_another_format_and_a_later_migration_are_refused(settings: Settings, archive: Path, tmp_path: Path) -> None:
    whole = archive.read_bytes()
    for change, words in (
        (lambda content: content.update(migration="9999"), "migration 9999"),
        (lambda content: content.update(format=2), "format 2"),
        (lambda content: content.update(postgresql=19), "PostgreSQL 19"),
    ):
        archive.write_bytes(whole)
        forge(archive, change)
        with pytest.raises(RestoreRefusedError, match=words):
            restored(archive, given(settings), tmp_path / "var")


def test_another_key_and_a_missing_one_are_named(settings: Settings, archive: Path, tmp_path: Path) -> None:
    with pytest.raises(RestoreRefusedError, match="KEY_SEED is another one"):
        restored(archive, given(settings, KEY_SEED=OTHER_SEED), tmp_path / "var")
    with pytest.raises(RestoreRefusedError, match="KEY_SEED was not given"):
        restored(archive, {}, tmp_path / "var")
    keys = tmp_path / "keys.env"
    keys.write_text(f"KEY_SEED={settings.key_seed}\nSECRET_KEY=something else\n")
    with pytest.raises(RestoreRefusedError, match="SECRET_KEY is another one"):
        restored(archive, {}, tmp_path / "var", keys)


def test_a_folder_or_database_with_something_in_it_is_left_alone(
    settings: Settings, archive: Path, tmp_path: Path
) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "note").write_text("mine")
    with pytest.raises(RestoreRefusedError, match="is not empty"):
        restored(archive, given(settings), tmp_path / "var")
    with pytest.raises(RestoreRefusedError, match="has tables"):
        restored(archive, given(settings, DATABASE_URL=settings.database_url), tmp_path / "new")
    with pytest.raises(RestoreRefusedError, match="of chain 31337"):
        restored(archive, given(settings, CHAIN_ID="1"), tmp_path / "new")


def test_an_empty_database_is_not_backed_up(database_server: EmbeddedPostgres, tmp_path: Path) -> None:
    database_server.create_database("empty_market")
    settings = web_settings(database_url=database_server.url_of("empty_market"))
    with pytest.raises(ClickException, match="holds no market"):
        take_backup(settings, tmp_path / "none", tmp_path / "x.tar", with_keys=False)
    database_server.drop_database("empty_market")
    with pytest.raises(ClickException, match="does not answer"):
        take_backup(replace(settings), tmp_path / "none", tmp_path / "x.tar", with_keys=False)
    assert not (tmp_path / "x.tar").exists()
