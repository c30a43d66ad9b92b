"""Pricing a cart for a page, with what its owner has chosen so far."""

from datetime import UTC, datetime

from app.checkout.models import Cart
from app.checkout.paying import home_country
from app.checkout.queries import priced_cart, voucher_wish
from app.checkout.rules.draft import Draft
from app.checkout.rules.priced_cart import PricedCart
from app.db.session import reading
from app.identity.current import current_account


def price_for(cart: Cart) -> PricedCart:
    """To the country of the address, or as long as there is none, to the market's own."""
    draft, account, now = Draft.read(cart.draft), current_account(), datetime.now(UTC)
    with reading() as session:
        return priced_cart(
            session,
            cart.id,
            country=draft.country or home_country(),
            chosen=draft.shipping,
            today=now.date(),
            vouchers=voucher_wish(
                cart, user_id=account.id if account else None, email=draft.contact.get("email"), now=now
            ),
        )
