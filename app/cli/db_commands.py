"""`phsar db …`"""

import click

from app.cli.cut_off import cut_off_by
from app.config.settings import load_settings
from app.db import migrate
from app.db.grants import grant
from app.db.session import configure


@click.group("db")
def db() -> None:
    """Tables and their migrations."""


@db.command("upgrade")
@click.argument("revision", default="head")
def db_upgrade(revision: str) -> None:
    """Bring the tables to a revision."""
    settings = load_settings()
    migrate.upgrade(settings.database_url, revision)
    if revision == "head":
        configure(settings.database_url)
        cut_off_by(settings.market_time_zone)
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
