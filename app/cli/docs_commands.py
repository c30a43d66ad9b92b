"""`phsar docs …`: pages of the documentation that are made from the code."""

import click

from app.cli.axes import states_page
from app.cli.recipes_page import recipes_page
from app.cli.report_pages import reports_page


@click.group("docs")
def docs() -> None:
    """Pages of the documentation that are made from the code."""


@docs.command("states")
def docs_states() -> None:
    """The page `docs/developers/states.md`."""
    click.echo(states_page(), nl=False)


@docs.command("reports")
def docs_reports() -> None:
    """The page `docs/accountants/reports.md`."""
    click.echo(reports_page(), nl=False)


@docs.command("recipes")
def docs_recipes() -> None:
    """The page `docs/accountants/recipes.md`."""
    click.echo(recipes_page(), nl=False)
