"""All redemptions whose tokens are burned, put into one file of payment orders."""

from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.identity.actor import Actor, market_role
from app.identity.errors import OperatorNeeded
from app.payouts.errors import NothingToPay
from app.payouts.models import BankFile, Redemption
from app.payouts.queries import PAYING_ROLES, redemptions_to_pay
from app.payouts.rules import BURNED


def make_bank_file(session: Session, actor: Actor) -> BankFile:
    """A redemption is in one file at most: pressed twice, the second finds nothing.

    Raises OperatorNeeded or NothingToPay.
    """
    if not market_role(actor, *PAYING_ROLES):
        raise OperatorNeeded
    due = session.scalars(
        redemptions_to_pay(actor)
        .where(Redemption.state == BURNED, Redemption.bank_file_id.is_(None))
        .order_by(Redemption.burned_at, Redemption.id)
        .with_for_update(of=Redemption)
    ).all()
    if not due:
        raise NothingToPay
    assert actor.user_id is not None
    made = BankFile(created_by=actor.user_id)
    session.add(made)
    session.flush()
    for redemption in due:
        redemption.bank_file_id = made.id
    cents = sum(redemption.to_bank_cents for redemption in due)
    record_act(session, actor.user_id, "bank_file.make", made.id, count=len(due), cents=cents)
    session.flush()
    return made
