"""An operator says: I have seen it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.console.errors import AlarmNotFound
from app.console.models import Alarm
from app.db.locks import lock_one
from app.identity.actor import Actor, market_role
from app.identity.errors import OperatorNeeded
from app.identity.rules.roles import OPERATOR


def acknowledge_alarm(session: Session, actor: Actor, alarm_id: UUID, *, now: datetime) -> Alarm:
    """The first one who says so stays; it changes nothing about the cause. Raises OperatorNeeded, AlarmNotFound."""
    if not market_role(actor, OPERATOR):
        raise OperatorNeeded
    alarm = lock_one(session, select(Alarm).where(Alarm.id == alarm_id), missing=AlarmNotFound)
    if alarm.acknowledged_at is None:
        alarm.acknowledged_at, alarm.acknowledged_by = now, actor.user_id
        record_act(session, actor.user_id, "alarm.acknowledge", alarm_id, kind=alarm.kind)
    return alarm
