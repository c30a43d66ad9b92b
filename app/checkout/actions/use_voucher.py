"""Putting a voucher into a cart, and taking it out again."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.checkout.actions.change_cart import lock_cart
from app.checkout.queries.carts import voucher_wish
from app.checkout.queries.pricing import priced_cart
from app.checkout.rules.discounts import CartVoucher
from app.config.days import market_day
from app.vouchers.errors import VoucherNotForTheseGoods, VoucherUnknown
from app.vouchers.queries import VoucherWish, shops_of, vouchers_named
from app.vouchers.rules.codes import code_key


def enter_voucher(
    session: Session,
    cart_id: UUID,
    typed: str,
    *,
    country: str,
    chosen: Mapping[UUID, UUID],
    user_id: UUID | None,
    email: str | None,
    now: datetime,
) -> list[CartVoucher]:
    """Every voucher of this code that lowers the cart now; each takes the place of an earlier one of who pays for it.

    Raises BadVoucherCode, VoucherUnknown, else why it cannot be used (VoucherRefused); the cart is then as it was.
    """
    cart = lock_cart(session, cart_id)
    wish = voucher_wish(cart, user_id=user_id, email=email, now=now, even_if_empty=True)
    assert wish is not None
    now_in_it = priced_cart(session, cart_id, country=country, chosen=chosen, today=market_day(now))
    shops = [one.seller.id for one in now_in_it.sellers]
    found = dict(vouchers_named(session, code_key(typed), shops))
    if not found or not shops:
        raise VoucherUnknown(field="code")
    kept = [known for known, shop in shops_of(session, cart.voucher_ids).items() if shop not in set(found.values())]
    tried = priced_cart(
        session, cart_id, country=country, chosen=chosen, today=market_day(now), vouchers=_with(wish, [*kept, *found])
    )
    said = [one for one in tried.vouchers if one.id in found]
    useful = [one for one in said if one.applies]
    if not useful:
        raise next((one.refusal for one in said if one.refusal), None) or VoucherNotForTheseGoods(
            field="code", code=said[0].code
        )
    replaced = {one.organization_id for one in useful}
    before = shops_of(session, cart.voucher_ids)
    cart.voucher_ids = [*(known for known, shop in before.items() if shop not in replaced), *(one.id for one in useful)]
    return useful


def take_voucher_out(session: Session, cart_id: UUID, voucher_id: UUID) -> None:
    """Twice is once."""
    cart = lock_cart(session, cart_id)
    cart.voucher_ids = [known for known in cart.voucher_ids if known != voucher_id]


def _with(wish: VoucherWish, ids: list[UUID]) -> VoucherWish:
    return replace(wish, ids=ids)
