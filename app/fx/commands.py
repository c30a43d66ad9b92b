"""`phsar fx …`: exchange rates from a file."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import click

from app.db.session import reading, transaction
from app.fx.actions.load_rates import NewRate, load_rates
from app.fx.queries import all_rates, tax_office_rates
from app.fx.rules import DatedRate
from app.money.amounts import rate_micro, rate_text


@click.group("fx")
def fx() -> None:
    """Exchange rates against the US dollar."""


@fx.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--tax-office", is_flag=True, help="For tax invoices only: the rate the tax office wants.")
def load(file: Path, *, tax_office: bool) -> None:
    """Load rates from a TOML file.

    It has `as_of = 2026-11-20`, `source = "…"` and a table `[per_usd]` with lines such as `KHR = "4012.5"`.
    """
    rates = read_rates(file)
    with transaction() as session:
        count = load_rates(session, rates, of_tax_office=tax_office)
    click.echo(f"{count} rates of {rates[0].as_of} loaded.")


@fx.command("show")
def show() -> None:
    """Print the rates that count now."""
    with reading() as session:
        for _code, dated in sorted(all_rates(session).items()):
            click.echo(_line(dated))
        for dated in tax_office_rates(session):
            click.echo(f"{_line(dated)}  (tax office)")


def _line(dated: DatedRate) -> str:
    return f"{dated.rate.currency}  {rate_text(dated.rate.per_usd_micro):>18}  {dated.as_of}  {dated.source}"


def read_rates(file: Path) -> list[NewRate]:
    """Raises click.UsageError naming the line that cannot be read."""
    try:
        content = tomllib.loads(file.read_text("utf-8"))
        as_of, source, table = content["as_of"], content["source"], content["per_usd"]
    except (tomllib.TOMLDecodeError, KeyError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{file.name}: needs as_of, source and [per_usd]; {error}") from error
    if not isinstance(as_of, date) or not table:
        raise click.UsageError(f"{file.name}: as_of is a date such as 2026-11-20, and [per_usd] has at least one line.")
    return [NewRate(code, as_of, _micro(code, value), source) for code, value in table.items()]


def _micro(code: str, value: Any) -> int:
    try:
        return rate_micro(str(value))
    except ValueError as error:
        raise click.UsageError(f"{code}: {error}.") from error
