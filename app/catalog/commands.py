"""`phsar category …`: what goods are sorted by. Sellers choose from these when they list goods."""

import re

import click

from app.catalog.actions.put_category import put_category
from app.catalog.queries.categories import categories
from app.db.session import reading, transaction

TINTS = tuple(f"t{number}" for number in range(1, 7))
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@click.group("category")
def category() -> None:
    """Categories of goods."""


@category.command("put")
@click.argument("slug")
@click.option("--en", "english", required=True, help="Name in English.")
@click.option("--km", "khmer", help="Name in Khmer.")
@click.option("--tint", type=click.Choice(TINTS), default="t1", show_default=True, help="Color of its tile.")
def put(slug: str, english: str, khmer: str | None, tint: str) -> None:
    """Add the category SLUG, as in `rice-noodles`, or rename it."""
    if not SLUG.fullmatch(slug):
        raise click.UsageError(f"{slug!r} cannot be an address: use a-z, 0-9 and single hyphens.")
    names = {"en": english} | ({"km": khmer} if khmer else {})
    with transaction() as session:
        put_category(session, slug=slug, names=names, tint=tint)
    click.echo(f"{slug}: {english}")


@category.command("list")
def show() -> None:
    """All, in their order."""
    with reading() as session:
        for each in categories(session):
            click.echo(f"{each.slug:<24} {each.names['en']}")
