"""`phsar books months|close|reopen|snapshot`: closing from a terminal, by the same people and the same rules as on the pages."""

import hashlib
import sys
from datetime import UTC, datetime
from uuid import uuid4

import click
from sqlalchemy.orm import Session

from app.closing.actions.ask_reopening import ask_reopening
from app.closing.actions.close_month import close_month
from app.closing.actions.decide_reopening import agree_to_reopening, refuse_reopening, withdraw_reopening
from app.closing.actions.soft_close_month import soft_close_month
from app.closing.queries import asked_now, results
from app.closing.rules import not_clear
from app.db.session import in_transaction, reading
from app.db.session import snapshot as one_state
from app.identity.actor import Actor
from app.identity.queries import actor_of, user_by_email
from app.ledger.months import RUNNING, month, span
from app.ledger.months import months as months_of
from app.ledger.snapshots import all_versions, flaws, snapshot_text

_BY = click.option("--by", "email", required=True, metavar="EMAIL", help="Who does it: an operator or accountant.")
_MONTH = click.option("--month", "period", required=True, metavar="2026-10")


@click.command("months")
def months() -> None:
    """List the months of the books, what each takes, and the hash of what was closed for good."""
    with reading() as session:
        rows = months_of(session, *span(session))
    for row in rows:
        late = f"{row.late_count} late" if row.late_count else ""
        kept = f"v{row.version} {row.hash.hex()}" if row.hash else ""
        click.echo(f"{row.period}  {row.state:<11}  {late:<8}  {kept}".rstrip())


@click.command("close")
@_MONTH
@click.option("--soft", "how", flag_value="soft", help="For entries: corrections by people still go in.")
@click.option("--hard", "how", flag_value="hard", help="For good: its trial balance is kept.")
@_BY
@click.option("--reason", default="", help="Why, although not everything is in order.")
def close(*, period: str, how: str | None, email: str, reason: str) -> None:
    """Close a month for entries or for good, after a look at what has to be in order."""
    if how is None:
        raise click.UsageError("Say --soft or --hard.")
    with reading() as session:
        actor, asked = _person(session, email), month(session, period)
        red = not_clear(results(session, asked)) if asked.state != RUNNING else []
    for one in red:
        click.echo(f"{'!' if one.gate.is_binding else '?'} not so: {one.gate.label} ({one.count})", err=True)
        for item in one.items:
            click.echo(f"    {item.kind} {item.name}", err=True)
    if how == "soft":
        in_transaction(lambda session: soft_close_month(session, actor, period, reason=reason).id)
        click.echo(f"{period} is closed for entries.")
    else:
        version, digest = in_transaction(lambda session: _closed(session, actor, period, reason))
        click.echo(f"{period} is closed for good: version {version}, SHA-256 {digest}")


def _closed(session: Session, actor: Actor, period: str, reason: str) -> tuple[int, str]:
    kept = close_month(session, actor, period, reason=reason)
    return kept.version, kept.hash.hex()


@click.command("reopen")
@_MONTH
@_BY
@click.option("--reason", default="", help="Why it is asked for.")
@click.option("--agree", "answer", flag_value="agree", help="Open it, as somebody else asked.")
@click.option("--refuse", "answer", flag_value="refuse", help="Leave it closed.")
def reopen(*, period: str, email: str, reason: str, answer: str | None) -> None:
    """Ask to open a month again with --reason; another person then comes with --agree or --refuse."""
    with reading() as session:
        actor, waiting = _person(session, email), asked_now(session, period)
    if answer is None:
        in_transaction(lambda session: ask_reopening(session, actor, period, reason=reason, form_token=uuid4()).id)
        click.echo(
            f"Asked. {period} stays closed until somebody else agrees: phsar books reopen --month {period} --agree --by …"
        )
        return
    if waiting is None:
        raise click.UsageError(f"Nobody has asked to open {period}.")
    now = datetime.now(UTC)
    if answer == "agree":
        in_transaction(lambda session: agree_to_reopening(session, actor, waiting.id, now=now).id)
        click.echo(f"{period} is open again, and every month after it.")
    else:
        decide = withdraw_reopening if waiting.asked_by == actor.user_id else refuse_reopening
        in_transaction(lambda session: decide(session, actor, waiting.id, answer=reason, now=now).id)
        click.echo(f"{period} stays closed.")


@click.group("snapshot")
def snapshot() -> None:
    """The trial balances of months that were closed for good."""


@snapshot.command("verify")
@click.option("--month", "period", metavar="2026-10", help="Only this one.")
def verify(*, period: str | None) -> None:
    """Work every snapshot out anew from entries and lines. Exits with 1, naming each flaw."""
    with one_state() as session:
        kept, found = all_versions(session, period), list(flaws(session, period))
    words = {
        "hash": "its lines do not give its hash",
        "lines": "the entries of the month tell otherwise",
        "balances": "with what was booked since it does not lead to the balance",
    }
    for one in found:
        click.echo(f"{one.period} version {one.version}: {words[one.what]} {one.detail}".rstrip(), err=True)
    if found:
        sys.exit(1)
    click.echo(f"{len(kept)} snapshots are what the books say.")


@snapshot.command("show")
@_MONTH
@click.option("--version", type=int, help="An earlier one; else the newest.")
def show(*, period: str, version: int | None) -> None:
    """Print the text whose SHA-256 is the hash: `phsar books snapshot show --month 2026-10 | sha256sum`."""
    with one_state() as session:
        kept = [one for one in all_versions(session, period) if version in (None, one.version)]
        if not kept:
            raise click.UsageError(f"No such snapshot of {period}.")
        text = snapshot_text(session, kept[-1])
    click.echo(text, nl=False)
    click.echo(hashlib.sha256(text.encode()).hexdigest(), err=True)


def _person(session: Session, email: str) -> Actor:
    user = user_by_email(session, email)
    if user is None:
        raise click.UsageError(f"There is no account {email}.")
    return actor_of(session, user.id)
