"""Reading orders. Each query says whose eyes it is for; a stranger finds nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, false, func, or_, select, true
from sqlalchemy.orm import Session, contains_eager, raiseload

from app.addresses.rules import address_key, is_place
from app.db.locks import load_one
from app.db.together import at_once
from app.identity.actor import Actor, market_role
from app.identity.rules.roles import ARBITER, OPERATOR, SHOP_ROLES, STOCKING
from app.money.amounts import usd, whole_cents
from app.onramp.models import CardRefund
from app.orders.errors import OrderNotFound
from app.orders.models import Dispute, Order, OrderEvent, OrderGroup, OrderPart, Refund
from app.orders.rules.deadlines import LAST_CALL
from app.orders.rules.handover import IN_PERSON
from app.orders.rules.life import left_cents
from app.orders.rules.milestones import Part, Trigger
from app.orders.rules.numbers import normalize_number
from app.orders.rules.purchase import WALLET
from app.orders.rules.status import Fact, FactKind, FulfillmentStatus, LegState, SettlementStatus
from app.orders.rules.story import Judging, Story
from app.settlement.errors import SettlementUnavailable
from app.settlement.models import Escrow, EscrowLeg
from app.settlement.queries import chain_time, disputes_seen, escrow_of_group

MANY = 500
JUDGING_ROLES = (OPERATOR, ARBITER)


@dataclass(frozen=True)
class Viewer:
    """A buyer: an account, the access tokens of orders opened from a mail on this device, or both.

    `companies` are those the account buys for, `approves` those of which it sees every order.
    """

    user_id: UUID | None = None
    access_tokens: tuple[str, ...] = ()
    companies: tuple[UUID, ...] = ()
    approves: tuple[UUID, ...] = ()


def is_bought_by(viewer: Viewer) -> ColumnElement[bool]:
    """The condition on `order_groups` that every query for a buyer carries."""
    ways: list[ColumnElement[bool]] = []
    if viewer.user_id is not None:
        own: ColumnElement[bool] = OrderGroup.company_id.is_(None)
        if viewer.companies:
            own = or_(own, OrderGroup.company_id.in_(viewer.companies))
        ways.append((OrderGroup.buyer_id == viewer.user_id) & own)
    if viewer.approves:
        ways.append(OrderGroup.company_id.in_(viewer.approves))
    if viewer.access_tokens:
        ways.append(OrderGroup.access_token.in_(viewer.access_tokens))
    return or_(*ways) if ways else false()


def groups_bought_by(viewer: Viewer) -> Select[OrderGroup]:
    """The checkouts this buyer may see."""
    return select(OrderGroup).where(is_bought_by(viewer))


def orders_bought_by(viewer: Viewer) -> Select[Order]:
    """The orders this buyer may see and act on."""
    return select(Order).join(Order.group).options(contains_eager(Order.group)).where(is_bought_by(viewer))


def orders_sold_by(actor: Actor, roles: Collection[str] = STOCKING) -> Select[Order]:
    """The orders of the shops for which this person holds one of `roles`."""
    return select(Order).where(Order.organization_id.in_(actor.organizations(roles)))


def orders_opened_by(access_tokens: Collection[str]) -> Select[*tuple[UUID]]:
    """The ids of the orders that these links of mails open."""
    tokens = OrderGroup.access_token.in_(access_tokens)
    return select(Order.id).join(OrderGroup, OrderGroup.id == Order.group_id).where(tokens)


def running_orders() -> Select[*tuple[UUID]]:
    """The ids of all that are paid and whose money has not come to its end."""
    is_over = Order.settlement_status.in_(
        (SettlementStatus.RELEASED, SettlementStatus.REFUNDED, SettlementStatus.SPLIT)
    )
    return select(Order.id).where(Order.payment_status.not_in(("none", "settled_outside")), ~is_over)


def orders_judged_by(actor: Actor) -> Select[Order]:
    """Every order, for the operator and the arbiter of the market."""
    return select(Order).where(true() if market_role(actor, *JUDGING_ROLES) else false())


def facts_of(session: Session, order_ids: Collection[UUID]) -> dict[UUID, tuple[Fact, ...]]:
    """What happened to each order, oldest first, in one query."""
    return _facts(order_ids, session.execute(_events_of(order_ids)))


def _events_of(order_ids: Collection[UUID]) -> Select[UUID, str, datetime, dict[str, Any]]:
    query = select(OrderEvent.order_id, OrderEvent.kind, OrderEvent.at, OrderEvent.details)
    return query.where(OrderEvent.order_id.in_(order_ids)).order_by(OrderEvent.sequence)


def _facts(order_ids: Collection[UUID], rows: Iterable[Any]) -> dict[UUID, tuple[Fact, ...]]:
    found: dict[UUID, list[Fact]] = defaultdict(list)
    for row in rows:
        found[row.order_id].append(Fact(FactKind(row.kind), row.at, row.details))
    return {order_id: tuple(found[order_id]) for order_id in order_ids}


def legs_of(session: Session, order_ids: Collection[UUID]) -> dict[UUID, LegState]:
    """The escrow leg of each order as the head of the chain shows it; the funded one counts, else the newest."""
    return _leg_states(session.execute(_legs_of(order_ids)))


def _legs_of(order_ids: Collection[UUID]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            EscrowLeg.order_id,
            EscrowLeg.seen_funded,
            EscrowLeg.amount,
            EscrowLeg.seen_released,
            EscrowLeg.seen_refunded,
            EscrowLeg.is_disputed,
            EscrowLeg.give_back_at,
            EscrowLeg.seller_is_market_held,
        )
        .join(Escrow, EscrowLeg.escrow_id == Escrow.id)
        .where(EscrowLeg.order_id.in_(order_ids))
        .order_by(EscrowLeg.seen_funded, Escrow.attempt)
    )


def _leg_states(rows: Iterable[Any]) -> dict[UUID, LegState]:
    return {
        leg.order_id: LegState(
            leg.seen_funded,
            leg.amount,
            leg.seen_released,
            leg.seen_refunded,
            leg.is_disputed,
            leg.give_back_at,
            leg.seller_is_market_held,
        )
        for leg in rows
    }


def stories_of(session: Session, orders: Sequence[Order]) -> dict[UUID, Story]:
    """Each order as values for its timeline; one query however many orders."""
    ids = [order.id for order in orders]
    reported = select(Dispute.order_id, Dispute.evidence_until).where(Dispute.order_id.in_(ids))
    events, seen, disputes, decided = at_once(session, _events_of(ids), _legs_of(ids), reported, disputes_seen(ids))
    facts, legs = _facts(ids, events), _leg_states(seen)
    judging = _judging(facts, disputes, decided)
    return {order.id: _story(order, facts[order.id], legs.get(order.id), judging.get(order.id)) for order in orders}


def _judging(
    facts: Mapping[UUID, tuple[Fact, ...]], disputes: Iterable[Any], decided: Iterable[Any]
) -> dict[UUID, Judging]:
    """The days of the disputes that are not decided."""
    evidence = {row.order_id: row.evidence_until for row in disputes}
    by_time = {row.order_id: (row.due, row.seller_bps) for row in decided}
    kinds = {order_id: {fact.kind for fact in told} for order_id, told in facts.items()}
    return {
        order_id: Judging(evidence.get(order_id), *by_time.get(order_id, (None, None)))
        for order_id, seen in kinds.items()
        if FactKind.DISPUTED in seen and FactKind.RESOLVED not in seen
    }


def _story(order: Order, facts: tuple[Fact, ...], leg: LegState | None, judging: Judging | None) -> Story:
    return Story(
        facts=facts,
        leg=leg,
        paid_by=order.group.payment_method,
        group_state=order.group.state,
        total=usd(order.total_cents),
        seller=order.organization.name,
        hold_until=order.group.hold_until,
        ship_by=order.ship_by,
        promised_by=order.promised_by,
        auto_release_at=order.auto_release_at,
        is_authorized=order.group.authorized_at is not None,
        given_back_at=leg.give_back_at if leg else None,
        market_cents=order.market_cents,
        judging=judging,
        is_in_person=order.shipping.get("kind") == IN_PERSON,
    )


def escrow_deadline(session: Session, order_group_id: UUID) -> datetime | None:
    """Until when, on the chain's clock, the group's escrow can be funded; None when it has none."""
    return session.scalar(
        select(Escrow.fund_by).where(Escrow.order_group_id == order_group_id).order_by(Escrow.attempt.desc()).limit(1)
    )


def wallet_terms(session: Session, order_group_id: UUID) -> Escrow | None:
    """Of an order on terms, those that the buyer's own wallet may still fund, by the chain's clock."""
    escrow = escrow_of_group(session, order_group_id)
    if escrow is None or escrow.paid_by != WALLET:
        return None
    head = chain_time(session)
    return escrow if head is None or head <= escrow.fund_by else None


def wallet_terms_until(session: Session, order_group_id: UUID, *, since: datetime) -> Sequence[datetime]:
    """Until when each of the terms could be funded that a wallet was given, those after `since`, the first one first."""
    given = select(Escrow.fund_by).where(
        Escrow.order_group_id == order_group_id, Escrow.paid_by == WALLET, Escrow.fund_by > since
    )
    return session.scalars(given.order_by(Escrow.attempt)).all()


def escrow_attempts(session: Session, order_group_id: UUID) -> int:
    """How often terms were made for the group: more than once only where the ones before came to nothing."""
    return session.scalar(select(func.max(Escrow.attempt)).where(Escrow.order_group_id == order_group_id)) or 0


def overdue_groups(session: Session, now: datetime) -> Sequence[UUID]:
    """Unpaid checkouts whose time is over, oldest first."""
    return session.scalars(
        select(OrderGroup.id)
        .where(OrderGroup.state == "pending_payment", OrderGroup.hold_until <= now)
        .order_by(OrderGroup.hold_until, OrderGroup.id)
    ).all()


def late_orders(session: Session, now: datetime) -> Sequence[UUID]:
    """Held orders that should have left and about which nobody was reminded yet; the longest late first."""
    reminded = exists().where(OrderEvent.order_id == Order.id, OrderEvent.key == FactKind.LATE)
    return session.scalars(
        select(Order.id)
        .where(
            Order.fulfillment_status.in_((FulfillmentStatus.UNFULFILLED, FulfillmentStatus.PARTIAL)),
            Order.settlement_status == SettlementStatus.IN_ESCROW,
            Order.ship_by < now,
            ~reminded,
        )
        .order_by(Order.ship_by, Order.id)
        .limit(MANY)
    ).all()


def unconfirmed_orders(session: Session, now: datetime) -> Sequence[UUID]:
    """Held orders on their way whose silence soon pays the seller, and whose buyer was not asked yet; the first due first."""
    asked = exists().where(OrderEvent.order_id == Order.id, OrderEvent.key == FactKind.ARRIVAL_ASKED)
    return session.scalars(
        select(Order.id)
        .where(
            Order.fulfillment_status.in_(
                (FulfillmentStatus.PARTIAL, FulfillmentStatus.FULFILLED, FulfillmentStatus.DELIVERED)
            ),
            Order.settlement_status == SettlementStatus.IN_ESCROW,
            func.greatest(Order.promised_by, Order.auto_release_at - LAST_CALL) < now,
            ~asked,
        )
        .order_by(Order.auto_release_at, Order.id)
        .limit(MANY)
    ).all()


def refunds_asked(session: Session, order_id: UUID) -> int:
    """Cents of the order that were asked to be refunded, done or not."""
    return int(session.scalars(asked_refunds(order_id)).one())


def asked_refunds(order_id: UUID) -> Select[int]:
    """As `refunds_asked`: for a query that asks for more."""
    return select(func.coalesce(func.sum(Refund.amount_cents), 0).label("cents")).where(Refund.order_id == order_id)


def leg_refunded_cents(session: Session, order_id: UUID) -> int:
    """Whole cents that have left escrow back to the payer for good, by what was recorded of the order."""
    facts = facts_of(session, [order_id])[order_id]
    units = sum(int(fact.details["units"]) for fact in facts if fact.kind is FactKind.LEG_REFUNDED)
    return whole_cents(units)


def card_refunds_done(session: Session, order_id: UUID) -> int:
    """Cents of the order that the buyer has again: on the card, or by bank because no card took them."""
    done = select(func.coalesce(func.sum(CardRefund.amount_minor), 0)).where(
        CardRefund.order_id == order_id, CardRefund.state.in_(("succeeded", "paid_by_bank"))
    )
    return int(session.scalars(done).one())


def parts_agreed(order_id: UUID) -> Select[int, str, int, int]:
    """The parts in which an order's money leaves escrow; none when it leaves at once. `part_of` reads each."""
    columns = (OrderPart.position, OrderPart.trigger, OrderPart.share_bps, OrderPart.cents)
    return select(*columns).where(OrderPart.order_id == order_id).order_by(OrderPart.position)


def part_of(row: Any) -> Part:
    return Part(row.position, Trigger(row.trigger), row.share_bps, row.cents)


def parts_of(session: Session, order_id: UUID) -> list[Part]:
    """As `parts_agreed`, by itself."""
    return [part_of(row) for row in session.execute(parts_agreed(order_id))]


def dispute_of(session: Session, order_id: UUID) -> Dispute | None:
    """The order's one dispute, open or resolved."""
    return session.scalars(select(Dispute).where(Dispute.order_id == order_id)).one_or_none()


def refundable_cents(session: Session, order_id: UUID, leg: LegState | None) -> int:
    """What of the order can still be given back, in cents."""
    return refundable(leg, refunds_asked(session, order_id)) if leg is not None else 0


def refundable(leg: LegState | None, asked_cents: int) -> int:
    """As `refundable_cents`, of an order for which so many cents were asked back."""
    return left_cents(leg.remaining, asked_cents, leg.refunded) if leg is not None else 0


def chain_now(session: Session) -> datetime:
    """The chain's own clock. Raises SettlementUnavailable before the first block was read."""
    now = chain_time(session)
    if now is None:
        raise SettlementUnavailable
    return now


def group_shown(session: Session, viewer: Viewer, order_group_id: UUID) -> OrderGroup:
    """Raises OrderNotFound for a stranger."""
    return load_one(session, groups_bought_by(viewer).where(OrderGroup.id == order_group_id), missing=OrderNotFound)


def group_alone(session: Session, viewer: Viewer, order_group_id: UUID) -> OrderGroup:
    """`group_shown` without its orders, for who only asks how it stands. Raises OrderNotFound for a stranger."""
    query = groups_bought_by(viewer).where(OrderGroup.id == order_group_id).options(raiseload(OrderGroup.orders))
    return load_one(session, query, missing=OrderNotFound)


def group_of_form(session: Session, form_token: UUID) -> OrderGroup | None:
    """What a form has ordered. The token is a secret of the page it stood on, so having it is having sent it."""
    return session.scalars(select(OrderGroup).where(OrderGroup.form_token == form_token)).one_or_none()


def group_bought_as_seen(session: Session, cart_id: UUID, seen: Mapping[str, int]) -> OrderGroup | None:
    """The newest checkout of this cart that was paid, or ordered on terms, if it is of just what `seen_amounts` named on another page."""
    paid = select(OrderGroup).where(OrderGroup.cart_id == cart_id, OrderGroup.state.in_(("paid", "on_terms")))
    group = session.scalars(paid.order_by(OrderGroup.placed_at.desc(), OrderGroup.id).limit(1)).one_or_none()
    if group is None or seen.get("total") != group.total_cents:
        return None
    bought = {f"quantity:{line.variant_id}": line.quantity for order in group.orders for line in order.lines}
    return group if bought == {name: seen[name] for name in seen if name.startswith("quantity:")} else None


@dataclass(frozen=True)
class OrderedTo:
    """Where an order of this account went."""

    order_group_id: UUID
    address: dict[str, str]


def addresses_ordered_to(session: Session, user_id: UUID, *, known: Collection[bytes]) -> list[OrderedTo]:
    """Places of the account's newest orders that are not among the `known` ones, each once."""
    rows = session.execute(_placed_by(user_id).order_by(OrderGroup.placed_at.desc(), OrderGroup.id).limit(MANY))
    found: dict[bytes, OrderedTo] = {}
    for group_id, address in rows:
        if not is_place(address):
            continue
        found.setdefault(address_key(address), OrderedTo(group_id, address))
    return [one for key, one in found.items() if key not in known]


def address_ordered_to(session: Session, user_id: UUID, order_group_id: UUID) -> dict[str, str] | None:
    """Where an own order goes to; None for a stranger's, and for one that is handed over in person."""
    row = session.execute(_placed_by(user_id).where(OrderGroup.id == order_group_id)).one_or_none()
    return row.address if row and is_place(row.address) else None


def _placed_by(user_id: UUID) -> Select[UUID, dict[str, Any]]:
    return select(OrderGroup.id, OrderGroup.address).where(
        OrderGroup.buyer_id == user_id,
        OrderGroup.erased_at.is_(None),
        OrderGroup.state.in_(("paid", "on_terms")),
    )


def group_by_key(session: Session, access_token: str) -> OrderGroup:
    """Raises OrderNotFound."""
    return load_one(session, groups_bought_by(Viewer(access_tokens=(access_token,))), missing=OrderNotFound)


def order_bought(session: Session, viewer: Viewer, number: str) -> Order:
    """By the number people say. Raises OrderNotFound for a stranger or a misread number."""
    return load_one(session, orders_bought_by(viewer).where(Order.number == _number(number)), missing=OrderNotFound)


def order_sold(session: Session, actor: Actor, number: str) -> Order:
    """For the shop's people. Raises OrderNotFound."""
    sold = orders_sold_by(actor, SHOP_ROLES).where(Order.number == _number(number))
    return load_one(session, sold, missing=OrderNotFound)


def order_answered(session: Session, actor: Actor, number: str) -> Order:
    """For the shop's people who write to its buyer. Raises OrderNotFound."""
    return load_one(session, orders_sold_by(actor).where(Order.number == _number(number)), missing=OrderNotFound)


def order_judged(session: Session, actor: Actor, number: str) -> Order:
    """For the operator and the arbiter. Raises OrderNotFound."""
    return load_one(session, orders_judged_by(actor).where(Order.number == _number(number)), missing=OrderNotFound)


def _number(typed: str) -> str:
    number = normalize_number(typed)
    if number is None:
        raise OrderNotFound
    return number
