"""What several shops quote, side by side; as a page and as a file for a spreadsheet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.catalog.rules.texts import pick
from app.db.session import reading
from app.fx.queries import rates_of
from app.identity.current import current_actor, require_signed_in
from app.money.amounts import Money
from app.money.currencies import currency as currency_of
from app.rfqs.actions.answer_quote import reference
from app.rfqs.actions.lock_request import quote_state_of, state_of
from app.rfqs.models import Asked, Quote, QuoteLine, Rfq
from app.rfqs.queries import board_of, lines_of, quote_lines, request_shown
from app.rfqs.rules.life import LIVE, RUNNING, QuoteState
from app.rfqs.rules.quoting import total_of, usd_of
from app.rfqs.views import bp
from app.web.languages import current_locale
from app.web.pages import page
from app.web.spreadsheets import csv_line, safe

COMPARED = (*LIVE, QuoteState.ACCEPTED)


@dataclass(frozen=True)
class Column:
    """One shop's newest version, with its lines by line of the request."""

    asked: Asked
    quote: Quote
    lines: Mapping[UUID, QuoteLine]
    goods: Money
    total: Money
    usd: Money
    reference: str

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
    """What can be accepted now, the cheapest first."""
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
    return page("rfqs/compare.html", found=found, rfq=found.rfq, cheapest=cheapest, may_accept=may_accept)


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


def _comparison(session: Session, rfq_id: UUID, now: datetime) -> Comparison:
    rfq = request_shown(session, current_actor(), rfq_id)
    board = [row for row in board_of(session, rfq.id) if row.Quote is not None]
    shops = {row.Asked.id: row.Asked for row in board}
    quotes = [row.Quote for row in board if quote_state_of(row.Quote, now) in COMPARED]
    lines = quote_lines(session, [quote.id for quote in quotes])
    rates = rates_of(session, {quote.currency for quote in quotes})
    columns = []
    for quote in quotes:
        priced = [(line.quantity, line.price_minor) for line in lines[quote.id].values()]
        freight, asked = Money(quote.freight_minor, quote.currency), shops[quote.asked_id]
        total = total_of(priced, freight)
        usd = usd_of(priced, freight, rates[quote.currency].rate)
        columns.append(Column(asked, quote, lines[quote.id], total - freight, total, usd, reference(asked, quote)))
    columns.sort(key=lambda column: (-len(column.lines), column.usd.minor, column.asked.id))
    return Comparison(rfq, lines_of(session, rfq.id), columns)


def _decimal(amount: Money) -> str:
    """For a spreadsheet: all digits, no groups."""
    digits = currency_of(amount.currency).iso
    whole, fraction = divmod(amount.minor, 10**digits)
    return f"{whole}.{fraction:0{digits}d}" if digits else str(whole)


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
                        str(line.position + 1), safe(line.words), str(line.quantity), safe(line.unit),
                        safe(column.asked.organization.name), column.reference,
                        safe(pick(quoted.variant.listing.titles, locale).text), safe(quoted.variant.sku),
                        str(quoted.quantity), str(quoted.minimum), _decimal(price), unit.code,
                        *(_decimal(amount) for amount in amounts),
                        safe(column.quote.freight.words), str(column.quote.freight_days),
                        column.quote.valid_until.isoformat(),
                    )
                )
            )  # fmt: skip
    return rows
