"""One order as a receipt in a mail: who sold what, for how much, with which tax inside."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.catalog.rules.texts import pick, unit_word
from app.errors import N_
from app.money.amounts import Money, Rate, percent, usd
from app.notify.words import in_language
from app.orders.models import Order, OrderGroup, OrderLine
from app.shipping.rules import method_word


def receipt_of(order: Order, locale: str) -> str:
    """Plain lines in the buyer's language; every sum in US dollars, as it was charged."""

    def amount(label: str, sum_of: Money, **values: Any) -> str:
        return f"{in_language(locale, label, **values)}: {in_language(locale, '%(sum)s', sum=sum_of)}"

    head = in_language(
        locale, N_("Receipt for order %(number)s, sold by %(seller)s"), number=order.number,
        seller=order.organization.name,
    )  # fmt: skip
    lines = [head, *company_lines(order.group, locale), *(_line(line, locale) for line in order.lines)]
    lines.append(
        amount(N_("Shipping: %(method)s"), usd(order.shipping_cents), method=method_word(order.shipping["method"]))
    )
    if order.voucher_code:
        lines.append(amount(N_("Voucher %(code)s"), usd(-order.discount_cents), code=order.voucher_code))
    if order.market_voucher_code:
        label = N_("Voucher %(code)s, paid by the market")
        lines.append(amount(label, usd(-order.market_cents), code=order.market_voucher_code))
    rate = Rate(order.currency, order.fx_per_usd_micro)
    for tax in order.tax_lines:
        if tax["tax_minor"]:
            inside = rate.to_usd(Money(tax["tax_minor"], tax["currency"]))
            lines.append(
                amount(N_("%(tax)s %(rate)s %%, included"), inside, tax=tax["name"], rate=percent(tax["rate_bps"]))
            )
    lines.append(amount(N_("Total"), usd(order.due_cents)))
    return "\n".join(lines)


def company_lines(group: OrderGroup, locale: str) -> list[str]:
    """The company that bought, with its tax and purchase order numbers; nothing for a person."""
    said = {
        "name": N_("Bought for %(value)s"),
        "tax_number": N_("Tax number %(value)s"),
        "po_number": N_("Purchase order number %(value)s"),
    }
    return [
        in_language(locale, words, value=group.company[part]) for part, words in said.items() if part in group.company
    ]


def goods_of(order: Order, counts: Mapping[UUID, int], locale: str) -> str:
    """`counts` of some lines as plain lines in the reader's language: what is in a parcel, or is sent back."""
    return "\n".join(_counted(line, counts[line.id], locale) for line in order.lines if line.id in counts)


def _line(line: OrderLine, locale: str) -> str:
    total = in_language(locale, "%(sum)s", sum=usd(line.line_cents))
    return f"{_counted(line, line.quantity, locale)}: {total}"


def _counted(line: OrderLine, count: int, locale: str) -> str:
    title = " · ".join(text for text in (pick(line.titles, locale).text, pick(line.variant_names, locale).text) if text)
    unit = in_language(locale, unit_word(line.unit, count))
    if line.pieces:
        inside = in_language(locale, unit_word(line.piece_unit, line.pieces))
        of = N_("%(unit)s of %(count)s %(piece)s")
        unit = in_language(locale, of, unit=unit, count=line.pieces, piece=inside)
    return f"{in_language(locale, '%(count)s', count=count)} {unit} {title}"
