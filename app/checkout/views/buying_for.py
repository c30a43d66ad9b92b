"""For whom this person buys just now. Asked only for who belongs to a company."""

from app.checkout.models import Cart
from app.companies.queries import BuyingContext, buying_context
from app.db.session import reading
from app.identity.current import current_account
from app.identity.rules.roles import BUYING_ROLES


def buying_now(cart: Cart | None = None) -> BuyingContext | None:
    """The company bought for; None for guests and for who buys for oneself. A cart made for a company is that one's."""
    account = current_account()
    if account is None or not account.actor.organizations(BUYING_ROLES):
        return None
    with reading() as session:
        return buying_context(session, account.id, company_id=cart.company_id if cart else None)
