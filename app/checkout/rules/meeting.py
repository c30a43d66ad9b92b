"""Goods that are handed over in person need no address."""

from collections.abc import Mapping
from uuid import UUID

from app.addresses.rules import is_place
from app.checkout.errors import AddressMissing
from app.checkout.rules.priced_cart import PricedCart, PricedSeller
from app.shipping.rules import IN_PERSON


def meetings(cart: PricedCart) -> dict[UUID, UUID]:
    """The first place to meet each seller, by the rate that names it; nothing unless every seller has one."""
    found = {one.seller.id: _places(one) for one in cart.sellers}
    return {shop: places[0] for shop, places in found.items()} if all(found.values()) else {}


def is_meeting_only(cart: PricedCart) -> bool:
    """No seller sends anything there: nobody has to be asked where to."""
    return bool(cart.sellers) and all(one.options and len(_places(one)) == len(one.options) for one in cart.sellers)


def lacks_place(address: Mapping[str, str], cart: PricedCart) -> bool:
    """Something is sent, and nobody said where to."""
    return not is_place(address) and any(one.shipping and one.shipping.kind != IN_PERSON for one in cart.sellers)


def require_place(address: Mapping[str, str], cart: PricedCart) -> None:
    """Raises AddressMissing."""
    if lacks_place(address, cart):
        raise AddressMissing(field="address")


def _places(one: PricedSeller) -> list[UUID]:
    return [option.rate_id for option in one.options if option.kind == IN_PERSON]
