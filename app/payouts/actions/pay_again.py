"""A payment that failed goes into the next bank file, to the account the shop has now."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.db.locks import lock_one
from app.identity.actor import Actor
from app.identity.models import Organization
from app.payouts.errors import BankAccountNeeded, RedemptionMovedOn, RedemptionNotFound
from app.payouts.models import Redemption
from app.payouts.queries import redemptions_to_send
from app.payouts.rules import BURNED, RETURNED


def pay_again(session: Session, actor: Actor, redemption_id: UUID, *, failed: int) -> Redemption:
    """By the shop, or by the market when the mistake was the bank's. Pressed twice, it waits for one bank file.
    `failed` is how often it had failed for who presses.

    Only the owner names the account, so what is paid again goes where the owner says. Raises RedemptionNotFound,
    RedemptionMovedOn or BankAccountNeeded.
    """
    query = redemptions_to_send(actor).where(Redemption.id == redemption_id)
    redemption = lock_one(session, query, missing=RedemptionNotFound)
    if redemption.state == BURNED and 0 < failed == redemption.returned_count:
        return redemption
    if redemption.state != RETURNED or redemption.returned_count != failed:
        raise RedemptionMovedOn(state=redemption.state)
    account = session.get_one(Organization, redemption.organization_id).bank_account
    if not account:
        raise BankAccountNeeded
    redemption.state, redemption.bank_account = BURNED, account
    record_act(
        session,
        actor.user_id,
        "redemption.pay_again",
        redemption.id,
        attempt=redemption.attempt,
        ending=account["number"][-4:],
    )
    session.flush()
    return redemption
