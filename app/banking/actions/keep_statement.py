"""A bank's file becomes lines, all of them or none."""

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.banking.errors import AccountNeeded, OtherAccount, ReadAsAnotherFormat
from app.banking.events import StatementKept
from app.banking.models import BankLine, BankStatement
from app.banking.queries import require_keeper
from app.banking.rules import FORMATS
from app.banking.values import Statement
from app.events.bus import publish
from app.identity.actor import Actor
from app.money.references import reference_key

_LOCK = 7_303_043


@dataclass(frozen=True)
class StatementFile:
    """What was sent. `account` may be left empty when the file names it."""

    name: str
    content: bytes
    format: str
    account: str


def keep_statement(session: Session, actor: Actor, file: StatementFile, statement: Statement) -> UUID:
    """Lines that an earlier file had are not kept again; the same file again is the statement it was.

    Raises StatementKeeperNeeded, AccountNeeded, OtherAccount, ReadAsAnotherFormat.
    """
    require_keeper(actor)
    assert actor.user_id is not None
    # One after the other: how many lines are new is counted before the statement, which nothing changes, is written.
    session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    name = sha256(file.content).digest()
    known = session.scalar(select(BankStatement.id).where(BankStatement.sha256 == name))
    if known is not None:
        return known
    account = _account(file.account, statement.account)
    days = [line.booked_on for line in statement.lines]
    _require_one_format(session, account, file.format, min(days), max(days))
    new = _new_lines(session, account, statement)
    row = BankStatement(
        sha256=name,
        format=file.format,
        account=account,
        currency=statement.currency,
        file_name=file.name,
        content=file.content,
        first_on=min(days),
        last_on=max(days),
        opening_minor=statement.opening,
        closing_minor=statement.closing,
        line_count=len(statement.lines),
        new_count=len(new),
        kept_by=actor.user_id,
    )
    session.add(row)
    session.flush()
    if new:
        session.execute(insert(BankLine), [{"statement_id": row.id, **line} for line in new])
    publish(session, StatementKept(row.id))
    record_act(
        session, actor.user_id, "bank_statement.keep", row.id, account=account, lines=row.line_count, new=row.new_count
    )
    return row.id


def _account(typed: str, named: str) -> str:
    """As letters and digits, however it is written."""
    ours, theirs = reference_key(typed).upper(), reference_key(named).upper()
    if not ours and not theirs:
        raise AccountNeeded(field="account")
    if ours and theirs and ours != theirs:
        raise OtherAccount(named=named, typed=typed, field="account")
    return theirs or ours


def _require_one_format(session: Session, account: str, form: str, first: object, last: object) -> None:
    query = (
        select(BankStatement.format, BankStatement.first_on, BankStatement.last_on)
        .where(
            BankStatement.account == account,
            BankStatement.format != form,
            BankStatement.first_on <= last,
            BankStatement.last_on >= first,
        )
        .order_by(BankStatement.last_on.desc(), BankStatement.id)
        .limit(1)
    )
    other = session.execute(query).first()
    if other is not None:
        raise ReadAsAnotherFormat(
            first=other.first_on, last=other.last_on, format=FORMATS[other.format], field="format"
        )


def _new_lines(session: Session, account: str, statement: Statement) -> list[dict[str, object]]:
    numbered = list(statement.numbered(account))
    hashes = {name for _, name, _ in numbered}
    rows = session.execute(
        select(BankLine.content_hash, BankLine.occurrence).where(BankLine.content_hash == func.any(list(hashes)))
    )
    known = {(bytes(row.content_hash), row.occurrence) for row in rows}
    return [
        {
            "place": line.place,
            "account": account,
            "booked_on": line.booked_on,
            "value_on": line.value_on,
            "amount_minor": line.minor,
            "currency": line.currency,
            "reference": line.reference,
            "reference_key": reference_key(line.reference),
            "description": line.description,
            "balance_minor": line.balance,
            "content_hash": name,
            "occurrence": occurrence,
        }
        for line, name, occurrence in numbered
        if (name, occurrence) not in known
    ]
