"""`phsar demo …`"""

import time

import click

from app.cli.demo.content import load_demo
from app.cli.demo.load import PASSWORD, load_demo_market
from app.config.settings import load_settings


@click.group("demo")
def demo() -> None:
    """The made-up market for trying out."""


@demo.command("load")
@click.option("--password", default=PASSWORD, show_default=True, help="Of everybody in the demo.")
def load(password: str) -> None:
    """Fill the market with 40 shops and their goods. Run again, it adds only what is missing."""
    settings = load_settings()
    if settings.is_production:
        raise click.UsageError("The demo has known passwords and wallet keys: it is not for production.")
    began = time.monotonic()
    load_demo_market(settings, password=password, say=click.echo)
    click.echo(f"Demo market ready after {time.monotonic() - began:.0f} s.")


@demo.command("people")
def people() -> None:
    """Who may sign in."""
    for person in load_demo().people:
        click.echo(f"{person.email:<40} {person.role:<14} {person.seller or ''}")
