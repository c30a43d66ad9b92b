"""`phsar db …`"""

import click

from app.cli.upgrade import NEWEST, owner_url, upgrade
from app.config.settings import load_settings
from app.db import migrate
from app.db.grants import grant


@click.group("db")
def db() -> None:
    """Tables and their migrations."""


@db.command("upgrade")
@click.argument("revision", default=NEWEST)
def db_upgrade(revision: str) -> None:
    """Bring the tables to a revision."""
    upgrade(load_settings(), revision)
    click.echo(f"Tables are at {revision}.")


@db.command("downgrade")
@click.argument("revision")
def db_downgrade(revision: str) -> None:
    """Go back to a revision; `base` removes all tables."""
    migrate.downgrade(owner_url(load_settings()), revision)


@db.command("grant")
@click.argument("role")
def db_grant(role: str) -> None:
    """Let a database role that owns nothing run the market; ask as the owner, again after each upgrade."""
    grant(owner_url(load_settings()), role)
    click.echo(f"{role} may run the market and change nothing that is booked.")


@db.command("check")
def db_check() -> None:
    """Fail when models and migrations are not in step."""
    migrate.check(owner_url(load_settings()))


@db.command("revision")
@click.argument("number")
@click.argument("message")
def db_revision(number: str, message: str) -> None:
    """Write a migration from what the models have and the database has not."""
    migrate.new_revision(owner_url(load_settings()), message, number)
