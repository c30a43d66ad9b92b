"""A market whose bank tells things otherwise than its books, and two people who resolve it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, text

from app.banking.actions.keep_statement import StatementFile, keep_statement
from app.banking.rules import read_statement
from app.db.session import in_transaction, reading
from app.identity.actor import Actor
from app.matching.actions.decide_proposal import agree_to_proposal
from app.matching.actions.match_items import match_items
from app.matching.actions.propose_resolution import propose_resolution
from app.matching.models import MatchException, MatchProposal
from app.matching.rules import Kind
from tests.banking.files import camt
from tests.closing.kept_books import Books


def say(books: Books, *entries: str) -> None:
    """The bank's statement with these lines, and what a run makes of it."""
    keep(books, *entries)
    match()


def keep(books: Books, *entries: str) -> None:
    """The bank's statement with these lines, which no run has looked at."""
    file = StatementFile(f"{uuid4()}.xml", camt(entries), "camt053", "")
    read = read_statement(file.content, file.format, "USD")
    in_transaction(lambda session: keep_statement(session, books.accountant, file, read))


def match(*, whole: bool = False) -> int:
    return in_transaction(lambda session: match_items(session, now=datetime.now(UTC), whole=whole))


def exceptions(state: str = "open") -> dict[str, str]:
    """Reasons by reference."""
    with reading() as session:
        rows = session.execute(
            select(MatchException.reference, MatchException.reason).where(MatchException.state == state)
        )
        return {row.reference: row.reason for row in rows}


def id_of(reference: str) -> UUID:
    with reading() as session:
        return session.scalars(select(MatchException.id).where(MatchException.reference == reference)).one()


def propose(who: Actor, reference: str, kind: Kind, *, other: str = "", note: str = "See the bank's letter.") -> UUID:
    exception_id, token = id_of(reference), uuid4()
    return in_transaction(
        lambda session: (
            propose_resolution(session, who, exception_id, kind, other=other, note=note, form_token=token).id
        )
    )


def agree(who: Actor, proposal_id: UUID) -> None:
    in_transaction(lambda session: agree_to_proposal(session, who, proposal_id, now=datetime.now(UTC)).id)


def proposal(proposal_id: UUID) -> MatchProposal:
    with reading() as session:
        return session.get_one(MatchProposal, proposal_id)


def balance(number: str, asset: str = "USD") -> int:
    with reading() as session:
        return int(
            session.scalar(
                text(
                    "SELECT coalesce(sum(p.amount), 0) FROM postings AS p JOIN ledger_accounts AS a ON a.id = p.account_id"
                    " WHERE a.number = :number AND a.asset = :asset"
                ),
                {"number": number, "asset": asset},
            )
            or 0
        )


def do(statement: str, **values: Any) -> None:
    in_transaction(lambda session: session.execute(text(statement), values) and None)
