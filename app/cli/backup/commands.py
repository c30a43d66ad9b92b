"""`phsar backup TARGET` and `phsar restore ARCHIVE`."""

import os
from pathlib import Path

import click

from app.cli.backup.archive import proved
from app.cli.backup.manifest import Manifest
from app.cli.backup.put_back import put_back
from app.cli.backup.take import take_backup
from app.config.settings import load_settings

_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


def _data_dir() -> Path:
    return Path(os.environ.get("PHSAR_DATA_DIR") or "var")


@click.command("backup")
@click.argument("target", type=click.Path(path_type=Path))
@click.option(
    "--with-keys", is_flag=True, help="Put the keys into the archive, in clear. Whoever has it has the money."
)
def backup(target: Path, *, with_keys: bool) -> None:
    """Write one archive with database, pictures and, where they are embedded, chain and Stripe. TARGET: file or folder."""
    file, manifest = take_backup(load_settings(), _data_dir(), target, with_keys=with_keys)
    click.echo(f"{file} ({file.stat().st_size / 1e6:.1f} MB)")
    for line in _said(manifest):
        click.echo(line)


@click.command("restore")
@click.argument("archive", type=_FILE)
@click.option("--data-dir", type=click.Path(path_type=Path), help="A new folder for what is embedded (default: var).")
@click.option("--keys", "keys_file", type=_FILE, help="The keys that were kept apart: lines NAME=value.")
@click.option("--check", "only_check", is_flag=True, help="Prove the archive whole; restore nothing.")
def restore(archive: Path, data_dir: Path | None, keys_file: Path | None, *, only_check: bool) -> None:
    """Put a backup back, after proving it whole. Never over a market that is there."""
    with proved(archive) as found:
        if only_check:
            for line in ("The archive is whole.", *_said(found.manifest)):
                click.echo(line)
            return
        for note in put_back(found, (data_dir or _data_dir()).resolve(), os.environ, keys_file):
            click.echo(note)


def _said(manifest: Manifest) -> list[str]:
    chain = manifest.chain
    lines = [
        f"Taken at {manifest.taken_at} by version {manifest.version}.",
        f"Tables at migration {manifest.migration}, chain {chain.chain_id} at block {chain.seen_block}.",
        ", ".join(f"{count} {name}" for name, count in manifest.counts.items()) + ".",
    ]
    if manifest.has_keys:
        lines.append("The keys are in it, in clear: keep this file as you would keep the money.")
    else:
        lines.append(f"Not in it, keep apart: {', '.join(manifest.keys)} and the other secrets of your settings.")
    if not chain.is_embedded:
        lines.append("The chain is not in it: it keeps itself, and is read again from this position.")
    if not manifest.media.startswith("in "):
        lines.append(f"Pictures are not in it: {manifest.media}.")
    if not manifest.papers.startswith("in "):
        lines.append(f"Documents of shops are not in it: {manifest.papers}.")
    return lines
