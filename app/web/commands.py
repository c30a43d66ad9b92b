"""Commands for translators."""

import click

from app.web.texts import add_catalogs, untranslated, unused, update_catalogs


@click.group("texts")
def texts() -> None:
    """Texts of the product and their translations."""


@texts.command("add")
@click.argument("locale")
def add(locale: str) -> None:
    """Begin a language, such as th or vi: its .po files with every text, for you to fill."""
    written = add_catalogs(locale)
    click.echo(f"{len(written)} files in {written[0].parent}, {len(untranslated(locale))} texts to translate.")
    click.echo("The language is offered when all are translated. What to look at besides: docs/developers/languages.md")


@texts.command("update")
@click.argument("locale", default="km")
def update(locale: str) -> None:
    """Bring the .po files in step with the code; new texts are left empty for you to fill."""
    for path in update_catalogs(locale):
        click.echo(path.name)
    for text in untranslated(locale):
        click.echo(f"to translate: {text}")


@texts.command("check")
@click.argument("locale", default="km")
def check(locale: str) -> None:
    """Fail, naming them, when texts are untranslated or translations are unused."""
    problems = [f"untranslated: {text}" for text in untranslated(locale)]
    problems += [f"unused: {text}" for text in unused(locale)]
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise SystemExit(1)


if __name__ == "__main__":
    texts()
