"""News and mails about requests and quotes, once per fact and person, in that person's language."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.config.current import settings
from app.errors import N_, Until
from app.identity.models import Organization, User
from app.identity.rules.countries import COUNTRIES
from app.money.amounts import Money
from app.notify.actions.notify_person import notify_person
from app.notify.actions.send_mail import send_mail
from app.notify.words import in_language
from app.quotes.models import Deal
from app.rfqs.models import Asked, Quote, QuoteLine, Rfq, RfqLine, RfqNote
from app.rfqs.queries import buyer_name, buyers_to_tell, sellers_to_tell
from app.rfqs.rules import news
from app.rfqs.rules.life import AskedState, RfqState
from app.rfqs.rules.quoting import total_of

A_BUYER = N_("A buyer")


def tell_asked(session: Session, rfq: Rfq, asked: Asked) -> None:
    count = session.scalar(select(func.count()).where(RfqLine.rfq_id == rfq.id)) or 0
    _tell_shop(session, rfq, asked, news.ASKED, f"{asked.id}", count=count, by=Until(rfq.closes_at))


def tell_note(session: Session, rfq: Rfq, asked: Asked, written: RfqNote) -> None:
    if written.side == "seller":
        _tell_buyer(session, rfq, asked, news.NOTED, f"{written.id}")
    else:
        _tell_shop(session, rfq, asked, news.NOTED, f"{written.id}")


def tell_declined(session: Session, rfq: Rfq, asked: Asked) -> None:
    _tell_buyer(session, rfq, asked, news.DECLINED, f"{asked.id}", reason=asked.reason)


def tell_quoted(session: Session, rfq: Rfq, asked: Asked, quote: Quote) -> None:
    _tell_buyer(
        session, rfq, asked, news.QUOTED, f"{quote.id}", by=Until(quote.valid_until), **_of(session, asked, quote)
    )


def tell_countered(session: Session, rfq: Rfq, asked: Asked, quote: Quote) -> None:
    _tell_shop(
        session, rfq, asked, news.COUNTERED, f"{quote.id}", by=Until(quote.valid_until), **_of(session, asked, quote)
    )


def tell_withdrawn(session: Session, rfq: Rfq, asked: Asked, quote: Quote) -> None:
    _tell_buyer(session, rfq, asked, news.WITHDRAWN, f"{quote.id}", **_of(session, asked, quote))


def tell_expired(session: Session, rfq: Rfq, asked: Asked, quote: Quote) -> None:
    said = _of(session, asked, quote)
    _tell_buyer(session, rfq, asked, news.EXPIRED, f"{quote.id}", **said)
    _tell_shop(session, rfq, asked, news.EXPIRED, f"{quote.id}", **said)


def tell_accepted(session: Session, rfq: Rfq, asked: Asked, quote: Quote, deal: Deal, accepted_by: UUID) -> None:
    """The shop, and who accepted it: both have something to do now. Colleagues see it on the request."""
    said = {**_of(session, asked, quote), "by": deal.valid_until, "path": f"/deals/{deal.id}"}
    _tell_shop(session, rfq, asked, news.ACCEPTED, f"{quote.id}", **said)
    shop = session.get_one(Organization, asked.organization_id)
    _tell(session, rfq, [session.get_one(User, accepted_by)], news.AGREED, f"{quote.id}", who=shop.name, **said)


def tell_closed(session: Session, rfq: Rfq) -> None:
    quoted = select(func.count()).where(Asked.rfq_id == rfq.id, Asked.state == AskedState.QUOTED)
    path, count = f"/requests/{rfq.id}", session.scalar(quoted) or 0
    _tell(session, rfq, buyers_to_tell(session, rfq), news.CLOSED, f"{rfq.id}", who="", path=path, count=count)


def tell_outcome(session: Session, rfq: Rfq, asked: Asked) -> None:
    """A shop whose quote was not chosen, or whose request was taken back."""
    kind = news.NOT_CHOSEN if rfq.state == RfqState.DECIDED else news.TAKEN_BACK
    _tell_shop(session, rfq, asked, kind, f"{asked.id}")


def total_quoted(session: Session, quote: Quote) -> Money:
    lines = session.execute(select(QuoteLine.quantity, QuoteLine.price_minor).where(QuoteLine.quote_id == quote.id))
    return total_of([(row.quantity, row.price_minor) for row in lines], Money(quote.freight_minor, quote.currency))


def _of(session: Session, asked: Asked, quote: Quote) -> dict[str, Any]:
    return {
        "number": f"Q-{asked.number}-{quote.version}",
        "total": total_quoted(session, quote),
        "path": f"/quotes/{quote.id}",
    }


def _tell_buyer(session: Session, rfq: Rfq, asked: Asked, kind: str, key: str, **said: Any) -> None:
    shop = session.get_one(Organization, asked.organization_id)
    values = {"path": f"/requests/{rfq.id}", **said}
    _tell(session, rfq, buyers_to_tell(session, rfq), kind, key, who=shop.name, **values)


def _tell_shop(session: Session, rfq: Rfq, asked: Asked, kind: str, key: str, **said: Any) -> None:
    values = {"path": f"/desk/requests/{asked.id}", **said}
    people = sellers_to_tell(session, asked.organization_id)
    _tell(session, rfq, people, kind, key, who=buyer_name(session, rfq), **values)


def _tell(
    session: Session, rfq: Rfq, people: Sequence[User], kind: str, key: str, *, who: str, path: str, **said: Any
) -> None:
    zone = settings().market_time_zone
    for user in people:
        country = in_language(user.locale, COUNTRIES[rfq.country].name)
        place = f"{rfq.place}, {country}" if rfq.place else country
        values = {"who": who or in_language(user.locale, A_BUYER), "title": rfq.title, "place": place, **said}
        notify_person(session, user.id, kind, values, path, f"{kind}:{key}")
        if not user.email:
            continue
        subject = in_language(user.locale, news.NEWS[kind], time_zone=zone, **values)
        body = in_language(
            user.locale, news.MAILS[kind], time_zone=zone, link=f"{settings().public_url}{path}", **values
        )
        send_mail(
            session,
            key=f"{kind}:{key}:{user.id}",
            recipient=user.email,
            locale=user.locale,
            subject=subject.removesuffix("."),
            body=body,
        )
