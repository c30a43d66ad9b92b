"""Reading threads and messages. Each query says whose eyes it is for; a stranger finds nothing."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from app.db.locks import load_one
from app.db.paging import Page, fetch_page
from app.identity.models import Organization, User
from app.messages.errors import FileNotShown, MessageNotFound, ThreadNotFound
from app.messages.models import Block, Message, MessageFile, Report, Thread
from app.messages.parties import Party, is_bought_by, is_of, is_sold_by
from app.messages.rules import BUYER, ORDER, SHOP, other
from app.messages.subjects import running_orders

SIZE = 20
_SEEN = {BUYER: Thread.buyer_seen, SHOP: Thread.shop_seen}


@dataclass(frozen=True)
class Standing:
    """A thread, and whether its sides may write: `blocked_by` are the sides that want no more of the other."""

    thread: Thread
    blocked_by: frozenset[str]
    is_running: bool


def threads_of(party: Party, side: str) -> Select[Thread]:
    """The threads of one side."""
    return select(Thread).where(is_of(party, side))


def thread_shown(session: Session, party: Party, side: str, thread_id: UUID) -> Standing:
    """With the shop, in one query. Raises ThreadNotFound for a stranger."""
    wanted = (
        threads_of(party, side).where(Thread.id == thread_id).options(joinedload(Thread.organization, innerjoin=True))
    )
    query = wanted.add_columns(*_standing())
    row = session.execute(query).one_or_none()
    if row is None:
        raise ThreadNotFound
    return Standing(row[0], frozenset(side for side in (BUYER, SHOP) if getattr(row, f"by_{side}")), row.is_running)


def _standing() -> list[ColumnElement[Any]]:
    running = and_(Thread.kind == ORDER, Thread.subject_id.in_(running_orders()))
    return [_blocked(BUYER).label("by_buyer"), _blocked(SHOP).label("by_shop"), running.label("is_running")]


def _blocked(side: str) -> ColumnElement[bool]:
    the_buyer = or_(Block.user_id == Thread.buyer_id, Block.thread_id == Thread.id)
    return exists().where(Block.organization_id == Thread.organization_id, Block.side == side, the_buyer)


def standing_of(session: Session, thread: Thread) -> Standing:
    """Of a thread the caller may see."""
    row = session.execute(select(*_standing()).select_from(Thread).where(Thread.id == thread.id)).one()
    return Standing(thread, frozenset(side for side in (BUYER, SHOP) if getattr(row, f"by_{side}")), row.is_running)


def blocks_between(session: Session, organization_id: UUID, user_id: UUID) -> frozenset[str]:
    """Which sides want no messages of the other, of a shop and a person who may have no thread yet."""
    query = select(Block.side).where(Block.organization_id == organization_id, Block.user_id == user_id)
    return frozenset(session.scalars(query))


def thread_about_goods(session: Session, listing_id: UUID, buyer_id: UUID | None) -> UUID | None:
    """Where this buyer has asked about these goods before."""
    return session.scalar(select(Thread.id).where(Thread.subject_id == listing_id, Thread.buyer_id == buyer_id))


@dataclass(frozen=True)
class OrderThread:
    """The thread of an order the caller may see, and how much in it a side has not read."""

    id: UUID
    unread: int


def thread_of_order(session: Session, order_id: UUID, side: str) -> OrderThread | None:
    """In one query."""
    row = session.execute(threads_of_order(order_id, side)).one_or_none()
    return OrderThread(row.id, row.unread) if row else None


def threads_of_order(order_id: UUID, side: str) -> Select[UUID, int]:
    """(id, unread) of the one that an order has, or nothing: for a query that asks for more."""
    query = select(Thread.id, _unread(side).label("unread"))
    return query.where(Thread.kind == ORDER, Thread.subject_id == order_id)


def _unread(side: str) -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(Message)
        .where(Message.thread_id == Thread.id, Message.side == other(side), Message.sequence > _SEEN[side])
        .correlate(Thread)
        .scalar_subquery()
    )


def inbox(
    session: Session,
    party: Party,
    side: str,
    *,
    shop_id: UUID | None = None,
    cursor: str | None = None,
    size: int = SIZE,
) -> Page[Any]:
    """Threads with their last message, the newest first; of a shop those of `shop_id`."""
    last = aliased(Message)
    query = (
        select(
            Thread.id,
            Thread.kind,
            Thread.subject_ref,
            Thread.subject_titles,
            Thread.buyer_name,
            Thread.last_at,
            Organization.name.label("shop"),
            last.body,
            last.side,
            _unread(side).label("unread"),
        )
        .join(Organization, Organization.id == Thread.organization_id)
        .join(last, and_(last.thread_id == Thread.id, last.sequence == Thread.last_sequence))
        .where(is_of(party, side), Thread.erased_at.is_(None))
    )
    if shop_id is not None:
        query = query.where(Thread.organization_id == shop_id)
    order = [Thread.last_at, Thread.id]
    return fetch_page(session, query, order=order, descending=True, cursor=cursor, size=size)


def unread_threads(session: Session, party: Party, side: str, *, shop_id: UUID | None = None) -> int:
    """How many threads hold something this side has not read."""
    return session.scalar(threads_unread(party, side, shop_id=shop_id)) or 0


def threads_unread(party: Party, side: str, *, shop_id: UUID | None = None) -> Select[int]:
    """As `unread_threads`: for a query that asks for more."""
    news = exists().where(Message.thread_id == Thread.id, Message.side == other(side), Message.sequence > _SEEN[side])
    query = select(func.count().label("threads")).select_from(Thread)
    query = query.where(is_of(party, side), Thread.erased_at.is_(None), news)
    return query if shop_id is None else query.where(Thread.organization_id == shop_id)


def messages_of(session: Session, thread_id: UUID, *, cursor: str | None = None, size: int = SIZE) -> Page[Any]:
    """Of a thread the caller may see, the newest first, each with who typed it."""
    query = _rows().where(Message.thread_id == thread_id)
    return fetch_page(session, query, order=[Message.sequence], descending=True, cursor=cursor, size=size)


def around(session: Session, message: Message, context: int) -> Sequence[Any]:
    """A message and those next to it, oldest first."""
    span = Message.sequence.between(message.sequence - context, message.sequence + context)
    query = _rows().where(Message.thread_id == message.thread_id, span)
    return session.execute(query.order_by(Message.sequence)).all()


def _rows() -> Select[*tuple[Any, ...]]:
    return select(
        Message.id,
        Message.sequence,
        Message.side,
        Message.body,
        Message.sent_at,
        Message.warned_at,
        User.name.label("author"),
        exists().where(Report.message_id == Message.id).label("is_reported"),
    ).outerjoin(User, User.id == Message.author_id)


def files_of(session: Session, message_ids: Collection[UUID]) -> Mapping[UUID, Sequence[MessageFile]]:
    """The files of each message, in the order they were chosen, without their bytes; one query."""
    found: dict[UUID, list[MessageFile]] = defaultdict(list)
    wanted = select(MessageFile).where(MessageFile.message_id.in_(message_ids))
    for file in session.scalars(wanted.order_by(MessageFile.message_id, MessageFile.position)):
        found[file.message_id].append(file)
    return found


def message_shown(session: Session, party: Party, message_id: UUID) -> tuple[Message, Thread, str]:
    """A message of the other side, its thread, and the side of who looks. Raises MessageNotFound."""
    mine = or_(and_(is_bought_by(party), Message.side == SHOP), and_(is_sold_by(party.actor), Message.side == BUYER))
    query = select(Message, Thread).join(Thread, Thread.id == Message.thread_id).where(Message.id == message_id, mine)
    row = session.execute(query).one_or_none()
    if row is None:
        raise MessageNotFound
    return row[0], row[1], other(row[0].side)


def file_shown(session: Session, party: Party, file_id: UUID, *, is_operator: bool) -> MessageFile:
    """For both sides of its thread, and for the operator when its message was reported. Raises FileNotShown."""
    ways = [is_bought_by(party), is_sold_by(party.actor)]
    if is_operator:
        ways.append(exists().where(Report.message_id == MessageFile.message_id))
    query = (
        select(MessageFile)
        .join(Message, Message.id == MessageFile.message_id)
        .join(Thread, Thread.id == Message.thread_id)
        .where(MessageFile.id == file_id, or_(*ways))
    )
    return load_one(session, query, missing=FileNotShown)


def bought_by(user_id: UUID | None, order_ids: Collection[UUID]) -> ColumnElement[bool]:
    """The threads of a person's own data: the account's, and a guest's about these orders."""
    about_orders = and_(Thread.kind == ORDER, Thread.subject_id.in_(order_ids))
    return or_(Thread.buyer_id == user_id, about_orders) if user_id is not None else about_orders


def conversations(session: Session, user_id: UUID | None, order_ids: Collection[UUID]) -> Sequence[Any]:
    """Every message a person wrote or was written as a buyer, and what they wrote for a shop; oldest first."""
    files = select(func.string_agg(MessageFile.name, "; ")).where(MessageFile.message_id == Message.id)
    own = bought_by(user_id, order_ids)
    query = (
        select(
            Message.sent_at,
            Organization.name.label("shop"),
            Thread.subject_ref.label("about"),
            Message.side.label("written_by"),
            Message.body.label("text"),
            files.scalar_subquery().label("files"),
        )
        .join(Thread, Thread.id == Message.thread_id)
        .join(Organization, Organization.id == Thread.organization_id)
        .where(or_(own, Message.author_id == user_id) if user_id is not None else own)
    )
    return session.execute(query.order_by(Message.sent_at, Message.id)).all()
