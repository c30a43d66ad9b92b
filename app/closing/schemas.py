"""Months of the books as programs read them: how they stand, what stands between one and its closing, trial balances."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from marshmallow import Schema, fields, validate

from app.api.schemas import BaseSchema
from app.closing.rules import REOPENING, Item, Result
from app.closing.trial import COLUMNS, MEANINGS, OWNER_COLUMNS
from app.ledger.months import CLOSED, OPEN, RUNNING, SOFT_CLOSED, Month
from app.ledger.words import event_words
from app.reports.open_items import decimal_text
from app.web.languages import current_locale

EARLIEST, LATEST = 1900, 2999
_EXACT = {"description": "Exact, with the decimals of its asset", "example": "50.00"}


class YearQuerySchema(BaseSchema):
    year = fields.Integer(
        load_default=None,
        validate=validate.Range(min=EARLIEST, max=LATEST),
        metadata={"description": "Left out: the one that is running"},
    )


class KeptSchema(Schema):
    """The trial balance as it was kept when the month was closed for good."""

    version = fields.Integer(metadata={"description": "Closed again after it was opened, it is the next one"})
    sha256 = fields.String(metadata={"description": "Of its lines as text, as `phsar books snapshot show` prints them"})
    taken_at = fields.DateTime()


class MonthSchema(Schema):
    """`running` is not over; `open` takes entries; `soft_closed` takes corrections of people; `closed` takes nothing."""

    period = fields.String(metadata={"example": "2026-10"})
    state = fields.String(validate=validate.OneOf([RUNNING, OPEN, SOFT_CLOSED, CLOSED]))
    starts_at = fields.DateTime()
    ends_at = fields.DateTime(metadata={"description": "The first moment that is no longer in it"})
    time_zone = fields.String()
    late_count = fields.Integer(metadata={"description": "Entries that came late for it, and are booked later"})
    closed_at = fields.DateTime(allow_none=True)
    closed_by = fields.String(allow_none=True, metadata={"description": "Who closed it as far as it is closed"})
    kept = fields.Nested(KeptSchema, allow_none=True)


class MonthsSchema(Schema):
    """The months of one year, the newest first; `first` and `last` are those of the books."""

    first = fields.String(metadata={"example": "2026-01"})
    last = fields.String(metadata={"description": "The one that is running"})
    rows = fields.List(fields.Nested(MonthSchema))


class GateItemSchema(Schema):
    """What makes a gate red: a payment, a transaction, an account."""

    kind = fields.String()
    name = fields.String()
    asset = fields.String()
    amount = fields.String(metadata=_EXACT)
    since = fields.DateTime(allow_none=True)


class GateSchema(Schema):
    """One thing that has to be so before the month is closed."""

    key = fields.String(metadata={"description": "Stable, for programs"})
    text = fields.String(metadata={"description": "What is so when it is in order, in the asker's language"})
    is_binding = fields.Boolean(
        metadata={"description": "False: whoever closes may write why it is closed all the same"}
    )
    is_clear = fields.Boolean()
    count = fields.Integer(metadata={"description": "Of what is not in order"})
    items = fields.List(fields.Nested(GateItemSchema), metadata={"description": "The first twenty of them"})


class LateSchema(Schema):
    """An entry that came too late for its month: `period` is the one it is booked in."""

    journal = fields.UUID()
    key = fields.String()
    event = fields.String(metadata={"description": "Stable, for programs"})
    text = fields.String(metadata={"description": "The event in the asker's language"})
    happened_at = fields.DateTime()
    period = fields.String()
    late_for = fields.String()
    asset = fields.String()
    amount = fields.String(metadata=_EXACT)


class MonthEventSchema(Schema):
    """What was done with the month."""

    kind = fields.String(validate=validate.OneOf(["soft_closed", "closed", "reopened"]))
    at = fields.DateTime()
    who = fields.String()
    second = fields.String(allow_none=True, metadata={"description": "The other of the two who opened it again"})
    reason = fields.String()
    version = fields.Integer(allow_none=True, metadata={"description": "Of the trial balance that was kept"})
    sha256 = fields.String(allow_none=True)


class ReopeningSchema(Schema):
    """Somebody asks to open the month again, which somebody else agrees to on its page."""

    id = fields.UUID()
    state = fields.String(validate=validate.OneOf(REOPENING.states))
    asked_at = fields.DateTime()
    who = fields.String()
    reason = fields.String()
    decided_at = fields.DateTime(allow_none=True)
    second = fields.String(allow_none=True)
    answer = fields.String()


class MonthShownSchema(MonthSchema):
    """One month. Gates are asked anew for one that is over and not closed for good; of others there are none."""

    can_be_closed = fields.Boolean(metadata={"description": "For good: it is over, and no binding gate is red"})
    gates = fields.List(fields.Nested(GateSchema))
    late = fields.List(fields.Nested(LateSchema), metadata={"description": "Came late for it"})
    late_here = fields.List(fields.Nested(LateSchema), metadata={"description": "Booked in it, late for another"})
    has_more_late = fields.Boolean(metadata={"description": "Only the first hundred lines are told"})
    events = fields.List(fields.Nested(MonthEventSchema), metadata={"description": "The newest first"})
    reopenings = fields.List(fields.Nested(ReopeningSchema), metadata={"description": "Asked, and not agreed to"})


def _columns(names: Sequence[str]) -> dict[str, fields.Field[Any]]:
    return {name: fields.String(metadata={"description": MEANINGS[name]}) for name in names}


TrialLineSchema = Schema.from_dict(_columns(COLUMNS), name="TrialLineSchema")
"""The columns of the file, as texts; amounts are exact decimals."""
TrialOwnerLineSchema = Schema.from_dict(_columns(OWNER_COLUMNS), name="TrialOwnerLineSchema")


class TrialBalanceSchema(MonthSchema):
    """Of a month that is closed for good as it was kept; of any other as the books are now."""

    lines = fields.List(fields.Nested(TrialLineSchema))
    totals = fields.List(fields.Nested(TrialLineSchema), metadata={"description": "One for each asset"})


class TrialAccountSchema(Schema):
    """Whose the parts of one account are."""

    period = fields.String()
    account = fields.String()
    account_name = fields.String()
    lines = fields.List(fields.Nested(TrialOwnerLineSchema))
    has_more = fields.Boolean(metadata={"description": "Only the first are told; `owners.csv` has all of them"})


def month_body(one: Month, names: Mapping[UUID, str]) -> dict[str, Any]:
    """What `MonthSchema` puts into JSON. `names` of who closed it."""
    same = ("period", "state", "starts_at", "ends_at", "time_zone", "late_count", "closed_at")
    kept = {"version": one.version, "sha256": one.hash.hex(), "taken_at": one.taken_at} if one.hash else None
    closed_by = names.get(one.closed_by) if one.closed_by else None
    return {**{name: getattr(one, name) for name in same}, "closed_by": closed_by, "kept": kept}


def gate_body(one: Result) -> dict[str, Any]:
    """What `GateSchema` puts into JSON."""
    return {
        "key": one.gate.key,
        "text": _(one.gate.label),
        "is_binding": one.gate.is_binding,
        "is_clear": one.is_clear,
        "count": int(one.count),
        "items": [_item_body(item) for item in one.items],
    }


def _item_body(item: Item) -> dict[str, Any]:
    same = {name: getattr(item, name) for name in ("kind", "name", "asset", "since")}
    return {**same, "amount": decimal_text(item.amount, item.asset)}


def late_body(row: Any) -> dict[str, Any]:
    """What `LateSchema` puts into JSON."""
    same = ("journal", "key", "event", "period", "late_for", "asset")
    return {
        **{name: getattr(row, name) for name in same},
        "text": event_words(current_locale(), row.event),
        "happened_at": row.effective_at,
        "amount": decimal_text(int(row.amount), row.asset),
    }


def event_body(row: Any) -> dict[str, Any]:
    """What `MonthEventSchema` puts into JSON."""
    same = {name: getattr(row, name) for name in ("kind", "at", "who", "second", "reason", "version")}
    return {**same, "sha256": row.hash.hex() if row.hash else None}
