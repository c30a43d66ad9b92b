"""What is ordered as a pro-forma invoice, for its buyer and its seller: an order with its own amounts, or what would become one."""

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.catalog.rules.texts import pick, unit_word
from app.config.days import market_day
from app.documents.proforma import Line, Party, Proforma, Sheet, Sum, buyer_party, held_terms, rate_note
from app.money.amounts import Money, Rate, percent, usd
from app.orders.models import Order, OrderGroup, OrderLine
from app.orders.queries import parts_of, stories_of
from app.orders.rules.milestones import Trigger
from app.orders.rules.pricing import PricedLine, PricedOrder
from app.parties.on_paper import sellers_on_paper
from app.quotes.rules.parts import PaymentParts
from app.quotes.wording import parts_in_words
from app.shipping.rules import method_word
from app.web.filters import date_text, date_time_text, in_words, number
from app.web.languages import current_locale

ON_TERMS = "on_terms"


def proforma_of_order(session: Session, order: Order) -> Proforma:
    """An order that waits for its payment, is paid, or was never paid."""
    group, shop = order.group, order.organization
    shares = {part.trigger: part.share_bps for part in parts_of(session, order.id)}
    parts = PaymentParts(shares.get(Trigger.FUNDED, 0), shares.get(Trigger.SHIPPED, 0))
    due_on = stories_of(session, [order])[order.id].due_on if group.state == ON_TERMS else None
    number = f"PF-{order.number}"
    seller = sellers_on_paper(session, {shop.id: (shop.name, shop.place, shop.country)})[shop.id]
    return Proforma(
        number=number,
        made_on=market_day(order.placed_at),
        buyer=buyer_party(group.name, group.address, group.company, [group.phone, group.email]),
        sheets=[_ordered(order, number, seller)],
        validity=_validity(group, due_on),
        terms=[_on_terms()] if group.state == ON_TERMS else held_terms(parts_in_words(parts)),
        facts=[(_("Order"), order.number)],
    )


def sheet_of_priced(priced: PricedOrder, number: str, seller: Party) -> Sheet:
    """What would become an order at the prices of now."""
    sums = [Sum(_("Goods"), priced.goods, priced.goods_usd)]
    if priced.voucher_code:
        label = _("Voucher %(code)s", code=priced.voucher_code)
        sums.append(
            Sum(label, Money(-priced.discount.minor, priced.discount.currency), usd(-priced.discount_usd.minor))
        )
    sums.append(
        Sum(
            _("Shipping: %(method)s", method=in_words(method_word(priced.shipping.method))),
            priced.shipping.price,
            priced.shipping.usd,
        )
    )
    if priced.market_voucher_code:
        label = _("Voucher %(code)s, paid by the market", code=priced.market_voucher_code)
        sums.append(Sum(label, None, usd(-priced.market_usd.minor)))
    taxes = [(one.name, one.rate_bps, one.tax, one.note) for one in priced.taxes]
    return Sheet(
        number=number,
        seller=seller,
        lines=[_line(line, line.price, line.total, line.usd) for line in priced.lines],
        sums=sums,
        total=Sum(_("Total"), priced.total, priced.due_usd),
        taxes=_taxes(taxes, priced.rate),
        notes=[*_notes(taxes), *rate_note(priced.rate, priced.rate_as_of, priced.rate_source)],
    )


def _ordered(order: Order, number: str, seller: Party) -> Sheet:
    def own(minor: int) -> Money:
        return Money(minor, order.currency)

    sums = [Sum(_("Goods"), own(order.goods_minor), usd(order.goods_cents))]
    if order.voucher_code:
        label = _("Voucher %(code)s", code=order.voucher_code)
        sums.append(Sum(label, own(-order.discount_minor), usd(-order.discount_cents)))
    label = _("Shipping: %(method)s", method=in_words(method_word(order.shipping["method"])))
    sums.append(Sum(label, own(order.shipping_minor), usd(order.shipping_cents)))
    if order.market_voucher_code:
        label = _("Voucher %(code)s, paid by the market", code=order.market_voucher_code)
        sums.append(Sum(label, None, usd(-order.market_cents)))
    rate = Rate(order.currency, order.fx_per_usd_micro)
    taxes = [
        (one["name"], one["rate_bps"], Money(one["tax_minor"], one["currency"]), one.get("note", ""))
        for one in order.tax_lines
    ]
    return Sheet(
        number=number,
        seller=seller,
        lines=[_line(line, own(line.price_minor), own(line.line_minor), usd(line.line_cents)) for line in order.lines],
        sums=sums,
        total=Sum(_("Total"), own(order.total_minor), usd(order.due_cents)),
        taxes=_taxes(taxes, rate),
        notes=[*_notes(taxes), *rate_note(rate, order.fx_as_of, order.fx_source)],
    )


def _line(line: OrderLine | PricedLine, price: Money, total: Money, in_usd: Money) -> Line:
    locale = current_locale()
    named = [pick(line.variant_names, locale).text, _pack(line), line.sku]
    return Line(
        title=pick(line.titles, locale).text,
        detail=" · ".join(text for text in named if text),
        unit=_(unit_word(line.unit, line.quantity)),
        quantity=line.quantity,
        price=price,
        total=total,
        usd=in_usd,
    )


def _pack(line: OrderLine | PricedLine) -> str:
    if not line.pieces:
        return ""
    return _(
        "%(unit)s of %(count)s %(piece)s",
        unit=_(unit_word(line.unit)),
        count=number(line.pieces),
        piece=_(unit_word(line.piece_unit, line.pieces)),
    )


def _taxes(taxes: Sequence[tuple[str, int, Money, str]], rate: Rate) -> list[Sum]:
    """Inside the prices. Nothing for what is not taxed: its note says why."""
    return [
        Sum(_("%(tax)s %(rate)s %%, included", tax=_(name), rate=percent(bps)), tax, rate.to_usd(tax))
        for name, bps, tax, _note in taxes
        if tax
    ]


def _notes(taxes: Sequence[tuple[str, int, Money, str]]) -> list[str]:
    return [_(note) for _name, _bps, _tax, note in taxes if note]


def _validity(group: OrderGroup, due_on: date | None) -> str:
    if group.state == "paid":
        return _("Ordered and paid on %(day)s.", day=date_text(group.paid_at or group.placed_at))
    if group.state == ON_TERMS and due_on is not None:
        return _("Ordered, and owed until %(day)s.", day=date_text(due_on))
    if group.state == "ended":
        return _("Ended without a payment through this market.")
    if group.state == "expired":
        return _("Ended: it was not paid in time, and nothing is owed.")
    return _("To be paid until %(by)s.", by=date_time_text(group.hold_until))


def _on_terms() -> str:
    return _(
        "The seller lets the company pay later. It is paid to this market by that day, in US dollars; until then nothing is in escrow."
    )
