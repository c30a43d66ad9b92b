"""The operator says on which days a country's rules bind this market."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.db.locks import lock_one
from app.identity.actor import Actor, market_role
from app.identity.errors import OperatorNeeded
from app.withholding.actions.lock_country import lock_country
from app.withholding.errors import (
    ImpossibleSpan,
    PastDays,
    ReasonNeeded,
    SwitchedAlready,
    SwitchNotFound,
    SwitchOver,
    UnknownCountry,
)
from app.withholding.models import WithholdingSwitch
from app.withholding.presets import switchable
from app.withholding.queries import PAYING_ROLES, spans_of, switches_of
from app.withholding.rules import REASON_LONGEST, SCOPES, WITHHELD, Span


def switch_on(
    session: Session,
    actor: Actor,
    country: str,
    *,
    scope: str = WITHHELD,
    starts_on: date,
    ends_on: date | None,
    reason: str,
    today: date,
) -> WithholdingSwitch:
    """From `starts_on` on, orders placed have the country's tax withheld, or the VAT of sales within or into it kept.

    Asked twice, the second is SwitchedAlready.

    Raises OperatorNeeded, UnknownCountry, ReasonNeeded, PastDays, ImpossibleSpan or SwitchedAlready.
    """
    _require_operator(actor)
    words = " ".join(reason.split())
    if scope not in SCOPES or country not in switchable(scope, today):
        raise UnknownCountry(field="country")
    if not words or len(words) > REASON_LONGEST:
        raise ReasonNeeded(field="reason")
    if starts_on < today:
        raise PastDays(field="starts_on")
    if ends_on is not None and ends_on < starts_on:
        raise ImpossibleSpan(field="ends_on")
    lock_country(session, country)
    wanted = Span(country, starts_on, ends_on, scope)
    if any(wanted.meets(known) for known in spans_of(session, [country])):
        raise SwitchedAlready(field="starts_on")
    assert actor.user_id is not None
    made = WithholdingSwitch(
        scope=scope, country=country, starts_on=starts_on, ends_on=ends_on, reason=words, created_by=actor.user_id
    )
    session.add(made)
    session.flush()
    last = ends_on.isoformat() if ends_on else None
    days = {"starts": str(starts_on), "ends": last}
    record_act(session, actor.user_id, "withholding.switch_on", made.id, scope=scope, country=country, **days)
    return made


def end_switch(session: Session, actor: Actor, switch_id: UUID, *, last_day: date, today: date) -> WithholdingSwitch:
    """The switch's last day; orders placed until then keep their terms. One that has not begun can end before it does.

    Raises OperatorNeeded, SwitchNotFound, SwitchOver, PastDays or ImpossibleSpan.
    """
    _require_operator(actor)
    query = switches_of(actor).where(WithholdingSwitch.id == switch_id)
    switch = lock_one(session, query, missing=SwitchNotFound)
    if switch.ends_on is not None and switch.ends_on < today:
        raise SwitchOver
    if last_day < today:
        raise PastDays(field="last_day")
    lock_country(session, switch.country)
    if last_day < switch.starts_on:
        raise ImpossibleSpan(field="last_day")
    others = [
        span
        for span in spans_of(session, [switch.country])
        if span != Span(switch.country, switch.starts_on, switch.ends_on, switch.scope)
    ]
    if any(Span(switch.country, switch.starts_on, last_day, switch.scope).meets(other) for other in others):
        raise SwitchedAlready(field="last_day")
    switch.ends_on = last_day
    what = {"scope": switch.scope, "country": switch.country, "last_day": str(last_day)}
    record_act(session, actor.user_id, "withholding.switch_off", switch.id, **what)
    session.flush()
    return switch


def _require_operator(actor: Actor) -> None:
    if not market_role(actor, *PAYING_ROLES):
        raise OperatorNeeded
