"""Pricing a cart for a page, with what its owner has chosen so far."""

from datetime import UTC, datetime

from app.checkout.models import Cart
from app.checkout.paying import home_country
from app.checkout.queries import priced_cart
from app.checkout.rules.draft import Draft
from app.checkout.rules.priced_cart import PricedCart
from app.db.session import reading


def price_for(cart: Cart) -> PricedCart:
    """To the country of the address, or as long as there is none, to the market's own."""
    draft = Draft.read(cart.draft)
    with reading() as session:
        return priced_cart(
            session,
            cart.id,
            country=draft.country or home_country(),
            chosen=draft.shipping,
            today=datetime.now(UTC).date(),
        )
