"""Secrets of an embedded instance: made once, kept in its data folder, readable by its owner only."""

import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

ENVIRONMENT = "instance.env"
SECRETS = "secrets.env"
NAMES: Mapping[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(48),
    "SECURITY_PASSWORD_SALT": lambda: secrets.token_urlsafe(24),
    "STRIPE_API_KEY": lambda: f"sk_test_{secrets.token_hex(16)}",
    "STRIPE_WEBHOOK_SECRET": lambda: f"whsec_{secrets.token_hex(24)}",
    "KEY_SEED": lambda: secrets.token_hex(32),
}


def instance_secrets(data_dir: Path) -> dict[str, str]:
    """The secrets by the name of their setting; those missing are made. What is there is never replaced:
    keys derived from a lost seed would be money nobody can move.
    """
    file = data_dir / SECRETS
    found = _read(file)
    missing = {name: make() for name, make in NAMES.items() if name not in found}
    if missing:
        write_secrets(data_dir, found | missing)
    return found | missing


def write_secrets(data_dir: Path, values: Mapping[str, str]) -> None:
    """Keep the secrets of an instance; the file is whole or the one before it."""
    data_dir.mkdir(parents=True, exist_ok=True)
    file = data_dir / SECRETS
    draft = file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    draft.rename(file)


def _read(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    lines = file.read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def write_environment(data_dir: Path, environment: Mapping[str, str]) -> None:
    """Keep what the parts of this instance were told, for the command line beside it; readable by the owner only."""
    draft = data_dir / f"{ENVIRONMENT}.new"
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text("".join(f"{name}={value}\n" for name, value in sorted(environment.items())))
    draft.rename(data_dir / ENVIRONMENT)


def read_environment(data_dir: Path) -> dict[str, str]:
    """What the instance in `data_dir` was told at its last start; empty when it never ran."""
    return _read(data_dir / ENVIRONMENT)
