"""Terms and debts as programs send and read them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import Schema, fields, validate

from app.api.schemas import AN_ID, BaseSchema, MoneySchema, Text, money_body
from app.credit.rules import ACTIVE, DAYS, LARGEST_LIMIT, LONGEST_NOTE, LONGEST_REASON, PAUSED, Age, Credit, age_at
from app.money.amounts import usd
from app.orders.rules.status import FulfillmentStatus

_CENTS: dict[str, Any] = {"strict": True, "validate": validate.Range(min=100, max=LARGEST_LIMIT)}


class TermsSchema(BaseSchema):
    """What a company may owe at once, unpaid orders together, and within how many days of ordering it pays."""

    limit_cents = fields.Integer(required=True, **_CENTS, metadata={"description": "US cents", "example": 250_000})
    days = fields.Integer(required=True, strict=True, validate=validate.OneOf(DAYS), metadata={"example": 30})
    note = Text(load_default="", longest=LONGEST_NOTE, metadata={"description": "Only the shop reads this"})


class ChangedTermsSchema(TermsSchema):
    is_paused = fields.Boolean(load_default=False, metadata={"description": "No new orders on these terms"})


class NewTermsSchema(TermsSchema):
    company_id = fields.UUID(required=True, metadata=AN_ID)


class GrantSchema(Schema):
    id = fields.UUID()
    company_id = fields.UUID()
    company = fields.String()
    limit_usd = fields.Nested(MoneySchema)
    days = fields.Integer()
    state = fields.String(validate=validate.OneOf([ACTIVE, PAUSED]))
    note = fields.String()


class AgesSchema(Schema):
    """What is unpaid, by the days since it was to be paid."""

    not_due = fields.Nested(MoneySchema)
    up_to_30 = fields.Nested(MoneySchema)
    up_to_60 = fields.Nested(MoneySchema)
    over_60 = fields.Nested(MoneySchema)


class GrantRowSchema(GrantSchema):
    owed_usd = fields.Nested(MoneySchema)
    ages = fields.Nested(AgesSchema)


class GrantsSchema(Schema):
    rows = fields.List(fields.Nested(GrantRowSchema))


class KnownCompanySchema(Schema):
    id = fields.UUID()
    name = fields.String()


class KnownCompaniesSchema(Schema):
    rows = fields.List(fields.Nested(KnownCompanySchema))


class DebtSchema(Schema):
    """One unpaid order. Nothing of it is in escrow."""

    number = fields.String(metadata={"description": "Of the order"})
    company = fields.String()
    seller = fields.String()
    amount_usd = fields.Nested(MoneySchema)
    placed_on = fields.Date()
    due_on = fields.Date()
    days_overdue = fields.Integer()
    age = fields.String(validate=validate.OneOf(list(Age)))
    fulfillment_status = fields.String(validate=validate.OneOf(list(FulfillmentStatus)))


class CreditSchema(Schema):
    """Where a company may pay later."""

    seller = fields.String()
    days = fields.Integer()
    limit_usd = fields.Nested(MoneySchema)
    left_usd = fields.Nested(MoneySchema)
    is_active = fields.Boolean(metadata={"description": "Whether the shop takes new orders on them"})
    is_overdue = fields.Boolean(metadata={"description": "Whether something unpaid stops new orders"})


class CreditsSchema(Schema):
    rows = fields.List(fields.Nested(CreditSchema))


class MoreTimeSchema(BaseSchema):
    due_on = fields.Date(required=True, metadata={"description": "A later day", "example": "2027-02-15"})


class SettledSchema(BaseSchema):
    reason = Text(required=True, shortest=1, longest=LONGEST_REASON, metadata={"example": "Paid in cash."})


def grant_body(grant: Any, company: str) -> dict[str, Any]:
    """What `GrantSchema` puts into JSON, of a grant or a row of them."""
    same = {name: getattr(grant, name) for name in ("id", "company_id", "days", "state", "note")}
    return {**same, "company": company, "limit_usd": money_body(usd(grant.limit_cents))}


def grant_row_body(row: Any) -> dict[str, Any]:
    ages = {age.value: money_body(usd(getattr(row, age.value))) for age in Age}
    return {**grant_body(row, row.company), "owed_usd": money_body(usd(row.used)), "ages": ages}


def debt_body(row: Any, today: date) -> dict[str, Any]:
    """What `DebtSchema` puts into JSON."""
    same = ("number", "company", "seller", "placed_on", "due_on", "fulfillment_status")
    return {
        **{name: getattr(row, name) for name in same},
        "amount_usd": money_body(usd(row.cents)),
        "days_overdue": max((today - row.due_on).days, 0),
        "age": age_at(row.due_on, today).value,
    }


def credit_body(credit: Credit) -> dict[str, Any]:
    same: Mapping[str, Any] = {name: getattr(credit, name) for name in ("seller", "days", "is_active", "is_overdue")}
    return {**same, "limit_usd": money_body(usd(credit.limit_cents)), "left_usd": money_body(usd(credit.left_cents))}
