"""Reading settlement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    DateTime,
    Numeric,
    Select,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    column,
    exists,
    func,
    select,
    text,
)
from sqlalchemy.orm import Session, contains_eager

from app.chain.contracts import ANCHOR, ESCROW, TOKEN, decode_log, topic_of
from app.chain.events import DecodedLog
from app.chain.models import ChainCursor, ChainLog
from app.chain.queries import chain_time as head_time
from app.chain.queries import deployed_addresses
from app.config.current import settings
from app.ledger.models import Journal
from app.ledger.queries import balance_of
from app.ledger.sums import sum_posted
from app.money.amounts import UNITS_PER_CENT
from app.settlement.models import ChainIntent, Escrow, EscrowLeg
from app.settlement.rules import LegFact, id_on_chain

MANY = 500
_DECISIONS_DUE = text((Path(__file__).with_name("sql") / "decisions_due.sql").read_text("utf-8"))


@dataclass(frozen=True)
class ChainFact:
    """One log about an order, for the details page and the report. Units are the token's base units."""

    kind: str
    units: int
    values: dict[str, Any]
    chain_id: int
    block_number: int
    block_hash: bytes
    tx_hash: bytes
    log_index: int
    at: datetime
    is_final: bool


@dataclass(frozen=True)
class LegSeen:
    """A leg with every log about it, oldest first."""

    leg: EscrowLeg
    facts: Sequence[ChainFact]

    @property
    def protected_until(self) -> datetime:
        """Until when the funded leg can be disputed; the seller's shipment on chain or the buyer may have moved it."""
        moved = [fact.values["autoReleaseAt"] for fact in self.facts if "autoReleaseAt" in fact.values]
        return max([self.leg.auto_release_at, *(datetime.fromtimestamp(at, UTC) for at in moved)])

    def is_safe(self, safe_number: int | None) -> bool:
        """Whether the block that funded it is `safe`; nothing is before the first block was read."""
        funded = (fact for fact in self.facts if fact.kind == "funded")
        return safe_number is not None and any(fact.block_number <= safe_number for fact in funded)


@dataclass(frozen=True)
class PaidLeg:
    """What a seller got of an order, in whole US cents: without commission."""

    order_id: UUID
    organization_id: UUID
    cents: int


def paid_by_final_blocks(session: Session, order_group_id: UUID) -> list[PaidLeg]:
    """The legs of a checkout that its sellers were paid for."""
    rows = session.execute(
        select(
            EscrowLeg.order_id,
            EscrowLeg.organization_id,
            (func.sum(EscrowLeg.final_released - EscrowLeg.final_fee)).label("units"),
        )
        .join(Escrow, Escrow.id == EscrowLeg.escrow_id)
        .where(Escrow.order_group_id == order_group_id, EscrowLeg.final_released > 0)
        .group_by(EscrowLeg.order_id, EscrowLeg.organization_id)
        .order_by(EscrowLeg.order_id)
    ).all()
    return [PaidLeg(row.order_id, row.organization_id, int(row.units) // UNITS_PER_CENT) for row in rows]


@dataclass(frozen=True)
class SellerBalance:
    """Where a seller's money is, in base units; each is the balance of named ledger accounts or legs."""

    in_escrow: int
    released: int
    paid_to_own_wallet: int


def leg_of(session: Session, order_id: UUID) -> EscrowLeg | None:
    """The order's leg: the funded one, else the newest."""
    return session.scalars(_leg_of(order_id)).one_or_none()


def _leg_of(order_id: UUID) -> Select[EscrowLeg]:
    newest = EscrowLeg.seen_funded.desc(), EscrowLeg.id.desc()
    return select(EscrowLeg).where(EscrowLeg.order_id == order_id).order_by(*newest).limit(1)


def leg_seen(session: Session, order_id: UUID) -> LegSeen | None:
    """The order's leg, its escrow and what the chain says of it, in one query; None before it is to be funded."""
    about = and_(
        ChainLog.chain_id == Escrow.chain_id,
        ChainLog.address == Escrow.contract,
        ChainLog.topics[2] == Escrow.escrow_id,
        ChainLog.topics[3] == id_on_chain(order_id),
    )
    rows = session.execute(
        select(EscrowLeg, ChainLog)
        .join(EscrowLeg.escrow)
        .options(contains_eager(EscrowLeg.escrow))
        .outerjoin(ChainLog, about)
        .where(EscrowLeg.id == _leg_of(order_id).with_only_columns(EscrowLeg.id).scalar_subquery())
        .order_by(ChainLog.block_number, ChainLog.log_index)
    ).all()
    facts = [fact for _leg, log in rows if log is not None and (fact := _fact(log)) is not None]
    return LegSeen(rows[0][0], facts) if rows else None


def escrow_of_group(session: Session, order_group_id: UUID) -> Escrow | None:
    return session.scalars(
        select(Escrow).where(Escrow.order_group_id == order_group_id).order_by(Escrow.attempt.desc()).limit(1)
    ).one_or_none()


def chain_time(session: Session) -> datetime | None:
    """The latest block's time; deadlines on chain compare with this."""
    return head_time(session, settings().chain_id)


def facts_of_leg(session: Session, leg: EscrowLeg) -> list[ChainFact]:
    """Every log about the leg, oldest first."""
    rows = session.scalars(
        select(ChainLog)
        .where(
            ChainLog.chain_id == leg.escrow.chain_id,
            ChainLog.address == leg.escrow.contract,
            ChainLog.topics[2] == leg.escrow.escrow_id,
            ChainLog.topics[3] == id_on_chain(leg.order_id),
        )
        .order_by(ChainLog.block_number, ChainLog.log_index)
    ).all()
    return [fact for row in rows if (fact := _fact(row)) is not None]


_KINDS = {
    "LegFunded": "funded",
    "Released": "released",
    "Refunded": "refunded",
    "Disputed": "disputed",
    "Shipped": "shipped",
    "CancellationRequested": "cancellation_requested",
    "Extended": "extended",
}


def _fact(row: ChainLog) -> ChainFact | None:
    decoded = decode_log(tuple(row.topics), row.data)
    if decoded is None or decoded[0] not in _KINDS:
        return None
    name, values = decoded
    units = values["net"] + values["fee"] if name == "Released" else values.get("amount", 0)
    return ChainFact(
        _KINDS[name],
        units,
        values,
        row.chain_id,
        row.block_number,
        row.block_hash,
        row.tx_hash,
        row.log_index,
        row.block_time,
        row.final_at is not None,
    )


def chain_facts(session: Session, order_id: UUID) -> list[ChainFact]:
    """Every log about an order's leg, oldest first; empty before it is funded."""
    seen = leg_seen(session, order_id)
    return list(seen.facts) if seen is not None else []


def is_paying_out(session: Session, order_id: UUID) -> bool:
    """What is left of the leg is promised to go already: released, claimed, or divided."""
    leg = leg_of(session, order_id)
    under_way = exists().where(
        ChainIntent.leg_id == (leg.id if leg is not None else None),
        ChainIntent.kind.in_(("release", "claim", "resolve", "timeout")),
        ChainIntent.state.in_(("planned", "sent")),
    )
    return bool(session.scalar(select(under_way)))


def protected_until(session: Session, order_id: UUID) -> datetime:
    """`LegSeen.protected_until` of an order whose leg is funded."""
    seen = leg_seen(session, order_id)
    assert seen is not None
    return seen.protected_until


def decisions_due(session: Session, order_ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """Until when disputes can be decided; one whose dispute the chain does not show yet is absent."""
    return {order_id: due for order_id, (due, _) in decided_by_time(session, order_ids).items()}


def decided_by_time(session: Session, order_ids: Sequence[UUID]) -> dict[UUID, tuple[datetime, int]]:
    """Until when disputes can be decided, and the seller's share in hundredths of a percent after that."""
    return {row.order_id: (row.due, row.seller_bps) for row in session.execute(disputes_seen(order_ids))}


def disputes_seen(order_ids: Sequence[UUID]) -> Select[UUID, datetime, int]:
    """(order_id, due, seller_bps) of each dispute that the chain shows."""
    asked = _DECISIONS_DUE.bindparams(
        bindparam("disputed", topic_of("Disputed"), unique=True),
        bindparam("order_ids", list(order_ids), ARRAY(Uuid), unique=True),
    )
    found = asked.columns(
        column("order_id", Uuid), column("due", DateTime(timezone=True)), column("seller_bps", BigInteger)
    ).subquery()
    return select(found.c.order_id, found.c.due, found.c.seller_bps)


def unsent_orders(session: Session, now: datetime) -> Sequence[UUID]:
    """Orders whose money goes back by itself now, and is not on its way already; the longest late first.

    A seller with an own wallet is asked by the contract, which takes that only until `auto_release_at`; a shipment
    recorded there counts as having left.
    """
    under_way = exists().where(
        ChainIntent.leg_id == EscrowLeg.id,
        ChainIntent.state.in_(("planned", "sent", "stuck")) | (ChainIntent.kind == "cancel_unshipped"),
        ChainIntent.state != "dropped",
    )
    shipped_on_chain = exists().where(
        ChainLog.chain_id == Escrow.chain_id,
        ChainLog.topics[1] == topic_of("Shipped"),
        ChainLog.topics[2] == Escrow.escrow_id,
        ChainLog.topics[3] == func.decode("00" * 16, "hex").op("||")(func.uuid_send(EscrowLeg.order_id)),
    )
    return session.scalars(
        select(EscrowLeg.order_id)
        .join(Escrow, Escrow.id == EscrowLeg.escrow_id)
        .where(
            Escrow.chain_id == settings().chain_id,
            EscrowLeg.give_back_at < now,
            EscrowLeg.seller_is_market_held.is_(True) | (EscrowLeg.auto_release_at > now),
            EscrowLeg.final_funded.is_(True),
            EscrowLeg.seen_funded.is_(True),
            EscrowLeg.seen_released + EscrowLeg.seen_refunded < EscrowLeg.amount,
            EscrowLeg.is_disputed.is_(False),
            ~under_way,
            ~shipped_on_chain,
        )
        .order_by(EscrowLeg.give_back_at, EscrowLeg.id)
        .limit(MANY)
    ).all()


def refunded_before(session: Session, leg: EscrowLeg, log: DecodedLog) -> int:
    """Units of the leg that were refunded before `log`, by the logs themselves: asked again, the same answer."""
    place = log.block_number, log.log_index
    return sum(
        fact.units
        for fact in facts_of_leg(session, leg)
        if fact.kind == "refunded" and (fact.block_number, fact.log_index) < place
    )


def waiting_units(session: Session, who: bytes) -> int:
    """Units that by the books wait in the escrow contract for an address, because the token had refused it."""
    units = cast(Journal.details["units"].astext, Numeric)
    signed = case((Journal.event == "transfer_refused", units), else_=-units)
    query = select(func.coalesce(func.sum(signed), 0)).where(
        Journal.event.in_(("transfer_refused", "waiting_withdrawn")), Journal.details["who"].astext == who.hex()
    )
    return int(session.scalars(query).one())


def leg_facts(facts: Sequence[ChainFact]) -> list[LegFact]:
    return [LegFact(fact.kind, fact.units) for fact in facts]


def may_ship(session: Session, order_id: UUID) -> bool:
    """Goods may leave once the block that funded the leg is `safe`."""
    seen = leg_seen(session, order_id)
    return seen is not None and seen.is_safe(session.scalar(safe_number()))


def safe_number() -> Select[int]:
    """Of the newest block that the chain will not take back, as far as it was read."""
    return select(ChainCursor.safe_number).where(ChainCursor.chain_id == settings().chain_id)


def seller_balance(session: Session, organization_id: UUID) -> SellerBalance:
    """In escrow by the legs as seen at the head; released by the books, which follow final blocks."""
    sum_posted(session)
    gone = EscrowLeg.seen_released + EscrowLeg.seen_refunded
    held = select(func.coalesce(func.sum(EscrowLeg.amount - gone), 0)).where(
        EscrowLeg.organization_id == organization_id, EscrowLeg.seen_funded, EscrowLeg.amount > gone
    )
    got = EscrowLeg.final_released - EscrowLeg.final_fee + EscrowLeg.fee_given_back
    to_wallet = select(func.coalesce(func.sum(got), 0)).where(
        EscrowLeg.organization_id == organization_id,
        EscrowLeg.seller_is_market_held.is_(False),
        EscrowLeg.final_released > 0,
    )
    released = balance_of("2200", "CTM", organization_id)
    sums = session.execute(select(*(one.scalar_subquery() for one in (held, released, to_wallet)))).one()
    return SellerBalance(*map(int, sums))


def contract_addresses(session: Session) -> dict[str, bytes]:
    """Our contracts on the settlement chain; LedgerAnchor if it is there, since a market trades without. Raises NotDeployed."""
    return deployed_addresses(session, settings().chain_id, (TOKEN, ESCROW), if_there=(ANCHOR,))
