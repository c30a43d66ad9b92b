"""Keeping alarms in step with what was looked at."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.config.current import settings
from app.console.mails import ALARM_BODY, ALARM_SUBJECT
from app.console.models import Alarm
from app.console.rules import ALARM_WORDS, RAISED_AGAIN_WITHIN, AlarmKind, Facts, Look
from app.identity.queries import market_addresses
from app.identity.rules.roles import OPERATOR
from app.notify.actions.send_mail import send_mail
from app.notify.words import in_language


def record_alarms(session: Session, look: Look, now: datetime) -> list[Alarm]:
    """Raise what is new, refresh what goes on, clear what is gone; gives the new ones. Twice is once.

    An operator gets one mail an alarm, in the operator's language. A kind that `look` does not speak of stays as it is.
    """
    opened = {
        alarm.kind: alarm
        for alarm in session.scalars(
            select(Alarm).where(Alarm.cleared_at.is_(None)).order_by(Alarm.id).with_for_update()
        )
    }
    raised = []
    for kind, facts in look.items():
        alarm = opened.get(kind)
        if facts is None:
            if alarm is not None:
                alarm.cleared_at = now
        elif alarm is not None:
            alarm.facts, alarm.seen_at = dict(facts), now
        elif not _open_again(session, kind, facts, now):
            raised.append(_raise(session, kind, facts, now))
    session.flush()
    return raised


def _open_again(session: Session, kind: AlarmKind, facts: Facts, now: datetime) -> bool:
    newest = session.scalars(
        select(Alarm).where(Alarm.kind == kind).order_by(Alarm.raised_at.desc(), Alarm.id.desc()).limit(1)
    ).first()
    if newest is None or newest.cleared_at is None or newest.cleared_at < now - RAISED_AGAIN_WITHIN:
        return False
    newest.cleared_at, newest.facts, newest.seen_at = None, dict(facts), now
    return True


def _raise(session: Session, kind: AlarmKind, facts: Facts, now: datetime) -> Alarm:
    alarm = Alarm(kind=kind, facts=dict(facts), raised_at=now, seen_at=now)
    session.add(alarm)
    session.flush()
    current, words, figures = settings(), ALARM_WORDS[kind], dict[str, Any](facts)
    for user_id, address, locale in market_addresses(session, OPERATOR):
        what, mend = (in_language(locale, text, **figures) for text in (words.what, words.mend))
        send_mail(
            session,
            key=f"alarm:{alarm.id}:{user_id}",
            recipient=address,
            locale=locale,
            subject=in_language(locale, ALARM_SUBJECT, market=current.market_name, what=what),
            body=in_language(locale, ALARM_BODY, what=what, mend=mend, link=f"{current.public_url}/console/alarms"),
        )
    return alarm
