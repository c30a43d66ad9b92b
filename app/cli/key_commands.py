"""`phsar keys …`: the secrets of a new market, made on the operator's machine and never shown."""

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

import click

from app.chain.keys import Keys

NAMES = ("treasury", "fees", "arbiter", "buyer-agent")
OWNER_ONLY = 0o600


@click.group("keys")
def keys() -> None:
    """Keys of a market: made once, kept in a file, shown as addresses only."""


@keys.command("new")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def new(file: Path) -> None:
    """Write new keys into FILE, readable by its owner only, as settings for the environment. Prints addresses."""
    made = {"KEY_SEED": secrets.token_hex(32), "SECRET_KEY": secrets.token_urlsafe(48)}
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    except FileExistsError:
        raise click.ClickException(f"{file} exists already. Keys are never replaced: they hold money.") from None
    except OSError as problem:
        raise click.ClickException(f"{file} cannot be written: {problem.strerror}.") from None
    with os.fdopen(descriptor, "w") as out:
        out.write("".join(f"{name}={value}\n" for name, value in made.items()))
        out.flush()
        os.fsync(out.fileno())
    click.echo(_addresses(made))


@keys.command("show")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def show(file: Path) -> None:
    """The addresses of the keys in FILE: is this the copy that was kept apart?"""
    lines = (line.strip() for line in file.read_text("utf-8").splitlines())
    found = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    try:
        click.echo(_addresses(found))
    except (KeyError, ValueError):
        raise click.ClickException(f"{file} has no line KEY_SEED= with 64 hexadecimal digits.") from None


def _addresses(secrets_: Mapping[str, str]) -> str:
    """Raises KeyError without a seed, ValueError for one that is none."""
    seed = secrets_["KEY_SEED"]
    if len(bytes.fromhex(seed)) != 32:  # noqa: PLR2004 - bytes
        raise ValueError
    own = Keys(seed)
    return json.dumps({name: str(own.account(name).address) for name in NAMES})
