"""A seller asks for released money to be paid to its bank."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.config.current import settings
from app.db.locks import lock_one
from app.identity.actor import Actor
from app.identity.errors import ShopNotFound
from app.identity.queries import shops_run_by
from app.identity.rules.roles import ACCOUNTING
from app.money.amounts import token_units, usd
from app.payouts.errors import BankAccountNeeded, NotEnoughReleased, NothingAsked, RequestChanged
from app.payouts.models import Redemption
from app.payouts.queries import asked_units, claim_cents, released_units
from app.payouts.rules import kept_of, redeemable_cents


def request_redemption(
    session: Session, actor: Actor, organization_id: UUID, *, cents: int, form_token: UUID
) -> Redemption:
    """Ask for `cents` US cents; the same `form_token` again is the same request.

    The shop's row is locked, so two requests at once cannot ask for the same money. What a running chargeback holds
    cannot be asked for; of a seller that owes for one, a part of the payout is kept. Raises ShopNotFound, NothingAsked,
    BankAccountNeeded, NotEnoughReleased or RequestChanged.
    """
    shop = lock_one(session, shops_run_by(actor, organization_id, ACCOUNTING), missing=ShopNotFound)
    known = session.scalars(select(Redemption).where(Redemption.form_token == form_token)).one_or_none()
    if known is not None:
        if (known.organization_id, known.amount_cents) != (organization_id, cents):
            raise RequestChanged
        return known
    if cents < 1:
        raise NothingAsked(field="amount")
    if not shop.bank_account:
        raise BankAccountNeeded
    held, owed = claim_cents(session, organization_id)
    left = redeemable_cents(released_units(session, organization_id), asked_units(session, organization_id)) - held
    if cents > left:
        raise NotEnoughReleased(field="amount", asked=usd(cents), left=usd(max(left, 0)))
    assert actor.user_id is not None
    asked = Redemption(
        organization_id=organization_id,
        form_token=form_token,
        amount_cents=cents,
        amount_units=token_units(usd(cents)),
        kept_cents=kept_of(cents, owed, settings().chargeback_share_percent),
        bank_account=shop.bank_account,
        requested_by=actor.user_id,
    )
    session.add(asked)
    session.flush()
    return asked
