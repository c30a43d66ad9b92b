"""Taking a backup, of a market that runs or rests."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from fsspec.implementations.local import LocalFileSystem

from app.cli.backup import database
from app.cli.backup.archive import ArchiveWriter, new_archive
from app.cli.backup.instance_files import MEDIA, PAPERS, Embedded, chain_file, embedded_in, secrets_text, stripe_files
from app.cli.backup.manifest import DATABASE, SECRETS, Manifest, fingerprints
from app.cli.instance_lock import AlreadyRunningError, only_instance_in
from app.cli.instance_secrets import NAMES
from app.cli.upgrade import owner_url
from app.config.settings import Settings
from app.embedded.postgres import EmbeddedPostgres
from app.media.storage import Storage, storage_at
from app.parties.storage import PaperStorage, papers_at

IN_ARCHIVE = "in the archive"


def take_backup(settings: Settings, folder: Path, target: Path, *, with_keys: bool) -> tuple[Path, Manifest]:
    """Write the archive; gives where it is. `folder` is the data folder of a market that runs on this machine.

    A directory as `target` gets a file named by the moment. Raises BackupFailedError.
    """
    embedded = embedded_in(folder, settings)
    now = datetime.now(UTC)
    file = target / f"phsar-{now:%Y%m%d-%H%M%S}.tar" if target.is_dir() else target
    with _database_url(settings, embedded) as url, database.one_state(url) as (connection, snapshot):
        revision = database.migration(connection)
        with new_archive(file) as archive:
            _copy_embedded(archive, embedded)
            with tempfile.TemporaryDirectory(dir=file.parent, prefix=".phsar-backup-") as place:
                database.dump(url, snapshot, Path(place) / DATABASE)
                archive.add_file(DATABASE, Path(place) / DATABASE)
            media = _copy_media(archive, settings.media_url)
            papers = _copy_files(archive, PAPERS, papers_at(settings.papers_url), settings.papers_url)
            keys = keys_of(settings)
            if with_keys:
                archive.add_bytes(SECRETS, secrets_text(keys))
            manifest = archive.close_with(
                lambda parts: Manifest(
                    taken_at=now.isoformat(timespec="seconds"),
                    version=our_version(),
                    migration=revision,
                    postgresql=database.server_major(connection),
                    chain=database.chain_position(connection, settings.chain_id, is_embedded=embedded.chain),
                    stripe_is_embedded=embedded.stripe,
                    media=media,
                    papers=papers,
                    has_keys=with_keys,
                    keys=fingerprints(keys),
                    counts=database.counts(connection),
                    parts=parts,
                )
            )
    return file, manifest


def our_version() -> str:
    """As installed; a working copy that was never installed has none."""
    try:
        return version("phsar")
    except PackageNotFoundError:
        return "working copy"


def keys_of(settings: Settings, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Every secret of this installation that cannot be made anew, by its setting; a gas account's only if it has one."""
    kept = {"KEY_SEED": settings.key_seed, "SECRET_KEY": settings.secret_key}
    kept |= {"STRIPE_API_KEY": settings.stripe_api_key, "STRIPE_WEBHOOK_SECRET": settings.stripe_webhook_secret}
    return kept | {name: environ[name] for name in NAMES if name in environ and name not in kept}


@contextmanager
def _database_url(settings: Settings, embedded: Embedded) -> Iterator[str]:
    """The database as it stands. An embedded one that rests is started for as long as it is read."""
    if not embedded.database:
        yield owner_url(settings)
        return
    try:
        with only_instance_in(embedded.folder), EmbeddedPostgres(embedded.folder / "database") as server:
            yield server.owner_url
    except AlreadyRunningError:
        yield owner_url(settings)


def _copy_embedded(archive: ArchiveWriter, embedded: Embedded) -> None:
    if embedded.stripe:
        for name, content in stripe_files(embedded.folder):
            archive.add_bytes(name, content)
    if embedded.chain:
        archive.add_bytes(*chain_file(embedded.folder))


def _copy_media(archive: ArchiveWriter, media_url: str) -> str:
    """Files of a folder are copied, a bucket keeps its own; says which."""
    return _copy_files(archive, MEDIA, storage_at(media_url), media_url)


def _copy_files(archive: ArchiveWriter, part: str, storage: Storage | PaperStorage, url: str) -> str:
    if not isinstance(storage.files, LocalFileSystem):
        return f"kept apart, at {url.split('://', 1)[0]}://…"
    folder = Path(storage.root)
    for file in sorted(folder.iterdir()) if folder.is_dir() else ():
        if file.is_file() and not file.name.endswith(".new"):
            archive.add_file(f"{part}/{file.name}", file)
    return IN_ARCHIVE
