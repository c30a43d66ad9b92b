"""Reading redemptions. A seller finds its own; operator, accountant and auditor of the market find all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Numeric, Row, Select, cast, false, func, literal_column, select, true, union_all
from sqlalchemy.orm import Session

from app.banking.models import BankLine
from app.db.paging import Page, fetch_page
from app.identity.actor import Actor, market_role
from app.identity.models import Organization
from app.identity.rules.roles import ACCOUNTANT, ACCOUNTING, AUDITOR, OPERATOR
from app.ledger.models import Journal, LedgerAccount, Posting
from app.ledger.queries import balance
from app.onramp.models import CardDispute
from app.payouts.models import BankFile, ChargebackClaim, ClaimStep, CommissionReturn, PayoutReturn, Redemption
from app.payouts.rules import HELD, LOST, NOT_AT_THE_BANK, NOT_YET_BURNED, OWED, PAID, STATES, Earned, redeemable_cents
from app.settlement.models import ChainIntent, EscrowLeg
from app.settlement.queries import seller_balance

PAYING_ROLES = (OPERATOR,)
READING_ROLES = (OPERATOR, ACCOUNTANT, AUDITOR)
NOTED_LATE = timedelta(days=14)
"""A file is noted as paid when somebody has time, and a bank may have sent a payment back before that."""


@dataclass(frozen=True)
class SellerMoney:
    """Where a seller's money is. Units of the token, cents of US dollars; each figure is a sum of lines one can open.

    No unit is in two figures: `released` is what was not asked for yet, `in_redemption_cents` what was asked for or burned
    and is not at the bank yet. `redeemable_cents`: the whole cents of `released` that no running
    chargeback holds (`held_cents`). `owed_cents`: for charged-back orders, to be kept of later payouts.
    """

    in_escrow: int
    released: int
    in_redemption_cents: int
    paid_out_cents: int
    paid_to_own_wallet: int
    redeemable_cents: int
    held_cents: int = 0
    owed_cents: int = 0
    withheld_units: int = 0


def seller_money(session: Session, organization_id: UUID) -> SellerMoney:
    """Escrow by the legs at the head of the chain, released by the books, the rest by redemptions; in two queries."""
    held = seller_balance(session, organization_id)
    sums = _sums(session, organization_id)
    spoken_for = sum(units for state, (_, units) in sums.by_state.items() if state in NOT_YET_BURNED)
    on_its_way = sum(cents for state, (cents, _) in sums.by_state.items() if state in NOT_AT_THE_BANK)
    return SellerMoney(
        in_escrow=held.in_escrow,
        released=max(0, held.released - spoken_for),
        in_redemption_cents=on_its_way,
        paid_out_cents=sums.by_state.get(PAID, (0, 0))[0],
        paid_to_own_wallet=held.paid_to_own_wallet,
        redeemable_cents=max(0, redeemable_cents(held.released, spoken_for) - sums.held),
        held_cents=sums.held,
        owed_cents=sums.owed,
        withheld_units=sums.withheld,
    )


@dataclass(frozen=True)
class _Sums:
    """`by_state`: of redemptions, cents for the bank and units."""

    by_state: dict[str, tuple[int, int]]
    held: int
    owed: int
    withheld: int


def _sums(session: Session, organization_id: UUID) -> _Sums:
    """In one query: a page asks few times."""
    of_shop = select(Redemption).where(Redemption.organization_id == organization_id)
    columns = [
        _sum_of(of_shop.where(Redemption.state == state), one)
        for state in STATES
        for one in (Redemption.amount_cents - Redemption.kept_cents, Redemption.amount_units)
    ]
    row = session.execute(
        select(*columns, *_claim_sums(organization_id), _withheld(organization_id).scalar_subquery())
    ).one()
    found = [int(value) for value in row]
    by_state = dict(zip(STATES, zip(found[0:-4:2], found[1:-4:2], strict=True), strict=True))
    held, owed, kept, withheld = found[-4:]
    return _Sums(by_state, held, max(0, owed - kept), withheld)


def _sum_of(query: Select[Any], column: Any) -> Any:
    return query.with_only_columns(func.coalesce(func.sum(column), 0)).scalar_subquery()


def _withheld(organization_id: UUID) -> Select[int]:
    """Tax withheld from the seller so far, less what was given back, by the journals; units."""
    return (
        select(func.coalesce(-func.sum(Posting.amount), 0))
        .join(Journal, Journal.id == Posting.journal_id)
        .join(LedgerAccount, LedgerAccount.id == Posting.account_id)
        .where(
            LedgerAccount.number == "2310",
            Journal.organization_id == organization_id,
            Journal.event.regexp_match("^tax_(withheld|given_back)(_taken_back)?$"),
        )
    )


def _claim_sums(organization_id: UUID) -> tuple[Any, Any, Any]:
    """Held, owed, and kept of payouts under way."""
    claims = select(ChargebackClaim).where(ChargebackClaim.organization_id == organization_id)
    left = ChargebackClaim.cents - ChargebackClaim.settled_cents
    burning = select(Redemption).where(
        Redemption.organization_id == organization_id, Redemption.state.in_(NOT_YET_BURNED)
    )
    return (
        _sum_of(claims.where(ChargebackClaim.state == HELD), left),
        _sum_of(claims.where(ChargebackClaim.state == OWED), left),
        _sum_of(burning, Redemption.kept_cents),
    )


def claim_cents(session: Session, organization_id: UUID) -> tuple[int, int]:
    """(held while a card's bank decides, owed to the market and not kept of a payout under way), in cents."""
    held, owed, kept = (int(value) for value in session.execute(select(*_claim_sums(organization_id))).one())
    return held, max(0, owed - kept)


def claims_to_decide(actor: Actor) -> Select[ChargebackClaim]:
    """Claims this person may decide: all for an operator, none for anybody else."""
    return select(ChargebackClaim).where(true() if market_role(actor, *PAYING_ROLES) else false())


def earned_of(session: Session, leg: EscrowLeg) -> Earned:
    """What the market has of an order, by the leg and by what was booked of its releases. `leg` is locked."""
    vat = func.coalesce(func.sum(cast(Journal.details["vat"].astext, Numeric)), 0)
    booked = select(vat).where(Journal.order_id == leg.order_id, Journal.event == "leg_released")
    given = select(func.coalesce(func.sum(CommissionReturn.vat_units), 0)).where(
        CommissionReturn.order_id == leg.order_id
    )
    return Earned(
        leg.final_released,
        leg.fee_bps,
        leg.final_fee,
        int(session.scalars(booked).one()),
        leg.came_back_units,
        leg.fee_given_back,
        int(session.scalars(given).one()),
    )


def commission_returns(session: Session, actor: Actor, *, cursor: str | None = None, size: int = 50) -> Page[Any]:
    """Commission given back, newest first: order, shop, what came back, commission, VAT, why, and the outbox's state."""
    query: Select[*tuple[Any, ...]] = (
        select(
            CommissionReturn.id,
            CommissionReturn.created_at,
            CommissionReturn.order_id,
            CommissionReturn.came_back_units,
            CommissionReturn.fee_units,
            CommissionReturn.vat_units,
            CommissionReturn.reason,
            Organization.name.label("shop"),
            ChainIntent.state,
            literal_column("(SELECT o.number FROM orders AS o WHERE o.id = commission_returns.order_id)").label(
                "number"
            ),
        )
        .join(Organization, Organization.id == CommissionReturn.organization_id)
        .outerjoin(ChainIntent, ChainIntent.key == func.concat("commission-back:", CommissionReturn.form_token))
        .where(true() if market_role(actor, *READING_ROLES) else false())
    )
    order = [CommissionReturn.created_at, CommissionReturn.id]
    return fetch_page(session, query, order=order, descending=True, cursor=cursor, size=size)


def open_claims(session: Session, actor: Actor, *, size: int = 100) -> Sequence[Row[Any]]:
    """What sellers were paid of payments that a card's bank takes back, oldest first: the claim, `shop`, `status`."""
    query = (
        claims_to_decide(actor)
        .join(Organization, Organization.id == ChargebackClaim.organization_id)
        .join(CardDispute, CardDispute.stripe_dispute_id == ChargebackClaim.stripe_dispute_id)
        .where(ChargebackClaim.state.in_((HELD, OWED)))
        .add_columns(Organization.name.label("shop"), CardDispute.status, (CardDispute.status == LOST).label("is_lost"))
        .order_by(ChargebackClaim.created_at, ChargebackClaim.id)
        .limit(size)
    )
    return session.execute(query).all()


def steps_of(session: Session, claim_id: UUID) -> Sequence[ClaimStep]:
    return session.scalars(select(ClaimStep).where(ClaimStep.claim_id == claim_id).order_by(ClaimStep.id)).all()


def under_way_cents(session: Session, claim_id: UUID) -> int:
    """Of a claim, what is being burned for it and not kept yet."""
    burning = select(func.coalesce(func.sum(Redemption.kept_cents), 0)).where(
        Redemption.claim_id == claim_id, Redemption.state.in_(NOT_YET_BURNED)
    )
    return int(session.scalars(burning).one())


def asked_units(session: Session, organization_id: UUID) -> int:
    """Released units that are spoken for but not burned yet."""
    asked = select(func.coalesce(func.sum(Redemption.amount_units), 0)).where(
        Redemption.organization_id == organization_id, Redemption.state.in_(NOT_YET_BURNED)
    )
    return int(session.scalars(asked).one())


def released_units(session: Session, organization_id: UUID) -> int:
    """What the books owe the seller in tokens, by final blocks."""
    return balance(session, "2200", "CTM", organization_id)


def redemptions_of(actor: Actor) -> Select[Redemption]:
    """The redemptions this person may see."""
    if market_role(actor, *READING_ROLES):
        return select(Redemption)
    return select(Redemption).where(Redemption.organization_id.in_(actor.organizations(ACCOUNTING)))


def redemptions_to_pay(actor: Actor) -> Select[Redemption]:
    """The redemptions this person may approve, refuse or pay: all for an operator, none for anybody else."""
    return select(Redemption).where(true() if market_role(actor, *PAYING_ROLES) else false())


def redemptions_to_send(actor: Actor) -> Select[Redemption]:
    """Those this person may have paid again: an operator all, people of a shop who see to its money their own."""
    if market_role(actor, *PAYING_ROLES):
        return select(Redemption)
    return select(Redemption).where(Redemption.organization_id.in_(actor.organizations(ACCOUNTING)))


def bank_files_of(actor: Actor, roles: Sequence[str] = READING_ROLES) -> Select[BankFile]:
    return select(BankFile).where(true() if market_role(actor, *roles) else false())


def redemption_page(
    session: Session,
    actor: Actor,
    *,
    organization_id: UUID | None = None,
    states: Sequence[str] = (),
    cursor: str | None = None,
    size: int = 50,
) -> Page[Any]:
    """One page, newest first."""
    query = redemptions_of(actor)
    if organization_id is not None:
        query = query.where(Redemption.organization_id == organization_id)
    if states:
        query = query.where(Redemption.state.in_(states))
    columns = query.with_only_columns(
        Redemption.id,
        Redemption.organization_id,
        Redemption.amount_cents,
        Redemption.kept_cents,
        Redemption.claim_id,
        Redemption.state,
        Redemption.requested_at,
        Redemption.approved_at,
        Redemption.burned_at,
        Redemption.paid_at,
        Redemption.refusal,
        Redemption.bank_account,
        Redemption.bank_file_id,
        Redemption.returned_count,
        _why_it_failed().label("failure"),
    )
    order = [Redemption.requested_at, Redemption.id]
    return fetch_page(session, columns, order=order, descending=True, cursor=cursor, size=size)


def operator_page(
    session: Session, actor: Actor, state: str, *, cursor: str | None = None, size: int = 50
) -> Page[Any]:
    """Everybody's redemptions in one state, oldest first, with the shop's name. A stranger finds nothing."""
    query = (
        redemptions_of(actor)
        .join(Organization, Organization.id == Redemption.organization_id)
        .where(Redemption.state == state)
        .with_only_columns(
            Redemption.id,
            Redemption.amount_cents,
            Redemption.kept_cents,
            Redemption.state,
            Redemption.requested_at,
            Redemption.bank_account,
            Redemption.bank_file_id,
            Redemption.refusal,
            Redemption.returned_count,
            _why_it_failed().label("failure"),
            Organization.name.label("shop"),
            Organization.slug,
            Organization.status.label("shop_status"),
        )
    )
    order = [Redemption.requested_at, Redemption.id]
    return fetch_page(session, query, order=order, descending=False, cursor=cursor, size=size)


def _why_it_failed() -> Any:
    """What the bank said when it last sent back or did not take the redemption."""
    return (
        select(PayoutReturn.reason)
        .where(PayoutReturn.redemption_id == Redemption.id, PayoutReturn.attempt == Redemption.returned_count)
        .correlate(Redemption)
        .scalar_subquery()
    )


def totals_by_state(session: Session) -> dict[str, tuple[int, int]]:
    """(how many, cents) of all redemptions in each state. For people of the market only."""
    rows = session.execute(
        select(
            Redemption.state, func.count().label("redemptions"), func.sum(Redemption.amount_cents).label("cents")
        ).group_by(Redemption.state)
    )
    found = {row.state: (row.redemptions, int(row.cents)) for row in rows}
    return {state: found.get(state, (0, 0)) for state in STATES}


def bank_file_page(session: Session, actor: Actor, *, cursor: str | None = None, size: int = 20) -> Page[Any]:
    """Bank files, newest first, each with how many redemptions it holds and their cents."""
    paid = select(Redemption.bank_file_id, (Redemption.amount_cents - Redemption.kept_cents).label("cents"))
    failed = select(PayoutReturn.bank_file_id, PayoutReturn.cents)
    held = union_all(paid.where(Redemption.bank_file_id.is_not(None)), failed).subquery()
    query = (
        bank_files_of(actor)
        .join(held, held.c.bank_file_id == BankFile.id)
        .with_only_columns(
            BankFile.id,
            BankFile.created_at,
            BankFile.paid_at,
            BankFile.bank_reference,
            func.count().label("count"),
            func.sum(held.c.cents).label("cents"),
        )
        .group_by(BankFile.id)
    )
    order = [BankFile.created_at, BankFile.id]
    return fetch_page(session, query, order=order, descending=True, cursor=cursor, size=size)


@dataclass(frozen=True)
class FilePayment:
    """One payment of a bank file, also one that failed: then `failure` says why, and `at` when it came back."""

    id: UUID
    attempt: int
    shop: str
    bank_account: dict[str, Any]
    to_bank_cents: int
    failure: str | None = None
    kind: str | None = None
    at: datetime | None = None


def payments_in(session: Session, bank_file_id: UUID) -> list[FilePayment]:
    """What a bank file holds, in the order of the file. Ask for the file itself first: it decides who may."""
    here = union_all(
        select(Redemption.id).where(Redemption.bank_file_id == bank_file_id),
        select(PayoutReturn.redemption_id).where(PayoutReturn.bank_file_id == bank_file_id),
    )
    rows = session.execute(
        select(Redemption, PayoutReturn, Organization.name)
        .join(Organization, Organization.id == Redemption.organization_id)
        .outerjoin(
            PayoutReturn,
            (PayoutReturn.redemption_id == Redemption.id) & (PayoutReturn.bank_file_id == bank_file_id),
        )
        .where(Redemption.id.in_(here))
        .order_by(Redemption.burned_at, Redemption.id)
    )
    return [
        FilePayment(one.id, one.attempt, shop, one.bank_account, one.to_bank_cents)
        if failed is None
        else FilePayment(
            one.id, failed.attempt, shop, failed.bank_account, failed.cents, failed.reason, failed.kind, failed.at
        )
        for one, failed, shop in rows
    ]


def returns_of(session: Session, redemption_id: UUID) -> Sequence[PayoutReturn]:
    """Ask for the redemption itself first."""
    query = select(PayoutReturn).where(PayoutReturn.redemption_id == redemption_id)
    return session.scalars(query.order_by(PayoutReturn.attempt)).all()


def lines_that_may_be(redemption: Redemption, paid_on: date) -> Select[BankLine]:
    """Lines of the bank's statements that may be this payment coming back: dollars that came in, at most as many as were
    paid, not earlier than a few days before it was noted as paid, and booked for no other; the likeliest first."""
    used = select(PayoutReturn.bank_line_id).where(PayoutReturn.bank_line_id == BankLine.id)
    return (
        select(BankLine)
        .where(
            BankLine.currency == "USD",
            BankLine.amount_minor.between(1, redemption.to_bank_cents),
            BankLine.booked_on >= paid_on - NOTED_LATE,
            ~used.exists(),
        )
        .order_by(BankLine.amount_minor.desc(), BankLine.booked_on, BankLine.id)
    )
