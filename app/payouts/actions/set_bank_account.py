"""Where a seller wants to be paid."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.db.locks import lock_one
from app.identity.actor import Actor
from app.identity.errors import ShopNotFound
from app.identity.models import Organization
from app.identity.queries import shops_run_by
from app.identity.rules.roles import OWNING
from app.payouts.rules import BankAccount


def set_bank_account(session: Session, actor: Actor, organization_id: UUID, account: BankAccount) -> Organization:
    """Only the owner: whoever names the account gets the money. Redemptions asked for before keep their account.

    Raises ShopNotFound.
    """
    shop = lock_one(session, shops_run_by(actor, organization_id, OWNING), missing=ShopNotFound)
    if shop.bank_account != account.as_json():
        shop.bank_account = account.as_json()
        record_act(session, actor.user_id, "shop.set_bank_account", shop.id, ending=account.number[-4:])
    session.flush()
    return shop
