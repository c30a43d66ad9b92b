"""Pricing a cart for a page, with what its owner has chosen so far."""

from datetime import UTC, datetime

from flask_babel import gettext as _

from app.checkout.models import Cart
from app.checkout.paying import home_country
from app.checkout.queries.carts import voucher_wish
from app.checkout.queries.pricing import priced_cart
from app.checkout.rules.draft import Draft
from app.checkout.rules.priced_cart import PricedCart
from app.checkout.views import bp
from app.config.days import market_day, market_today
from app.db.session import reading
from app.identity.current import current_account
from app.tax.words import import_sentence
from app.web.filters import country_name, in_words


def price_for(cart: Cart) -> PricedCart:
    """To the country of the address, or as long as there is none, to the market's own."""
    draft, account, now = Draft.read(cart.draft), current_account(), datetime.now(UTC)
    with reading() as session:
        return priced_cart(
            session,
            cart.id,
            country=draft.country or home_country(),
            chosen=draft.shipping,
            today=market_day(now),
            vouchers=voucher_wish(
                cart, user_id=account.id if account else None, email=draft.contact.get("email"), now=now
            ),
        )


@bp.app_template_global("import_note")
def import_note(country: str) -> str:
    """What the buyer's country may ask when goods come from abroad, in words; empty where nothing is known."""
    found = import_sentence(country, country_name(country), market_today())
    if found is None:
        return ""
    text, values = found
    return _(text, **{name: in_words(value) for name, value in values.items()})
