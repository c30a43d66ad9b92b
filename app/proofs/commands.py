"""`phsar books seal`, `export` and `verify`."""

import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import click

from app.proofs.books_file import read_books, write_books
from app.proofs.checking import Check, Fault, NotTheBooks, as_json

SHOWN = 1_000
"""Faults that are printed; of more only the number."""


@click.command("seal")
def seal() -> None:
    """Seal all journals that wait, now instead of within the hour."""
    from app.proofs.sealing import seal_all

    click.echo(f"Seals made: {seal_all()}.")


@click.command("export")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--format", "kind", type=click.Choice(["records", "beancount", "hledger"]), default="records")
def export(file: Path, kind: str) -> None:
    """Write all journals into FILE.

    As records they have their seals and anchors, one JSON record a line, for `phsar books verify FILE`; as beancount or
    hledger text they are read by these programs, with the balances they must come to.
    """
    from app.db.session import report_snapshot
    from app.ledger.plain_text import plain_text
    from app.proofs.queries import records

    draft = file.with_name(file.name + ".part")
    with report_snapshot() as session, draft.open("wb") as out:
        if kind == "records":
            told = f"{write_books(records(session, made_at=datetime.now(UTC)), out)} records."
        else:
            out.writelines(line.encode() for line in plain_text(session, kind))
            told = f"written for {kind}."
    draft.replace(file)
    click.echo(f"{file}: {told}")


@click.command("verify")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--rpc", help="A node to ask what is anchored there.")
@click.option("--contract", help="The anchor contract, when FILE is not to be believed in that.")
@click.option("--json", "wants_json", is_flag=True, help="One JSON object instead of lines.")
@click.pass_obj
def verify(
    start: Callable[[], None] | None, file: Path | None, rpc: str | None, contract: str | None, *, wants_json: bool
) -> None:
    """Look over every seal and every journal, of the database or of an exported FILE, and name what was changed.

    With a FILE neither a database nor settings are needed. Exits with 1 when anything is wrong.
    """
    check = Check()
    if file is None and start is not None:
        start()
    found = check.faults(_of_file(file) if file else _of_database())
    try:
        faults = list(islice(found, SHOWN))
        more = sum(1 for _ in found)
    except NotTheBooks as problem:
        raise click.ClickException(f"{file}: {problem}") from problem
    if rpc:
        from app.proofs.outside import faults_on_chain

        faults += faults_on_chain(rpc, check.looked, contract)
    _tell(check, faults, more, wants_json=wants_json)
    if faults:
        sys.exit(1)


def _of_file(file: Path) -> Iterator[Any]:
    with file.open("rb") as lines:
        yield from read_books(lines)


def _of_database() -> Iterator[Any]:
    from app.db.session import report_snapshot
    from app.proofs.queries import records

    with report_snapshot() as session:
        yield from records(session, made_at=datetime.now(UTC))


def _tell(check: Check, faults: list[Fault], more: int, *, wants_json: bool) -> None:
    looked = check.looked
    head = max(looked.heads, default=None)
    if wants_json:
        found = {
            "seals": looked.seals,
            "journals": looked.journals,
            "unsealed": looked.unsealed,
            "head": {"seal": head, "hash": looked.heads[head]} if head is not None else None,
            "anchors": len(looked.anchors),
            "faults": [as_json(fault) for fault in faults],
            "fault_count": len(faults) + more,
        }
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    for fault in faults:
        click.echo(str(fault))
    if more:
        click.echo(f"… and {more} more.")
    words = "nothing was changed" if not faults else f"{len(faults) + more} faults"
    click.echo(
        f"{looked.seals} seals over {looked.journals} journals, {looked.unsealed} not sealed yet,"
        f" {len(looked.anchors)} anchors: {words}."
    )
    if head is not None:
        click.echo(f"Newest seal {head}: {looked.heads[head]}")
