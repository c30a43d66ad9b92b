"""The `phsar` command."""

import os
import sys
from importlib import import_module
from pathlib import Path

import click

from app.cli.instance_secrets import read_environment
from app.config.current import is_installed
from app.config.settings import SettingsError, load_settings, settings_page
from app.errors import DomainError

COMMANDS = {
    "backup": "app.cli.backup.commands",
    "books": "app.cli.books_commands",
    "category": "app.catalog.commands",
    "chain": "app.settlement.commands",
    "db": "app.cli.db_commands",
    "demo": "app.cli.demo.commands",
    "docs": "app.cli.docs_commands",
    "fx": "app.fx.commands",
    "keys": "app.cli.key_commands",
    "prepare": "app.cli.prepare",
    "people": "app.privacy.commands",
    "restore": "app.cli.backup.commands",
    "settle": "app.settlement.commands",
    "staff": "app.identity.commands",
    "texts": "app.web.commands",
    "worker": "app.cli.market_commands",
}
"""Where each command is: only the one that was asked for is loaded, because the whole market takes seconds."""
NEEDS_NO_MARKET = {"backup", "books", "db", "docs", "keys", "prepare", "restore", "settings", "texts"}
"""Or sees to it itself, as `books` does: a file of the books is verified where there is no market."""
MAKES_A_MARKET = {"restore"}
"""What is around does not matter to them: they must not take the settings of a market that stands here already."""


class Commands(click.Group):
    """Those defined below, and those of `COMMANDS`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in COMMANDS:
            command: click.Command = getattr(import_module(COMMANDS[cmd_name]), cmd_name)
            return command
        return super().get_command(ctx, cmd_name)


@click.group(cls=Commands)
@click.pass_context
def phsar(context: click.Context) -> None:
    """Run and look after a Phsar market. Settings come from the environment."""
    context.obj = start_market
    if context.invoked_subcommand not in NEEDS_NO_MARKET:
        start_market()


def start_market() -> None:
    """What a command of a running market needs; nothing when only help is asked for."""
    if "--help" in sys.argv:
        return
    from app import reactions  # loads what reacts to events, which is most of the market

    settings = load_settings()
    if not is_installed(settings):
        reactions.start(settings)


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
    if "DATABASE_URL" not in os.environ and not MAKES_A_MARKET & set(sys.argv[1:2]):
        folder = Path(os.environ.get("PHSAR_DATA_DIR") or "var")
        os.environ.update(read_environment(folder) | dict(os.environ))  # the market that `make run` started here
    try:
        phsar(standalone_mode=True)
    except (SettingsError, DomainError) as problem:
        click.echo(str(problem), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
