"""Taking a person out of what they and shops wrote to each other."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, false, or_, select, update
from sqlalchemy.orm import Session

from app.messages.models import Block, Message, MessageFile, Report, Thread
from app.messages.queries import bought_by
from app.messages.rules import BUYER, SHOP, path_of
from app.notify.actions.forget_mails import forget_mails
from app.notify.actions.read_news import forget_news


def forget_threads(session: Session, *, user_id: UUID | None, order_ids: Collection[UUID], now: datetime) -> None:
    """Of a buyer with an account, or of a guest's orders: all texts and files of both sides, for what the shop wrote is
    about the person too. Empty rows stay, so that the shop's people see that there was something.
    """
    ids = session.scalars(
        select(Thread.id).where(bought_by(user_id, order_ids)).order_by(Thread.id).with_for_update()
    ).all()
    messages = select(Message.id).where(Message.thread_id.in_(ids))
    session.execute(delete(MessageFile).where(MessageFile.message_id.in_(messages)))
    session.execute(update(Report).where(Report.message_id.in_(messages)).values(text=""))
    session.execute(update(Message).where(Message.thread_id.in_(ids)).values(body=""))
    session.execute(update(Thread).where(Thread.id.in_(ids)).values(buyer_name="", erased_at=now))
    own = Block.user_id == user_id if user_id else false()
    session.execute(delete(Block).where(or_(own, Block.thread_id.in_(ids))))
    forget_news(session, links=[path_of(side, thread_id) for thread_id in ids for side in (BUYER, SHOP)])
    forget_mails(session, recipient=None, keys=[f"messages:{thread_id}:" for thread_id in ids], now=now)


def adopt_threads(session: Session, *, order_ids: Collection[UUID], user_id: UUID) -> None:
    """What somebody wrote as a guest about these orders is in their account now."""
    guests = (Thread.kind == "order", Thread.subject_id.in_(order_ids), Thread.buyer_id.is_(None))
    session.execute(update(Thread).where(*guests).values(buyer_id=user_id))
