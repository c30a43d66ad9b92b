"""The cart at its review as a pro-forma invoice: what it would cost, for whoever has to allow or transfer it."""

import json
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.checkout.rules.draft import Draft
from app.checkout.rules.priced_cart import PricedCart
from app.companies.queries import BuyingContext
from app.documents.proforma import Proforma, buyer_party, held_terms, number_of
from app.orders.proforma import sheet_of_priced
from app.orders.rules.pricing import seen_amounts
from app.parties.on_paper import sellers_on_paper
from app.quotes.wording import parts_in_words
from app.web.filters import date_text


def proforma_of_cart(
    session: Session, cart: PricedCart, draft: Draft, company: BuyingContext | None, today: date
) -> Proforma:
    """Only for a cart without problems and a draft without gaps. The same cart has the same number all day."""
    orders = cart.orders()
    said = [seen_amounts(orders), draft.address, draft.contact, str(today), company.name if company else ""]
    number = number_of(json.dumps(said, sort_keys=True, default=str))
    shops = {one.seller.id: (one.seller.name, one.seller.place, one.seller.country) for one in cart.sellers}
    parties = sellers_on_paper(session, shops)
    numbers = [number] if len(orders) == 1 else [f"{number}-{place}" for place in range(1, len(orders) + 1)]
    kept = {"name": company.name, "tax_number": company.tax_number} if company else {}
    if company and draft.contact.get("po_number"):
        kept["po_number"] = draft.contact["po_number"]
    contact = [draft.contact.get(part, "") for part in ("phone", "email")]
    return Proforma(
        number=number,
        made_on=today,
        buyer=buyer_party(draft.contact.get("name", ""), draft.address, kept, contact),
        sheets=[
            sheet_of_priced(order, own, parties[order.organization_id])
            for order, own in zip(orders, numbers, strict=True)
        ],
        validity=_(
            "Prices and exchange rate of %(day)s. Nothing is kept for you before you order.", day=date_text(today)
        ),
        terms=held_terms([text for order in orders for text in parts_in_words(order.parts)]),
        whole=cart.total_usd if len(orders) > 1 else None,
    )
