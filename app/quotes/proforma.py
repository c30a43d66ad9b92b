"""A deal as a pro-forma invoice: what was agreed, before it is ordered."""

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.catalog.rules.texts import pick, unit_word
from app.companies.models import Company
from app.config.days import market_day
from app.documents.proforma import Line, Party, Proforma, Sheet, Sum, buyer_party, held_terms, rate_note
from app.fx.queries import rate_for
from app.identity.models import User
from app.money.amounts import Money
from app.parties.on_paper import sellers_on_paper
from app.quotes.models import Deal
from app.quotes.rules.deals import DealState
from app.quotes.wording import parts_in_words, postage_in_words
from app.shipping.queries import kinds_of
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
    total = sum((line.total for line in lines), Money(0, deal.currency))
    number = f"PF-D{deal.id.hex[-10:].upper()}"
    notes = rate_note(dated.rate, dated.as_of, dated.source)
    goods, freight = Sum(_("Goods"), total, dated.rate.to_usd(total)), deal.freight
    if freight is None:
        sums, whole, notes = [], goods, [postage_in_words(kinds_of(session, shop.id)), *notes]
    else:
        sent = Money(freight.minor, deal.currency)
        way = Sum(f"{_('Freight')}: {freight.words}", sent, dated.rate.to_usd(sent))
        sums, whole = [goods, way], Sum(_("Total"), total + sent, goods.usd + way.usd)
    sheet = Sheet(
        number=number,
        seller=sellers_on_paper(session, {shop.id: (shop.name, shop.place, shop.country)})[shop.id],
        lines=lines,
        sums=sums,
        total=whole,
        notes=notes,
    )
    return Proforma(
        number=number,
        made_on=market_day(deal.agreed_at),
        buyer=_buyer(session, deal),
        sheets=[sheet],
        validity=_validity(deal, state),
        terms=[*held_terms(parts_in_words(deal.parts)), *([deal.contract] if deal.contract else [])],
        facts=[(_("Quote"), deal.reference)] if deal.reference else [],
    )


def _buyer(session: Session, deal: Deal) -> Party:
    """The company, with the person as whom it agreed."""
    name = session.get_one(User, deal.buyer_id).name
    company = session.get(Company, deal.company_id) if deal.company_id else None
    if company is None:
        return Party(name or _("a buyer"))
    kept = {"name": company.organization.name, "tax_number": company.tax_number}
    return buyer_party(name, {}, kept)


def _validity(deal: Deal, state: DealState) -> str:
    if state is DealState.AGREED:
        return _("To be paid until %(by)s.", by=date_time_text(deal.valid_until))
    if state is DealState.ORDERED:
        return _("Ordered: the pro-forma of the order takes its place.")
    return _("Ended on %(day)s, and nothing is owed.", day=date_text(deal.valid_until))
