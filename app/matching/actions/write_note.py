"""What people write about an exception, with a file as evidence; and giving it to somebody."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.db.locks import lock_one
from app.identity.actor import Actor
from app.matching.actions.tell_people import tell_people
from app.matching.errors import EvidenceTooLarge, ExceptionClosed, ExceptionNotFound, NothingToWrite, UnknownAssignee
from app.matching.models import MatchException, MatchNote
from app.matching.queries import exceptions_for, require_resolver, resolvers
from app.matching.rules import LARGEST_EVIDENCE


def write_note(
    session: Session, actor: Actor, exception_id: UUID, *, form_token: UUID, text: str, file: tuple[str, bytes] | None
) -> None:
    """Kept as it is; the same form again is the same note. `file`: name and content.

    Raises ResolverNeeded, ExceptionNotFound, NothingToWrite, EvidenceTooLarge.
    """
    found = _locked(session, actor, exception_id)
    if _is_sent_again(session, form_token):
        return
    if not text.strip() and file is None:
        raise NothingToWrite(field="text")
    if file is not None and len(file[1]) > LARGEST_EVIDENCE:
        raise EvidenceTooLarge(field="file")
    assert actor.user_id is not None
    session.add(
        MatchNote(
            form_token=form_token,
            exception_id=found.id,
            kind="note",
            text=text.strip(),
            file_name=file[0] if file else None,
            file=file[1] if file else None,
            written_by=actor.user_id,
        )
    )
    session.flush()
    record_act(session, actor.user_id, "exception.note", found.id, reference=found.reference)


def assign(session: Session, actor: Actor, exception_id: UUID, *, form_token: UUID, to: UUID | None) -> None:
    """Give it to somebody, or (None) to nobody. Raises ResolverNeeded, ExceptionNotFound, ExceptionClosed, UnknownAssignee."""
    found = _locked(session, actor, exception_id)
    if _is_sent_again(session, form_token):
        return
    if found.state == "closed":
        raise ExceptionClosed
    if to is not None and to not in {row.id for row in resolvers(session)}:
        raise UnknownAssignee(field="assignee")
    assert actor.user_id is not None
    found.assignee_id = to
    session.add(
        MatchNote(
            form_token=form_token, exception_id=found.id, kind="assigned", assignee_id=to, written_by=actor.user_id
        )
    )
    session.flush()
    record_act(session, actor.user_id, "exception.assign", found.id, reference=found.reference, to=str(to or ""))
    if to is not None:
        tell_people(session, "given", form_token, found, who=actor.user_id, whom=[to])


def _locked(session: Session, actor: Actor, exception_id: UUID) -> MatchException:
    require_resolver(actor)
    query = exceptions_for(actor).where(MatchException.id == exception_id)
    return lock_one(session, query, missing=ExceptionNotFound)


def _is_sent_again(session: Session, form_token: UUID) -> bool:
    return session.scalar(select(MatchNote.id).where(MatchNote.form_token == form_token)) is not None
