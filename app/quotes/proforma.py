"""A deal as a pro-forma invoice: what was agreed, before it is ordered."""

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.catalog.rules.texts import pick, unit_word
from app.documents.proforma import Line, Party, Proforma, Sheet, Sum, held_terms, rate_note
from app.fx.queries import rate_for
from app.identity.models import User
from app.money.amounts import Money, Rate, usd
from app.parties.on_paper import sellers_on_paper
from app.quotes.models import Deal
from app.quotes.rules.deals import DealState
from app.quotes.wording import parts_in_words
from app.web.filters import date_text, date_time_text
from app.web.languages import current_locale


def proforma_of_deal(session: Session, deal: Deal, state: DealState) -> Proforma:
    """Dollars at the rate of today; the checkout charges at that of its own day."""
    locale, shop, dated = current_locale(), deal.organization, rate_for(session, deal.currency)
    lines = [
        Line(
            title=pick(line.variant.listing.titles, locale).text,
            detail=" · ".join(text for text in (pick(line.variant.names, locale).text, line.variant.sku) if text),
            unit=_(unit_word(line.variant.listing.unit, line.quantity)),
            quantity=line.quantity,
            price=Money(line.price_minor, deal.currency),
            total=Money(line.price_minor, deal.currency) * line.quantity,
            usd=dated.rate.to_usd(Money(line.price_minor, deal.currency) * line.quantity),
        )
        for line in deal.lines
    ]
    goods = sum((line.total for line in lines), Money(0, deal.currency))
    goods_usd = sum((line.usd for line in lines), usd(0))
    total, sums, postage = _with_freight(deal, Sum(_("Goods"), goods, goods_usd), dated.rate)
    number = f"PF-D{deal.id.hex[-10:].upper()}"
    notes = rate_note(dated.rate, dated.as_of, dated.source)
    sheet = Sheet(
        number=number,
        seller=sellers_on_paper(session, {shop.id: (shop.name, shop.place, shop.country)})[shop.id],
        lines=lines,
        sums=sums,
        total=total,
        notes=[*postage, *notes],
    )
    buyer = session.get_one(User, deal.buyer_id)
    return Proforma(
        number=number,
        made_on=deal.agreed_at.date(),
        buyer=Party(buyer.name or _("a buyer")),
        sheets=[sheet],
        validity=_validity(deal, state),
        terms=held_terms(parts_in_words(deal.parts)),
        facts=[(_("Quote"), deal.reference)] if deal.reference else (),
    )


def _with_freight(deal: Deal, goods: Sum, rate: Rate) -> tuple[Sum, list[Sum], list[str]]:
    """(the total, the sums above it, what is to be said of sending): with the freight of a quote, if it was quoted."""
    if deal.freight is None:
        return goods, [], [_("Postage comes on top, as the seller's page says.")]
    cost = Money(deal.freight.minor, deal.currency)
    freight = Sum(f"{_('Freight')}: {deal.freight.words}", cost, rate.to_usd(cost))
    assert goods.amount is not None
    return Sum(_("Total"), goods.amount + cost, goods.usd + freight.usd), [goods, freight], []


def _validity(deal: Deal, state: DealState) -> str:
    if state is DealState.AGREED:
        return _("To be paid until %(by)s.", by=date_time_text(deal.valid_until))
    if state is DealState.ORDERED:
        return _("Ordered: the pro-forma of the order takes its place.")
    return _("Ended on %(day)s, and nothing is owed.", day=date_text(deal.valid_until))
