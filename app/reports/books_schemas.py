"""The books of the market as programs of its accountants read them: tie-out, open items, seals."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from marshmallow import Schema, fields, validate

from app.api.schemas import BaseSchema, Text
from app.proofs.models import Anchor, BooksCheck, JournalSeal, Seal
from app.proofs.queries import Waiting, anchor_record, seal_record
from app.reconciliation.rules import Reason, Rule
from app.reports.open_items import OpenAccount, decimal_text

_UNITS = {"description": "In the asset's smallest unit, as text that no reader can round"}


class BooksPeriodQuerySchema(BaseSchema):
    """Whole days by the clock of whose report it is; without them, the running month."""

    shop = Text(load_default=None, metadata={"description": "The slug of a shop; left out: the whole market"})
    first = fields.Date(load_default=None)
    last = fields.Date(load_default=None, metadata={"description": "Included"})


class DayQuerySchema(BaseSchema):
    on = fields.Date(load_default=None, metadata={"description": "The end of that day; left out: of today"})


class TieOutRowSchema(Schema):
    """One line that has to agree: what is outside, what the books say, and what the chain says."""

    key = fields.String()
    label = fields.String()
    asset = fields.String()
    outside = fields.String(allow_none=True, metadata=_UNITS)
    ledger = fields.String(metadata=_UNITS)
    chain = fields.String(allow_none=True, metadata=_UNITS)
    difference = fields.String(metadata=_UNITS)
    rule = fields.String(validate=validate.OneOf(list(Rule)), metadata={"description": "`covers`: at least the books"})
    ties = fields.Boolean()


class FindingSchema(Schema):
    """One thing that does not tie, and who is to blame."""

    row = fields.String()
    reason = fields.String(validate=validate.OneOf(list(Reason)))
    kind = fields.String()
    culprit = fields.String()
    asset = fields.String()
    difference = fields.String(metadata=_UNITS)
    detail = fields.String()
    words = fields.String()


class PendingSchema(Schema):
    """On the way or still open, and no difference."""

    kind = fields.String()
    culprit = fields.String()
    asset = fields.String()
    amount = fields.String(metadata=_UNITS)
    since = fields.String()


class TieOutSchema(Schema):
    """What `phsar books tie-out --json` prints."""

    ties = fields.Boolean()
    checked_at = fields.String()
    block_number = fields.Integer()
    block_hash = fields.String()
    rows = fields.List(fields.Nested(TieOutRowSchema))
    findings = fields.List(fields.Nested(FindingSchema))
    pending = fields.List(fields.Nested(PendingSchema))


class LastTieOutSchema(Schema):
    tie_out = fields.Nested(TieOutSchema, allow_none=True, metadata={"description": "Null: never compared yet"})


class OpenAccountSchema(Schema):
    """A receivable or liability that is not empty."""

    account = fields.String()
    account_name = fields.String()
    asset = fields.String()
    balance = fields.String(metadata={"description": "On its natural side, exact", "example": "50.00"})
    item_count = fields.Integer()
    difference = fields.String(
        metadata={"description": "What its items do not explain: nothing, or the books are wrong"}
    )


class OpenAccountsSchema(Schema):
    on = fields.Date()
    time_zone = fields.String()
    accounts = fields.List(fields.Nested(OpenAccountSchema))


class SealSchema(Schema):
    """A block of sealed entries. Its hash is made of all the rest, so of every seal before it."""

    number = fields.Integer()
    journals = fields.Integer(metadata={"description": "How many it holds"})
    first_position = fields.Integer(metadata={"description": "How many were sealed before it"})
    merkle_root = fields.String()
    previous_hash = fields.String()
    horizon = fields.Integer(metadata={"description": "Entries of transactions before this one are sealed"})
    cluster = fields.String(metadata={"description": "The database server that counts them"})
    sealed_at = fields.String(metadata={"description": "To the microsecond, as it is hashed"})
    hash = fields.String()


class AnchorSchema(Schema):
    """A seal's hash as the chain has it."""

    chain_id = fields.Integer()
    contract = fields.String()
    seal = fields.Integer()
    seal_hash = fields.String()
    tx_hash = fields.String()
    block_number = fields.Integer()
    block_time = fields.String()


class LeafSchema(Schema):
    journal = fields.UUID()
    leaf = fields.String(metadata={"description": "The hash of its words as it was sealed"})


class SealShownSchema(SealSchema):
    """One seal. `leaves` lead to its `merkle_root` as RFC 6962 has it."""

    anchor = fields.Nested(AnchorSchema, allow_none=True, metadata={"description": "The first that covers it"})
    leaves = fields.List(fields.Nested(LeafSchema), metadata={"description": "In order; at most 4,096"})


class FaultSchema(Schema):
    kind = fields.String()
    which = fields.String()
    words = fields.String()


class LookSchema(Schema):
    """What looking over all seals and entries found, which is done every night."""

    checked_at = fields.DateTime()
    seals = fields.Integer()
    journals = fields.Integer()
    fault_count = fields.Integer(metadata={"description": "0: the books are as they were sealed"})
    faults = fields.List(fields.Nested(FaultSchema), metadata={"description": "The first of them"})


class SealingSchema(Schema):
    """Are the books sealed, on chain, and found as they were sealed?"""

    newest = fields.Nested(SealSchema, allow_none=True)
    sealed = fields.Integer(metadata={"description": "Entries in all seals"})
    waiting = fields.Integer(metadata={"description": "Entries in none yet"})
    oldest_waiting = fields.DateTime(allow_none=True)
    anchor = fields.Nested(AnchorSchema, allow_none=True, metadata={"description": "The newest on chain"})
    on_its_way = fields.Integer(allow_none=True, metadata={"description": "The seal that is sent there now"})
    last_look = fields.Nested(LookSchema, allow_none=True)


def open_body(account: OpenAccount) -> dict[str, Any]:
    """What `OpenAccountSchema` puts into JSON."""
    return {
        "account": account.number,
        "account_name": account.name,
        "asset": account.asset,
        "balance": decimal_text(account.balance, account.asset),
        "item_count": len(account.items),
        "difference": decimal_text(account.difference, account.asset),
    }


def shown_body(seal: Seal, anchor: Anchor | None, places: Sequence[JournalSeal]) -> dict[str, Any]:
    """What `SealShownSchema` puts into JSON."""
    return {
        **seal_record(seal),
        "anchor": anchor_record(anchor) if anchor else None,
        "leaves": [{"journal": one.journal_id, "leaf": one.leaf.hex()} for one in places],
    }


def sealing_body(
    newest: Seal | None, left: Waiting, anchor: Anchor | None, planned: int | None, look: BooksCheck | None
) -> dict[str, Any]:
    """What `SealingSchema` puts into JSON."""
    oldest: datetime | None = left.oldest
    return {
        "newest": seal_record(newest) if newest else None,
        "sealed": newest.first_position + newest.journals if newest else 0,
        "waiting": left.count,
        "oldest_waiting": oldest,
        "anchor": anchor_record(anchor) if anchor else None,
        "on_its_way": planned,
        "last_look": look,
    }
