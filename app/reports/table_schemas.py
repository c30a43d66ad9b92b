"""Reports that are tables, and journals, as programs read them."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from marshmallow import Schema, fields, validate
from sqlalchemy import Row

from app.api.schemas import BaseSchema, ShopQuerySchema, Text
from app.ledger.words import event_words
from app.reports.books_schemas import BooksPeriodQuerySchema
from app.reports.tables.journals import FoundJournal, JournalLine
from app.reports.tables.reading import Asked
from app.reports.tables.shape import Column, Kind, Table
from app.web.languages import current_locale

_NUMBER = 20
_LONGEST_ORDER_NUMBER = 40


class ReportQuerySchema(BooksPeriodQuerySchema):
    """Whole days by the clock of whose report it is; without them, the running month."""

    account = Text(
        load_default="",
        longest=_NUMBER,
        metadata={"description": "Number of an account, where the report is by account", "example": "2110"},
    )


class ShopReportQuerySchema(ShopQuerySchema):
    """Whole days by the shop's own clock; without them, the running month."""

    first = fields.Date(load_default=None)
    last = fields.Date(load_default=None, metadata={"description": "Included"})


class OrderQuerySchema(BaseSchema):
    order = Text(required=True, longest=_LONGEST_ORDER_NUMBER, metadata={"example": "7F3K-2MQ"})


class ColumnSchema(Schema):
    """`name` heads it in lines and files and never changes; the rest is in the asker's language."""

    name = fields.String()
    label = fields.String()
    meaning = fields.String()
    kind = fields.String(
        validate=validate.OneOf([kind.value for kind in Kind]),
        metadata={"description": "`amount`: an exact decimal; `moment`: by the clock of the report, with its offset"},
    )
    sums = fields.Boolean(metadata={"description": "Its amounts add up to something"})


class ReportTableSchema(Schema):
    """What a report tells, and what it can be held against."""

    report = fields.String(metadata={"description": "Stable, for programs", "example": "general_ledger"})
    title = fields.String()
    about = fields.String()
    agrees = fields.String()
    at_a_day = fields.Boolean(metadata={"description": "It tells how things stand at the end of the last day"})
    by_account = fields.Boolean(metadata={"description": "It can be asked of one account"})
    of_shops = fields.Boolean(metadata={"description": "It can be asked of one shop"})
    columns = fields.List(fields.Nested(ColumnSchema))


class ReportTablesSchema(Schema):
    rows = fields.List(fields.Nested(ReportTableSchema))


def _texts(description: str = "") -> fields.Dict:
    """Texts by name."""
    metadata = {"description": description} if description else None
    return fields.Dict(keys=fields.String(), values=fields.String(), metadata=metadata)


class ReportTableShownSchema(ReportTableSchema):
    """One report of some days. Cells are texts, as the CSV file has them; what does not apply is empty."""

    whose = fields.String(metadata={"description": "The market, or a shop"})
    first = fields.Date()
    last = fields.Date()
    time_zone = fields.String()
    account = fields.String()
    lines = fields.List(_texts(), metadata={"description": "By the names of the columns"})
    totals = fields.List(
        _texts(),
        metadata={"description": "For each asset: `asset`, how many `lines`, and the sums by column"},
    )


class JournalLineSchema(Schema):
    """`debit` and `credit` are exact decimals, one of them empty."""

    account = fields.String()
    account_name = fields.String()
    whose = fields.String(metadata={"description": "The order, shop, country or company whose part it is, or nothing"})
    asset = fields.String()
    debit = fields.String()
    credit = fields.String()


class JournalSchema(Schema):
    """An entry of the books. Its debits and credits are equal in each asset."""

    id = fields.UUID()
    sequence = fields.Integer(metadata={"description": "Its number in the books"})
    event = fields.String(metadata={"description": "Stable, for programs"})
    text = fields.String(metadata={"description": "The event in the asker's language"})
    happened_at = fields.DateTime()
    booked_at = fields.DateTime(metadata={"description": "The moment whose month it counts in"})
    late_for = fields.String(allow_none=True, metadata={"description": "The closed month it came too late for"})
    lines = fields.List(fields.Nested(JournalLineSchema))


class JournalsSchema(Schema):
    """All that was booked for one order, the oldest first."""

    rows = fields.List(fields.Nested(JournalSchema))


class JournalShownSchema(JournalSchema):
    """One journal whole, with what Stripe or the chain said that it was made from."""

    key = fields.String(metadata={"description": "No two journals have the same"})
    period = fields.String(metadata={"description": "The month it is booked in"})
    posted_at = fields.DateTime()
    order = fields.String(allow_none=True)
    shop = fields.String(allow_none=True)
    stripe_id = fields.String(allow_none=True)
    reverses = fields.UUID(allow_none=True, metadata={"description": "The journal that it takes back"})
    reversed_by = fields.UUID(allow_none=True, metadata={"description": "The journal that takes it back"})
    fact = _texts("As it was read; empty for what people booked")


def table_body(table: Table) -> dict[str, Any]:
    """What `ReportTableSchema` puts into JSON."""
    return {
        "report": table.key,
        "title": _(table.title),
        "about": _(table.about),
        "agrees": _(table.agrees),
        "at_a_day": table.at_a_day,
        "by_account": table.by_account,
        "of_shops": table.for_sellers,
        "columns": [_column_body(column) for column in table.columns],
    }


def _column_body(column: Column) -> dict[str, Any]:
    same = {name: getattr(column, name) for name in ("name", "kind", "sums")}
    return {**same, "label": _(column.label), "meaning": _(column.meaning)}


def shown_table_body(
    asked: Asked, lines: Sequence[Sequence[str]], totals: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    """What `ReportTableShownSchema` puts into JSON."""
    names = [column.name for column in asked.table.columns]
    period = asked.period
    return {
        **table_body(asked.table),
        "whose": asked.scope.name,
        "first": period.first,
        "last": period.last,
        "time_zone": period.time_zone,
        "account": asked.account,
        "lines": [dict(zip(names, line, strict=True)) for line in lines],
        "totals": totals,
    }


def journal_body(head: Row[*tuple[Any, ...]], lines: Sequence[JournalLine]) -> dict[str, Any]:
    """What `JournalSchema` puts into JSON."""
    return {
        "id": head.id,
        "sequence": head.sequence,
        "event": head.event,
        "text": event_words(current_locale(), head.event),
        "happened_at": head.effective_at,
        "booked_at": head.booked_at,
        "late_for": head.late_for,
        "lines": [
            {
                "account": line.number,
                "account_name": line.name,
                **{name: getattr(line, name) for name in ("whose", "asset", "debit", "credit")},
            }
            for line in lines
        ],
    }


def shown_journal_body(found: FoundJournal) -> dict[str, Any]:
    """What `JournalShownSchema` puts into JSON."""
    head = found.head
    return {
        **journal_body(head, found.lines),
        **{name: getattr(head, name) for name in ("key", "period", "posted_at", "stripe_id")},
        "order": head.order_number,
        "shop": head.seller,
        "reverses": head.reversed_id,
        "reversed_by": head.reversing_id,
        "fact": found.fact,
    }
