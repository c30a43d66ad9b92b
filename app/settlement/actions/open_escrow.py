"""Fixing the terms of a checkout: from here on they cannot change, only be funded or not."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.chain.contracts import ESCROW, TOKEN
from app.chain.keys import Keys
from app.chain.typed_data import Leg, Terms, escrow_id
from app.config.current import settings
from app.identity.models import Organization
from app.money.amounts import token_units, usd
from app.settlement.models import Escrow, EscrowLeg, MarketHeldAddress
from app.settlement.queries import contract_addresses, escrow_of_group
from app.settlement.rules import LegPlan, id_on_chain, unsent_until
from app.settlement.terms import terms_to_json

DEFAULT_SELLER_BPS = 0
"""An unresolved dispute refunds the buyer: the arbiter is ours, and its silence must not pay the seller."""


def open_escrow(
    session: Session,
    *,
    order_group_id: UUID,
    paid_by: str,
    buyer_address: bytes | None,
    legs: Sequence[LegPlan],
    fund_by: datetime,
    is_again: bool = False,
) -> Escrow:
    """Write down the terms of `order_group_id`; asked again, the same escrow, unless new terms take its place (`is_again`).

    `paid_by` is `card` (the treasury pays, the buyer agent confirms) or `wallet` (`buyer_address` does both).
    Raises NotDeployed before the contracts are.
    """
    known = escrow_of_group(session, order_group_id)
    if known is not None and not is_again:
        return known
    current = settings()
    keys = Keys(current.key_seed)
    addresses = contract_addresses(session)
    by_card = paid_by == "card"
    if by_card:
        buyer, refund_to = keys.address("buyer-agent"), keys.address("treasury")
    else:
        assert buyer_address is not None
        buyer = refund_to = buyer_address
    sellers = [_seller_address(session, keys, leg) for leg in legs]
    terms = Terms(
        group_id=id_on_chain(order_group_id),
        token=addresses[TOKEN],
        buyer=buyer,
        refund_to=refund_to,
        fee_recipient=keys.address("fees"),
        arbiter=keys.address("arbiter"),
        fund_by=int(fund_by.timestamp()),
        answer_window=current.answer_window_hours * current.deadline_unit_seconds // 24,
        dispute_timeout=current.dispute_timeout_days * current.deadline_unit_seconds,
        default_seller_bps=DEFAULT_SELLER_BPS,
        legs=tuple(
            Leg(
                order_id=id_on_chain(leg.order_id),
                seller=seller,
                amount=token_units(usd(leg.cents)),
                fee_bps=leg.fee_bps,
                ship_by=int(leg.ship_by.timestamp()),
                auto_release_at=int(leg.auto_release_at.timestamp()),
            )
            for leg, (seller, _) in zip(legs, sellers, strict=True)
        ),
    )
    escrow = Escrow(
        order_group_id=order_group_id,
        attempt=known.attempt + 1 if known is not None else 1,
        paid_by=paid_by,
        chain_id=current.chain_id,
        contract=addresses[ESCROW],
        escrow_id=escrow_id(terms, current.chain_id, addresses[ESCROW]),
        token=addresses[TOKEN],
        buyer=buyer,
        refund_to=refund_to,
        terms=terms_to_json(terms),
        amount=sum(leg.amount for leg in terms.legs),
        fund_by=fund_by,
    )
    escrow.legs = [
        EscrowLeg(
            position=position,
            order_id=leg.order_id,
            organization_id=leg.organization_id,
            seller=seller,
            seller_is_market_held=is_market_held,
            amount=token_units(usd(leg.cents)),
            fee_bps=leg.fee_bps,
            ship_by=leg.ship_by,
            auto_release_at=leg.auto_release_at,
            give_back_at=unsent_until(leg.ship_by, leg.auto_release_at) if by_card or is_market_held else None,
        )
        for position, (leg, (seller, is_market_held)) in enumerate(zip(legs, sellers, strict=True))
    ]
    session.add(escrow)
    session.flush()
    return escrow


def _seller_address(session: Session, keys: Keys, leg: LegPlan) -> tuple[bytes, bool]:
    """(address, whether the market holds it)."""
    organization = session.get_one(Organization, leg.organization_id)
    if organization.wallet_address is not None and not leg.through_market:
        return organization.wallet_address, False
    address = bytes.fromhex(keys.seller(organization.id).address[2:])
    session.execute(
        upsert(MarketHeldAddress).values(organization_id=organization.id, address=address).on_conflict_do_nothing()
    )
    return address, True
