"""Mails about orders that need an approver: to the approvers when one is asked for, to who asked when it is decided."""

from typing import Any

from sqlalchemy.orm import Session

from app.checkout import mails
from app.checkout.models import ApprovalRequest
from app.checkout.rules.approvals import APPROVED
from app.companies.queries import approvers
from app.identity.models import User
from app.money.amounts import usd
from app.notify.actions.send_mail import send_mail
from app.notify.words import in_language


def tell_asked(session: Session, request: ApprovalRequest, *, company: str, who: str, market: str, base: str) -> None:
    words: dict[str, Any] = {
        "company": company,
        "who": who,
        "total": usd(request.total_cents),
        "market": market,
        "link": f"{base}/approvals/{request.id}",
    }
    for email, locale in approvers(session, request.company_id):
        send_mail(
            session,
            key=f"approval:{request.id}:asked:{email}",
            recipient=email,
            locale=locale,
            subject=in_language(locale, mails.ASKED_SUBJECT, **words),
            body=in_language(locale, mails.ASKED_BODY, **words),
        )


def tell_decided(session: Session, request: ApprovalRequest, *, market: str, base: str) -> None:
    person = session.get_one(User, request.asked_by)
    if person.email is None:
        return
    is_yes = request.state == APPROVED
    words: dict[str, Any] = {
        "total": usd(request.total_cents),
        "reason": request.reason,
        "market": market,
        "link": f"{base}/approvals/{request.id}",
    }
    subject = mails.APPROVED_SUBJECT if is_yes else mails.DECLINED_SUBJECT
    body = mails.APPROVED_BODY if is_yes else mails.DECLINED_BODY
    send_mail(
        session,
        key=f"approval:{request.id}:{request.state}:{len(request.seen)}:{request.total_cents}",
        recipient=person.email,
        locale=person.locale,
        subject=in_language(person.locale, subject, **words),
        body=in_language(person.locale, body, **words),
    )
