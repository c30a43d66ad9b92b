"""Mails about orders that need an approver: to the approvers when one is asked for, to who asked when it is decided."""

from typing import Any

from sqlalchemy.orm import Session

from app.checkout import mails
from app.checkout.models import ApprovalRequest
from app.checkout.rules.approvals import APPROVED, DECLINED, EXPIRED
from app.companies.queries import approvers
from app.config.current import settings
from app.identity.models import Organization, User
from app.money.amounts import usd
from app.notify.actions.send_mail import send_mail
from app.notify.words import in_language
from app.quotes.models import Deal

_DECIDED = {
    (APPROVED, False): (mails.APPROVED_SUBJECT, mails.APPROVED_BODY),
    (APPROVED, True): (mails.APPROVED_SUBJECT, mails.APPROVED_DEAL_BODY),
    (DECLINED, False): (mails.DECLINED_SUBJECT, mails.DECLINED_BODY),
    (DECLINED, True): (mails.DECLINED_SUBJECT, mails.DECLINED_DEAL_BODY),
    (EXPIRED, True): (mails.EXPIRED_SUBJECT, mails.EXPIRED_BODY),
}
"""What is written to who asked, by the state it has come to and whether it is about a deal."""


def tell_asked(session: Session, request: ApprovalRequest, *, company: str, who: str, market: str, base: str) -> None:
    words: dict[str, Any] = {"company": company, "who": who, **_words(session, request, market=market, base=base)}
    body = mails.ASKED_DEAL_BODY if request.deal_id else mails.ASKED_BODY
    for email, locale in approvers(session, request.company_id):
        send_mail(
            session,
            key=f"approval:{request.id}:asked:{email}",
            recipient=email,
            locale=locale,
            subject=in_language(locale, mails.ASKED_SUBJECT, **words),
            body=in_language(locale, body, time_zone=_zone(), **words),
        )


def tell_left(session: Session, request: ApprovalRequest, *, market: str, base: str) -> None:
    """To the approvers that stay: nobody else can go on with it."""
    company = session.get_one(Organization, request.company_id).name
    who = session.get_one(User, request.asked_by).name
    words = {"company": company, "who": who, **_words(session, request, market=market, base=base)}
    for email, locale in approvers(session, request.company_id):
        send_mail(
            session,
            key=f"approval:{request.id}:left:{request.asked_by}:{email}",
            recipient=email,
            locale=locale,
            subject=in_language(locale, mails.LEFT_SUBJECT, **words),
            body=in_language(locale, mails.LEFT_BODY, time_zone=_zone(), **words),
        )


def tell_decided(session: Session, request: ApprovalRequest, *, market: str, base: str) -> None:
    subject, body = _DECIDED[request.state, request.deal_id is not None]
    person = session.get_one(User, request.asked_by)
    if person.email is None:
        return
    words = _words(session, request, market=market, base=base)
    send_mail(
        session,
        key=f"approval:{request.id}:{request.state}:{len(request.seen)}:{request.total_cents}",
        recipient=person.email,
        locale=person.locale,
        subject=in_language(person.locale, subject, **words),
        body=in_language(person.locale, body, time_zone=_zone(), **words),
    )


def _words(session: Session, request: ApprovalRequest, *, market: str, base: str) -> dict[str, Any]:
    deal = session.get_one(Deal, request.deal_id) if request.deal_id else None
    about = {"seller": deal.organization.name, "by": deal.valid_until} if deal else {}
    return {
        "total": usd(request.total_cents),
        "reason": request.reason,
        "market": market,
        "link": f"{base}/approvals/{request.id}",
        **about,
    }


def _zone() -> str:
    return settings().market_time_zone
