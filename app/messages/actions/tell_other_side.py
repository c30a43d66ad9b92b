"""News and mails about a message: one line of news and one mail per thread until it was read."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.config.current import settings
from app.errors import N_
from app.events.bus import publish
from app.identity.models import Member, Organization, User
from app.messages.events import GuestWrittenTo
from app.messages.models import Message, Thread
from app.messages.rules import ANSWERING, BUYER, ORDER, SHOP, WRITTEN, path_of, title_for
from app.notify.actions.mail_person import mail_person
from app.notify.actions.notify_person import notify_person
from app.notify.rules import MESSAGES
from app.notify.words import in_language

SUBJECT_GOODS = N_("%(who)s wrote to you about “%(about)s”")
SUBJECT_ORDER = N_("%(who)s wrote to you about order %(about)s")
BODY = N_(
    """Read it and answer here:
%(link)s

You get no second mail about this conversation until you have read it."""
)


def tell_other_side(session: Session, thread: Thread, message: Message) -> None:
    """What was written is not in the mail: it is read where it can be answered."""
    if message.side == SHOP:
        _tell_buyer(session, thread, message)
    else:
        _tell_shop(session, thread, message)


def _tell_buyer(session: Session, thread: Thread, message: Message) -> None:
    is_due = thread.buyer_mailed <= thread.buyer_seen
    if is_due:
        thread.buyer_mailed = message.sequence
    if thread.buyer_id is None:
        if is_due:
            publish(session, GuestWrittenTo(thread.id, thread.subject_id, message.sequence))
        return
    shop = session.get_one(Organization, thread.organization_id)
    _tell(session, thread, message, session.get_one(User, thread.buyer_id), shop.name, BUYER, mails=is_due)


def _tell_shop(session: Session, thread: Thread, message: Message) -> None:
    is_due = thread.shop_mailed <= thread.shop_seen
    if is_due:
        thread.shop_mailed = message.sequence
    for user in answering(session, thread):
        _tell(session, thread, message, user, thread.buyer_name, SHOP, mails=is_due)


def answering(session: Session, thread: Thread) -> Sequence[User]:
    """The people of the shop who may answer in this thread."""
    return session.scalars(
        select(User)
        .join(Member, Member.user_id == User.id)
        .where(
            Member.organization_id == thread.organization_id,
            Member.role.in_(ANSWERING[thread.kind]),
            User.active.is_(True),
        )
        .order_by(User.id)
    ).all()


def _tell(session: Session, thread: Thread, message: Message, user: User, who: str, side: str, *, mails: bool) -> None:
    path = path_of(side, thread.id)
    about = title_for(thread.subject_titles, user.locale)
    who = who or in_language(user.locale, N_("A buyer"))
    news = {"who": who, "about": about}
    notify_person(session, user.id, WRITTEN[thread.kind], news, path, f"message:{message.id}", collapses=True)
    if mails and user.email and user.active:
        subject = SUBJECT_ORDER if thread.kind == ORDER else SUBJECT_GOODS
        mail_person(
            session,
            user.id,
            MESSAGES,
            key=f"messages:{thread.id}:{message.sequence}:{user.id}",
            recipient=user.email,
            locale=user.locale,
            subject=in_language(user.locale, subject, **news),
            body=in_language(user.locale, BODY, link=settings().public_url + path),
        )
