"""What needs somebody, oldest first. One query for all kinds, whatever the number of rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, Text, cast, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.console.models import Alarm
from app.console.rules import KIND_WORDS, Need, NeedKind
from app.db.paging import Page, fetch_page
from app.identity.actor import Actor, market_role
from app.identity.errors import OperatorNeeded
from app.identity.models import Organization, User
from app.identity.rules.roles import ARBITER, OPERATOR
from app.jobs.failed import JOBS, failed_jobs
from app.messages.models import Message, Report, Thread
from app.onramp.errors import RefundNotFailed
from app.onramp.models import BankReceipt, CardDispute, CardPayment, CardRefund, WebhookEvent
from app.orders.models import Dispute, Order
from app.parties.models import Dossier
from app.parties.rules.review import Review
from app.payouts.models import Redemption
from app.reconciliation.models import TieOutRun
from app.settlement.models import ChainIntent

LISTED = 5
WEBHOOK_HAS_TIME = timedelta(minutes=5)
_CHARGEBACK_ENDED = ("won", "lost", "warning_closed")


def needs(session: Session, actor: Actor, *, now: datetime | None = None) -> list[Need]:
    """The oldest few of each kind this person may act on, all kinds mixed, oldest first. An arbiter sees disputes."""
    now = now or datetime.now(UTC)
    asked = [_disputes()] if market_role(actor, OPERATOR, ARBITER) else []
    if market_role(actor, OPERATOR):
        asked += [
            _shops(),
            _redemptions(),
            _intents(),
            _refunds(),
            _chargebacks(),
            _reports(),
            _webhooks(now),
            _tie_out(),
        ]
    found = [_need(row) for row in session.execute(union_all(*asked))] if asked else []
    return sorted(found, key=lambda need: (need.since, need.kind, need.which))


def _need(row: Any) -> Need:
    kind = NeedKind(row.kind)
    path = f"/console/disputes/{row.which}" if kind is NeedKind.DISPUTE else KIND_WORDS[kind].path
    return Need(kind, str(row.which), row.since, path, str(row.note or ""), row.total)


def _oldest(
    kind: NeedKind,
    columns: Iterable[Any],
    since: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None],
    where: Iterable[ColumnElement[bool]],
    join: Any = None,
) -> Select[*tuple[Any, ...]]:
    """`columns`: which, note. The count over all of them comes with the rows."""
    which, note = columns
    query = select(
        literal(kind.value).label("kind"),
        which.label("which"),
        note.label("note"),
        since.label("since"),
        func.count().over().label("total"),
    )
    if join is not None:
        query = query.join(join)
    return query.where(*where).order_by(since, which).limit(LISTED)


def _shops() -> Select[*tuple[Any, ...]]:
    """Sent by their owners. What is not finished needs nobody yet."""
    columns, where = (
        (Organization.name, Organization.place),
        (Dossier.review == Review.SENT, Dossier.sent_at.is_not(None)),
    )
    return _oldest(NeedKind.SHOP, columns, Dossier.sent_at, where, join=Dossier)


def _disputes() -> Select[*tuple[Any, ...]]:
    columns = (Order.number, Dispute.reason)
    return _oldest(NeedKind.DISPUTE, columns, Dispute.opened_at, (Dispute.state == "open",), join=Order)


def _redemptions() -> Select[*tuple[Any, ...]]:
    columns = (Organization.name, Redemption.state)
    where = (Redemption.state.in_(("requested", "burned")),)
    return _oldest(NeedKind.REDEMPTION, columns, Redemption.requested_at, where, join=Redemption)


def _intents() -> Select[*tuple[Any, ...]]:
    columns = (ChainIntent.key, ChainIntent.problem)
    return _oldest(NeedKind.INTENT, columns, ChainIntent.created_at, (ChainIntent.state == "stuck",))


def _refunds() -> Select[*tuple[Any, ...]]:
    columns = (func.coalesce(_refunded_order(), CardRefund.key), CardRefund.problem)
    return _oldest(NeedKind.REFUND, columns, CardRefund.created_at, (CardRefund.state == "failed",))


def _chargebacks() -> Select[*tuple[Any, ...]]:
    columns = (func.coalesce(_disputed_orders(), CardDispute.stripe_dispute_id), CardDispute.reason)
    where = (CardDispute.status.not_in(_CHARGEBACK_ENDED),)
    return _oldest(NeedKind.CHARGEBACK, columns, CardDispute.opened_at, where)


def _order_and_shop() -> Select[*tuple[Any, ...]]:
    named = Order.number + literal(" · ") + Organization.name
    return (
        select(func.string_agg(named, aggregate_order_by(literal("; "), Order.number)))
        .select_from(Order)
        .join(Organization, Organization.id == Order.organization_id)
    )


def _refunded_order() -> ScalarSelect[Any]:
    """`PH-… · the shop` of a card refund; nothing for one of a whole checkout that came too late."""
    return _order_and_shop().where(Order.id == CardRefund.order_id).correlate(CardRefund).scalar_subquery()


def _disputed_orders() -> ScalarSelect[Any]:
    """As `_refunded_order`, of all that the payment was for: a bank takes a whole checkout back."""
    paid = _order_and_shop().join(CardPayment, CardPayment.order_group_id == Order.group_id)
    return paid.where(CardPayment.id == CardDispute.payment_id).correlate(CardDispute).scalar_subquery()


def _webhooks(now: datetime) -> Select[*tuple[Any, ...]]:
    columns = (WebhookEvent.type, WebhookEvent.problem)
    return _oldest(NeedKind.WEBHOOK, columns, WebhookEvent.received_at, (_unhandled(now),))


def _unhandled(now: datetime) -> ColumnElement[bool]:
    """Refused once, or waiting for longer than a queue that moves lets it."""
    late = WebhookEvent.received_at < now - WEBHOOK_HAS_TIME
    return WebhookEvent.handled_at.is_(None) & (WebhookEvent.problem.is_not(None) | late)


def _handled(_now: datetime) -> ColumnElement[bool]:
    return WebhookEvent.handled_at.is_not(None)


_WEBHOOK_STATES: Mapping[str, Callable[[datetime], ColumnElement[bool]]] = {"waiting": _unhandled, "handled": _handled}


def _tie_out() -> Select[*tuple[Any, ...]]:
    """The newest run, if it did not tie; of it the findings are counted."""
    newest = select(TieOutRun).order_by(TieOutRun.checked_at.desc(), TieOutRun.id.desc()).limit(1).subquery()
    return select(
        literal(NeedKind.TIE_OUT.value).label("kind"),
        (literal("#") + cast(newest.c.block_number, Text)).label("which"),
        literal("").label("note"),
        newest.c.checked_at.label("since"),
        newest.c.finding_count.label("total"),
    ).where(~newest.c.ties)


def _reports() -> Select[*tuple[Any, ...]]:
    """By the shop in whose conversation it is, whoever wrote the message."""
    shop = (
        select(Organization.name)
        .join(Thread, Thread.organization_id == Organization.id)
        .where(Thread.id == Message.thread_id)
        .correlate(Message)
        .scalar_subquery()
    )
    return _oldest(NeedKind.REPORT, (shop, literal("")), Report.reported_at, (Report.state == "open",), join=Message)


def require_operator(actor: Actor) -> None:
    """Raises OperatorNeeded."""
    if not market_role(actor, OPERATOR):
        raise OperatorNeeded


def stuck_intents(session: Session, actor: Actor, *, cursor: str | None = None, size: int = 50) -> Page[Any]:
    """What the chain refused for good, oldest first. Raises OperatorNeeded."""
    require_operator(actor)
    query = select(
        ChainIntent.id, ChainIntent.key, ChainIntent.kind, ChainIntent.amount, ChainIntent.problem,
        ChainIntent.attempts, ChainIntent.created_at,
    ).where(ChainIntent.state == "stuck")  # fmt: skip
    return _page(session, query, [ChainIntent.created_at, ChainIntent.id], cursor, size)


def webhooks(
    session: Session,
    actor: Actor,
    *,
    now: datetime,
    state: str = "waiting",
    named: str = "",
    cursor: str | None = None,
    size: int = 50,
) -> Page[Any]:
    """Messages of Stripe: those `waiting` for somebody, oldest first, or `handled` and `all` ones, newest first.

    `named`: the id of the message, or of the thing it speaks of. Raises OperatorNeeded.
    """
    require_operator(actor)
    about = WebhookEvent.payload["data"]["object"]["id"].astext
    query = select(
        WebhookEvent.stripe_event_id,
        WebhookEvent.type,
        WebhookEvent.problem,
        WebhookEvent.received_at,
        WebhookEvent.handled_at,
        about.label("about"),
    )
    if named:
        query = query.where((WebhookEvent.stripe_event_id == named) | (about == named))
    if state in _WEBHOOK_STATES:
        query = query.where(_WEBHOOK_STATES[state](now))
    order = [WebhookEvent.received_at, WebhookEvent.stripe_event_id]
    return _page(session, query, order, cursor, size, descending=state != "waiting")


def count_unhandled_webhooks(session: Session, now: datetime) -> int:
    return session.scalar(select(func.count()).select_from(WebhookEvent).where(_unhandled(now))) or 0


def failed(session: Session, actor: Actor, *, cursor: str | None = None, size: int = 50) -> Page[Any]:
    """Jobs that failed as often as they may, oldest first. Raises OperatorNeeded."""
    require_operator(actor)
    return _page(session, failed_jobs(), [JOBS.c.id], cursor, size)


_ALARM = (
    Alarm.id, Alarm.kind, Alarm.facts, Alarm.raised_at, Alarm.seen_at, Alarm.cleared_at, Alarm.acknowledged_at,
    User.name.label("acknowledged_by"),
)  # fmt: skip


def open_alarms(session: Session, actor: Actor) -> Sequence[Any]:
    """What is wrong now, the newest first: at most one of each kind. Raises OperatorNeeded."""
    require_operator(actor)
    query = select(*_ALARM).outerjoin(User, User.id == Alarm.acknowledged_by).where(Alarm.cleared_at.is_(None))
    return session.execute(query.order_by(Alarm.raised_at.desc(), Alarm.id.desc())).all()


def past_alarms(session: Session, actor: Actor, *, cursor: str | None = None, size: int = 50) -> Page[Any]:
    """What was wrong, the newest first. Raises OperatorNeeded."""
    require_operator(actor)
    query = select(*_ALARM).outerjoin(User, User.id == Alarm.acknowledged_by).where(Alarm.cleared_at.is_not(None))
    return _page(session, query, [Alarm.raised_at, Alarm.id], cursor, size, descending=True)


def bank_receipts(session: Session, actor: Actor, *, cursor: str | None = None, size: int = 50) -> Page[Any]:
    """Booked bank receipts, newest first. Raises OperatorNeeded."""
    require_operator(actor)
    query = select(
        BankReceipt.id, BankReceipt.bank_reference, BankReceipt.payer_name, BankReceipt.wallet_address,
        BankReceipt.amount_minor, BankReceipt.received_at,
    )  # fmt: skip
    return _page(session, query, [BankReceipt.received_at, BankReceipt.id], cursor, size, descending=True)


def open_disputes(session: Session, actor: Actor, *, cursor: str | None = None, size: int = 50) -> Page[Any]:
    """Disputes that nobody has decided, oldest first. Raises OperatorNeeded for others than operator and arbiter."""
    if not market_role(actor, OPERATOR, ARBITER):
        raise OperatorNeeded
    query = (
        select(
            Dispute.id,
            Dispute.order_id,
            Order.number,
            Dispute.reason,
            Order.total_cents,
            Organization.name,
            Dispute.opened_at,
        )
        .join(Order, Order.id == Dispute.order_id)
        .join(Organization, Organization.id == Order.organization_id)
        .where(Dispute.state == "open")
    )
    return _page(session, query, [Dispute.opened_at, Dispute.id], cursor, size)


def _failed_refunds() -> Select[*tuple[Any, ...]]:
    return select(
        CardRefund.id,
        CardRefund.key,
        CardRefund.amount_minor,
        CardRefund.problem,
        CardRefund.created_at,
        _refunded_order().label("order"),
    ).where(CardRefund.state == "failed")


def failed_refund(session: Session, actor: Actor, refund_id: UUID) -> Any:
    """One of the failed card refunds. Raises OperatorNeeded, RefundNotFailed."""
    require_operator(actor)
    found = session.execute(_failed_refunds().where(CardRefund.id == refund_id)).one_or_none()
    if found is None:
        raise RefundNotFailed
    return found


def card_troubles(session: Session, actor: Actor) -> tuple[list[Any], list[Any]]:
    """(failed card refunds, running chargebacks), the oldest hundred of each. Raises OperatorNeeded."""
    require_operator(actor)
    refunds = _failed_refunds()
    disputes = select(
        CardDispute.stripe_dispute_id, CardDispute.amount_minor, CardDispute.reason, CardDispute.status,
        CardDispute.opened_at, _disputed_orders().label("orders"),
    ).where(CardDispute.status.not_in(_CHARGEBACK_ENDED))  # fmt: skip
    return (
        list(session.execute(refunds.order_by(CardRefund.created_at, CardRefund.id).limit(100))),
        list(session.execute(disputes.order_by(CardDispute.opened_at, CardDispute.stripe_dispute_id).limit(100))),
    )


def _page(
    session: Session,
    query: Select[*tuple[Any, ...]],
    order: list[Any],
    cursor: str | None,
    size: int,
    *,
    descending: bool = False,
) -> Page[Any]:
    return fetch_page(session, query, order=order, descending=descending, cursor=cursor, size=size)
