"""What several shops quote, side by side; as a page and as a file for a spreadsheet."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.catalog.rules.texts import pick
from app.db.session import reading
from app.fx.queries import rates_of
from app.fx.rules import DatedRate
from app.fx.shown import shown_rate
from app.identity.current import current_actor, require_signed_in
from app.money.amounts import Money, percent, rate_text
from app.money.currencies import currency as currency_of
from app.rfqs.actions.answer_quote import reference
from app.rfqs.actions.lock_request import quote_state_of, state_of
from app.rfqs.models import Asked, Quote, Rfq
from app.rfqs.queries import board_of, cells_of, lines_of, request_shown
from app.rfqs.rules.life import LIVE, RUNNING, QuoteState
from app.rfqs.rules.quoting import total_of, usd_of
from app.rfqs.views import bp
from app.web.filters import until_text
from app.web.languages import current_locale
from app.web.limits import DOCUMENT, limiter
from app.web.pages import page
from app.web.spreadsheets import XLSX, Cell, csv_line, decimal, decimal_text, workbook

COMPARED = (*LIVE, QuoteState.ACCEPTED)
LINES_AT_ONCE = 100
"""Of 500 lines beside 20 shops; what counts for the whole quote stands above each part. Files have all of them."""


@dataclass(frozen=True)
class Column:
    """One shop's newest version, with its lines by line of the request."""

    asked: Asked
    quote: Quote
    lines: Mapping[UUID, Any]
    goods: Money
    total: Money
    usd: Money
    reference: str
    dated: DatedRate

    @property
    def freight(self) -> Money:
        return Money(self.quote.freight_minor, self.quote.currency)


@dataclass(frozen=True)
class Comparison:
    rfq: Rfq
    lines: Sequence[Any]
    columns: Sequence[Column]


@bp.get("/requests/<uuid:rfq_id>/compare")
@require_signed_in
def compare(rfq_id: UUID) -> ResponseReturnValue:
    """What can be accepted now, the cheapest first; `?lines=101` begins at that line."""
    now = datetime.now(UTC)
    with reading() as session:
        found = _comparison(session, rfq_id, now)
    cheapest = {
        line.id: min(
            (column.lines[line.id].price_minor for column in found.columns if line.id in column.lines), default=None
        )
        for line in found.lines
    } if len({column.quote.currency for column in found.columns}) == 1 and len(found.columns) > 1 else {}  # fmt: skip
    may_accept = state_of(found.rfq, now) in RUNNING
    starts = range(0, len(found.lines), LINES_AT_ONCE)
    wanted = request.args.get("lines", type=int, default=1) - 1
    start = wanted if wanted in starts else 0
    return page(
        "rfqs/compare.html",
        found=found,
        rfq=found.rfq,
        cheapest=cheapest,
        may_accept=may_accept,
        lines=found.lines[start : start + LINES_AT_ONCE],
        start=start,
        parts=[(one, min(one + LINES_AT_ONCE, len(found.lines))) for one in starts],
    )


@bp.get("/requests/<uuid:rfq_id>/compare.csv")
@require_signed_in
def compare_as_csv(rfq_id: UUID) -> ResponseReturnValue:
    """A row for each line and shop, so that a spreadsheet can turn it as it likes."""
    with reading() as session:
        found = _comparison(session, rfq_id, datetime.now(UTC))
    answer = Response("\ufeff" + "".join(_csv(found)), mimetype="text/csv; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename=f"quotes-{found.rfq.number}.csv")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.get("/requests/<uuid:rfq_id>/compare.xlsx")
@require_signed_in
@limiter.limit(DOCUMENT)
def compare_as_xlsx(rfq_id: UUID) -> ResponseReturnValue:
    """As the page: lines down, shops across; with the rates that totals were found at."""
    with reading() as session:
        found = _comparison(session, rfq_id, datetime.now(UTC))
    rows, bold = _sheet(found)
    widths = (6, 40, 10, 10, *(14 for _one in found.columns for _cell in range(2)))
    content = workbook(rows, name=found.rfq.title, widths=widths, frozen=(2, 2), bold=bold)
    answer = Response(content, mimetype=XLSX)
    answer.headers.set("Content-Disposition", "attachment", filename=f"quotes-{found.rfq.number}.xlsx")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _comparison(session: Session, rfq_id: UUID, now: datetime) -> Comparison:
    rfq = request_shown(session, current_actor(), rfq_id)
    board = [row for row in board_of(session, rfq.id) if row.Quote is not None]
    shops = {row.Asked.id: row.Asked for row in board}
    quotes = [row.Quote for row in board if quote_state_of(row.Quote, now) in COMPARED]
    lines = cells_of(session, [quote.id for quote in quotes])
    rates = rates_of(session, {quote.currency for quote in quotes})
    columns = []
    for quote in quotes:
        priced = [(line.quantity, line.price_minor) for line in lines[quote.id].values()]
        freight, asked = Money(quote.freight_minor, quote.currency), shops[quote.asked_id]
        total = total_of(priced, freight)
        usd = usd_of(priced, freight, rates[quote.currency].rate)
        columns.append(
            Column(
                asked,
                quote,
                lines[quote.id],
                total - freight,
                total,
                usd,
                reference(asked, quote),
                rates[quote.currency],
            )
        )
    columns.sort(key=lambda column: (-len(column.lines), column.usd.minor, column.asked.id))
    return Comparison(rfq, lines_of(session, rfq.id), columns)


def _sheet(found: Comparison) -> tuple[list[list[Cell]], set[int]]:
    """Two columns for each shop: the price of one, how many. Above them what counts for the whole quote; which rows are bold."""
    shown = shown_rate()

    def about(label: str, value: Callable[[Column], Cell]) -> list[Cell]:
        return ["", label, "", "", *(cell for column in found.columns for cell in (value(column), ""))]

    rows: list[list[Cell]] = [
        about(_("Shop"), lambda one: one.asked.organization.name),
        about(_("Quote"), lambda one: one.reference),
        about(_("Total with freight, in USD"), lambda one: decimal(one.usd)),
    ]
    if shown is not None:
        label = _("About, in %(currency)s", currency=shown.rate.currency)
        rows.append(about(label, lambda one: decimal(shown.rate.from_usd(one.usd))))
    rows += [
        about(_("Currency of the quote"), lambda one: one.quote.currency),
        about(_("Total with freight"), lambda one: decimal(one.total)),
        about(_("Goods"), lambda one: decimal(one.goods)),
        about(_("Freight"), lambda one: decimal(one.freight)),
        about(_("Incoterm"), lambda one: f"{one.quote.incoterm} {one.quote.incoterm_place}"),
        about(_("Days on the way"), lambda one: one.quote.freight_days),
        about(_("Deposit"), lambda one: f"{percent(one.quote.deposit_bps)} %" if one.quote.deposit_bps else ""),
        about(_("Lines priced"), lambda one: len(one.lines)),
        about(_("Valid until"), lambda one: until_text(one.quote.valid_until)),
        about(_("One US dollar is"), lambda one: _rate(one.dated)),
        about(_("Rate of"), lambda one: one.dated.as_of.isoformat() if one.quote.currency != "USD" else ""),
    ]
    if shown is not None:
        said = _("One US dollar is %(rate)s, rate of %(day)s.", rate=_rate(shown), day=shown.as_of.isoformat())
        rows.append(["", said])
    each: list[Cell] = [cell for _one in found.columns for cell in (_("Price of one"), _("Quantity"))]
    rows += [[], [_("Line"), _("Wanted"), _("How many"), _("Unit"), *each]]
    bold, locale = {0, 2, len(rows) - 1}, current_locale()
    for line in found.lines:
        words = pick(line.titles, locale).text if line.titles else line.words
        quoted = [column.lines.get(line.id) for column in found.columns]
        prices: list[Cell] = []
        for one, column in zip(quoted, found.columns, strict=True):
            price = decimal(Money(one.price_minor, column.quote.currency)) if one else None
            prices += [price, one.quantity if one else None]
        rows.append([line.position + 1, words, line.quantity, line.unit, *prices])
    return rows, bold


def _rate(dated: DatedRate) -> str:
    return f"{rate_text(dated.rate.per_usd_micro)} {dated.rate.currency}"


def _csv(found: Comparison) -> list[str]:
    head = ("line", "asked", "asked_quantity", "unit", "shop", "quote", "goods", "code", "quantity", "minimum", "price")
    more = ("currency", "line_total", "freight", "quote_total", "quote_total_usd", "incoterm", "days", "valid_until")
    rows = [csv_line((*head, *more))]
    locale = current_locale()
    for line in found.lines:
        for column in found.columns:
            quoted = column.lines.get(line.id)
            if quoted is None:
                continue
            price, unit = Money(quoted.price_minor, column.quote.currency), currency_of(column.quote.currency)
            amounts = (price * quoted.quantity, column.freight, column.total, column.usd)
            rows.append(
                csv_line(
                    (
                        str(line.position + 1), line.words, str(line.quantity), line.unit,
                        column.asked.organization.name, column.reference,
                        pick(quoted.titles, locale).text, quoted.sku,
                        str(quoted.quantity), str(quoted.minimum), decimal_text(price), unit.code,
                        *(decimal_text(amount) for amount in amounts),
                        column.quote.freight.words, str(column.quote.freight_days),
                        column.quote.valid_until.isoformat(),
                    )
                )
            )  # fmt: skip
    return rows
