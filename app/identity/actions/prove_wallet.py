"""Binding a wallet to a shop."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.db.locks import lock_one
from app.events.bus import publish
from app.identity.actions.ask_wallet import Site, take_answer
from app.identity.actor import Actor
from app.identity.errors import ShopNotFound
from app.identity.events import WalletProven
from app.identity.models import Organization
from app.identity.queries import shops_run_by
from app.identity.rules.roles import OWNING


def prove_wallet(
    session: Session, actor: Actor, organization_id: UUID, *, site: Site, text: str, signature: bytes, now: datetime
) -> Organization:
    """From now on new orders pay this address directly; earlier escrows keep the address they were signed with.

    Owners only. Raises ShopNotFound, WalletProofRejected.
    """
    shop = lock_one(session, shops_run_by(actor, organization_id, OWNING), missing=ShopNotFound)
    shop.wallet_address = take_answer(session, site, text, signature, now)
    record_act(session, actor.user_id, "shop.prove_wallet", shop.id, address=shop.wallet_address.hex())
    publish(session, WalletProven(shop.id, shop.wallet_address))
    session.flush()
    return shop
