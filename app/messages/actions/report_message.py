"""Somebody minds a message; and what the market decides about it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.db.locks import lock_one
from app.identity.actor import Actor, market_role
from app.identity.errors import OperatorNeeded
from app.identity.models import User
from app.identity.rules.roles import OPERATOR
from app.messages.actions.tell_other_side import answering
from app.messages.errors import ReportNotFound
from app.messages.models import Report, Thread
from app.messages.parties import Party
from app.messages.queries import message_shown
from app.messages.rules import BUYER, CLOSED, DECIDED, WARNED, WARNING, other, path_of, require_undecided, title_for
from app.notify.actions.notify_person import notify_person


def report_message(session: Session, party: Party, message_id: UUID, *, reason: str, text: str) -> None:
    """A message of the other side; a second report of the same one is silently the first. Raises MessageNotFound."""
    message, _thread, _side = message_shown(session, party, message_id)
    values = {"message_id": message.id, "reporter_id": party.actor.user_id, "reason": reason, "text": text}
    session.execute(insert(Report).values(values).on_conflict_do_nothing(index_elements=["message_id"]))


def decide_report(session: Session, actor: Actor, report_id: UUID, decision: str, *, now: datetime) -> None:
    """`dismissed`; `warned`: the author reads so beside the message; `closed`: warned, and nothing more is written there.

    Raises OperatorNeeded, ReportNotFound or ReportDecided.
    """
    if not market_role(actor, OPERATOR):
        raise OperatorNeeded
    # The message is joined to the row, and is locked with it: nobody else changes either meanwhile.
    report = lock_one(session, select(Report).where(Report.id == report_id), missing=ReportNotFound)
    require_undecided(report.state, decision)
    report.state, report.decided_by, report.decided_at = decision, actor.user_id, now
    thread = session.get_one(Thread, report.message.thread_id, with_for_update=True)
    if decision in {WARNED, CLOSED}:
        report.message.warned_at = now
        _tell(session, thread, report.message.side, WARNING, report)
    if decision == CLOSED:
        thread.closed_at = thread.closed_at or now
    if report.reporter_id is not None:
        _tell(session, thread, other(report.message.side), DECIDED, report)
    record_act(session, actor.user_id, f"message_report.{decision}", report.id, message_id=str(report.message_id))


def _tell(session: Session, thread: Thread, side: str, kind: str, report: Report) -> None:
    """All of that side who have an account; a guest reads it on the page."""
    people = answering(session, thread)
    if side == BUYER:
        people = [session.get_one(User, thread.buyer_id)] if thread.buyer_id else []
    for user in people:
        values = {"about": title_for(thread.subject_titles, user.locale)}
        notify_person(session, user.id, kind, values, path_of(side, thread.id), f"{kind}:{report.id}")
