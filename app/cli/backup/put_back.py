"""Putting a backup back: into a fresh data folder, or into the empty database that the environment names."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from app.cli.backup import database
from app.cli.backup.archive import Archive
from app.cli.backup.errors import RestoreRefusedError
from app.cli.backup.instance_files import CHAIN, MEDIA, PAPERS, STRIPE, STRIPE_JOURNAL, secrets_of
from app.cli.backup.manifest import DATABASE, SECRETS, Manifest, require_keys
from app.cli.instance_secrets import write_secrets
from app.db.grants import grant_what_is_asked
from app.db.revision import is_known, is_newest, newest_revision
from app.embedded.postgres import EmbeddedPostgres
from app.media.storage import storage_at
from app.parties.storage import papers_at

POSTGRESQL = 18


def put_back(archive: Archive, folder: Path, given: Mapping[str, str], keys_file: Path | None) -> list[str]:
    """Restore everything; gives what a person must know, a line each.

    `given` is the environment: what it names (DATABASE_URL, MEDIA_URL, PAPERS_URL) is filled, the rest comes into
    `folder`, which gets its name only when all is there. Raises RestoreRefusedError before anything is written, or while nothing but a
    draft was.
    """
    manifest = archive.manifest
    _require_version(manifest)
    secrets = _secrets(archive, given, keys_file)
    require_keys(manifest, secrets)
    _require_place(manifest, folder, given)
    with _draft_of(folder) as draft:
        with _database_url(draft, given) as url:
            _fill_database(archive, url)
        _fill_folder(archive, draft, secrets)
        _fill_media(archive, given.get("MEDIA_URL") or os.fspath(draft / MEDIA))
        _fill_papers(archive, given.get("PAPERS_URL") or os.fspath(draft / PAPERS))
    return _notes(manifest, folder, given)


def _require_version(manifest: Manifest) -> None:
    if not is_known(manifest.migration):
        raise RestoreRefusedError(
            f"The backup is at migration {manifest.migration}, and this version knows them up to {newest_revision()}. "
            f"Restore it with the version that wrote it ({manifest.version}) or a later one."
        )
    if manifest.postgresql > POSTGRESQL:
        raise RestoreRefusedError(
            f"The backup is from PostgreSQL {manifest.postgresql}; this version brings {POSTGRESQL}."
        )


def _secrets(archive: Archive, given: Mapping[str, str], keys_file: Path | None) -> dict[str, str]:
    """From the archive if it has them; what a file or the environment says goes over it."""
    found = secrets_of(archive.read(SECRETS).decode()) if archive.manifest.has_keys else {}
    if keys_file is not None:
        found |= secrets_of(keys_file.read_text())
    named = (*archive.manifest.keys, *found)
    return found | {name: given[name] for name in named if given.get(name)}


def _require_place(manifest: Manifest, folder: Path, given: Mapping[str, str]) -> None:
    if _needs_folder(manifest, given) and folder.exists() and any(folder.iterdir()):
        raise RestoreRefusedError(f"{folder} is not empty; a backup is restored into a folder of its own (--data-dir).")
    if given.get("DATABASE_URL") and database.has_tables(_owner_url(given)):
        raise RestoreRefusedError("The database at DATABASE_URL has tables; a backup is restored into an empty one.")
    if given.get("CHAIN_ID") and int(given["CHAIN_ID"]) != manifest.chain.chain_id:
        raise RestoreRefusedError(f"The backup is of chain {manifest.chain.chain_id}; CHAIN_ID is {given['CHAIN_ID']}.")


def _needs_folder(manifest: Manifest, given: Mapping[str, str]) -> bool:
    has_own = manifest.chain.is_embedded or manifest.stripe_is_embedded
    named = (given.get(name) for name in ("DATABASE_URL", "MEDIA_URL", "PAPERS_URL"))
    return has_own or not all(named)


@contextmanager
def _draft_of(folder: Path) -> Iterator[Path]:
    """A folder beside it that takes its name when the block ends; what an earlier attempt left is forgotten."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = folder.with_name(f".{folder.name}.restoring")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    try:
        yield draft
        if any(draft.iterdir()):
            if folder.exists():
                folder.rmdir()
            draft.chmod(0o755)
            draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


@contextmanager
def _database_url(draft: Path, given: Mapping[str, str]) -> Iterator[str]:
    """The owner's; afterwards the roles that own nothing have what they need."""
    if given.get("DATABASE_URL"):
        yield _owner_url(given)
        _grant(_owner_url(given), given["DATABASE_URL"], given.get("DATABASE_REPORTS_URL", ""))
    else:
        with EmbeddedPostgres(draft / "database") as server:
            yield server.owner_url
            _grant(server.owner_url, server.url, server.reports_url)


def _grant(owner_url: str, database_url: str, reports_url: str) -> None:
    """A backup of an older version is upgraded first, and that grants."""
    if is_newest(owner_url):
        grant_what_is_asked(owner_url, database_url, reports_url)


def _owner_url(given: Mapping[str, str]) -> str:
    return given.get("DATABASE_OWNER_URL") or given["DATABASE_URL"]


def _fill_database(archive: Archive, url: str) -> None:
    with tempfile.TemporaryDirectory(prefix="phsar-restore-") as place:
        archive.write(DATABASE, Path(place) / DATABASE)
        database.restore(url, Path(place) / DATABASE)


def _fill_folder(archive: Archive, draft: Path, secrets: Mapping[str, str]) -> None:
    names = archive.manifest.part_names()
    for name in sorted(names):
        if name in {STRIPE, STRIPE_JOURNAL} or name.startswith(f"{CHAIN}/"):
            archive.write(name, draft / name)
    if any(draft.iterdir()):
        write_secrets(draft, secrets)


def _fill_media(archive: Archive, media_url: str) -> None:
    """Names are hashes of the content, so a file that is there is the same one."""
    storage = storage_at(media_url)
    for name in sorted(archive.manifest.part_names()):
        if name.startswith(f"{MEDIA}/"):
            storage.put_back(name.removeprefix(f"{MEDIA}/"), archive.read(name))


def _fill_papers(archive: Archive, papers_url: str) -> None:
    """Names are random and written once."""
    storage = papers_at(papers_url)
    for name in sorted(archive.manifest.part_names()):
        if name.startswith(f"{PAPERS}/"):
            storage.save(archive.read(name), name.removeprefix(f"{PAPERS}/"))


def _notes(manifest: Manifest, folder: Path, given: Mapping[str, str]) -> list[str]:
    counted = ", ".join(f"{count} {name}" for name, count in manifest.counts.items())
    notes = [f"Restored the market of {manifest.taken_at}: {counted}."]
    if not manifest.media.startswith("in "):
        notes.append(f"Pictures are not in the archive: {manifest.media}.")
    if not manifest.papers.startswith("in "):
        notes.append(f"Documents of shops are not in the archive: {manifest.papers}.")
    if manifest.migration != newest_revision():
        notes.append(f"Tables are at {manifest.migration}: `phsar db upgrade` brings them to {newest_revision()}.")
    if given.get("DATABASE_URL"):
        notes.append(
            "Start `phsar settle` and `phsar worker`; they read what happened since from the chain and Stripe."
        )
    else:
        notes.append(f"Start it: make run DATA_DIR={folder}")
    notes.append("Then compare: phsar books tie-out. It names what this backup does not know.")
    return notes
