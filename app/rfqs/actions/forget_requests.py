"""A person goes: what they asked for as a person ends, and its words and files go."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.identity.actor import Actor
from app.rfqs.actions.send_request import cancel_request
from app.rfqs.models import Asked, Counter, Quote, QuoteDraft, Rfq, RfqFile, RfqLine, RfqNote
from app.rfqs.rules.life import RUNNING, RfqState


def forget_requests(session: Session, user_id: UUID, *, now: datetime) -> None:
    """Requests of a company stay the company's. What was agreed on stands in deals and orders."""
    own = (Rfq.buyer_id == user_id) & Rfq.company_id.is_(None)
    open_ones = select(Rfq.id).where(own, Rfq.state.in_((RfqState.DRAFT, *RUNNING))).order_by(Rfq.id)
    for rfq_id in session.scalars(open_ones).all():
        cancel_request(session, Actor(user_id), rfq_id, now=now)
    ids = select(Rfq.id).where(own)
    shops = select(Asked.id).where(Asked.rfq_id.in_(ids))
    session.execute(delete(RfqFile).where(RfqFile.rfq_id.in_(ids)))
    session.execute(update(RfqLine).where(RfqLine.rfq_id.in_(ids), RfqLine.variant_id.is_(None)).values(words="–"))
    session.execute(update(RfqNote).where(RfqNote.asked_id.in_(shops), RfqNote.side == "buyer").values(body="–"))
    session.execute(
        update(Counter).where(Counter.quote_id.in_(select(Quote.id).where(Quote.asked_id.in_(shops)))).values(note="")
    )
    session.execute(update(Rfq).where(own).values(title="–", note="", place=""))
    for column in (RfqNote.author_id, Counter.made_by, Quote.sent_by, QuoteDraft.kept_by):
        table = column.class_
        session.execute(update(table).where(column == user_id).values({column.key: None}))
