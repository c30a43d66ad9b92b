"""The `phsar` command."""

import os
import sys
from pathlib import Path

import click

from app import wiring
from app.cli import market_commands
from app.cli.demo.commands import demo
from app.cli.instance_secrets import read_environment
from app.cli.prepare import prepare
from app.config.settings import SettingsError, load_settings, settings_page
from app.db import migrate
from app.db.grants import grant
from app.errors import DomainError

NEEDS_NO_MARKET = {"db", "settings", "texts", "prepare"}


@click.group()
@click.pass_context
def phsar(context: click.Context) -> None:
    """Run and look after a Phsar market. Settings come from the environment."""
    if context.invoked_subcommand not in NEEDS_NO_MARKET and "--help" not in sys.argv:
        wiring.start(load_settings())


@phsar.group("db")
def db() -> None:
    """Tables and their migrations."""


@db.command("upgrade")
@click.argument("revision", default="head")
def db_upgrade(revision: str) -> None:
    """Bring the tables to a revision."""
    migrate.upgrade(load_settings().database_url, revision)
    click.echo(f"Tables are at {revision}.")


@db.command("downgrade")
@click.argument("revision")
def db_downgrade(revision: str) -> None:
    """Go back to a revision; `base` removes all tables."""
    migrate.downgrade(load_settings().database_url, revision)


@db.command("grant")
@click.argument("role")
def db_grant(role: str) -> None:
    """Let a database role that owns nothing run the market; ask as the owner, again after each upgrade."""
    grant(load_settings().database_url, role)
    click.echo(f"{role} may run the market and change nothing that is booked.")


@db.command("check")
def db_check() -> None:
    """Fail when models and migrations are not in step."""
    migrate.check(load_settings().database_url)


@db.command("revision")
@click.argument("number")
@click.argument("message")
def db_revision(number: str, message: str) -> None:
    """Write a migration from what the models have and the database has not."""
    migrate.new_revision(load_settings().database_url, message, number)


@phsar.group("settings")
def settings_group() -> None:
    """What the environment must say."""


@settings_group.command("docs")
def settings_docs() -> None:
    """The page `docs/operators/settings.md`."""
    click.echo(settings_page(), nl=False)


@settings_group.command("check")
def settings_check() -> None:
    """Fail, naming each, when a setting is missing or wrong."""
    load_settings()
    click.echo("Settings are complete.")


def main() -> None:
    """Run a command; a problem we have words for is one line and exit code 1."""
    if "DATABASE_URL" not in os.environ:
        folder = Path(os.environ.get("PHSAR_DATA_DIR") or "var")
        os.environ.update(read_environment(folder) | dict(os.environ))  # the market that `make run` started here
    for command in (*wiring.COMMANDS, *market_commands.commands, demo, prepare):
        phsar.add_command(command)
    try:
        phsar(standalone_mode=True)
    except (SettingsError, DomainError) as problem:
        click.echo(str(problem), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
