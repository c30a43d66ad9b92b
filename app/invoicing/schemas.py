"""Documents as programs read them."""

from typing import Any

from marshmallow import Schema, fields

from app.api.schemas import MoneySchema, money_body
from app.invoicing.content import parts_kept
from app.invoicing.models import Invoice
from app.money.amounts import Money, usd


class InvoiceTaxSchema(Schema):
    name = fields.String(metadata={"description": "Empty where the seller charges no tax"})
    rate_bps = fields.Integer(metadata={"description": "Hundredths of a percent"})
    taxable = fields.Nested(MoneySchema, metadata={"description": "Without the tax"})
    tax = fields.Nested(MoneySchema)


class InvoiceSchema(Schema):
    """Totals are with the tax inside, in US dollars as charged; `local_*` are the same in the money of its country."""

    number = fields.String(metadata={"description": "Unique for its seller, without gaps within its letter"})
    kind = fields.String(metadata={"description": "`invoice` or `credit_note`"})
    corrects = fields.String(allow_none=True, metadata={"description": "Number of the invoice a credit note is for"})
    order = fields.String(metadata={"description": "Number of the order"})
    seller = fields.String()
    issued_on = fields.Date(metadata={"description": "By the seller's clock"})
    issued_at = fields.AwareDateTime()
    supplied_at = fields.AwareDateTime(metadata={"description": "When it was paid, or given back for good"})
    total = fields.Nested(MoneySchema)
    tax = fields.Nested(MoneySchema)
    taxes = fields.List(fields.Nested(InvoiceTaxSchema))
    local_total = fields.Nested(MoneySchema)
    local_tax = fields.Nested(MoneySchema)


class InvoicesSchema(Schema):
    rows = fields.List(fields.Nested(InvoiceSchema))


def invoice_body(one: Invoice) -> dict[str, Any]:
    """Of what it keeps, the parts a program adds up."""
    told = one.content
    return {
        "number": one.name,
        "kind": one.kind,
        "corrects": one.corrects.name if one.corrects else None,
        "order": told["order"],
        "seller": told["seller"]["name"],
        "issued_on": one.issued_on,
        "issued_at": one.issued_at,
        "supplied_at": one.supplied_at,
        "total": money_body(usd(one.total_cents)),
        "tax": money_body(usd(one.tax_cents)),
        "local_total": money_body(Money(one.local_total_minor, one.local_currency)),
        "local_tax": money_body(Money(one.local_tax_minor, one.local_currency)),
        "taxes": [
            {
                "name": part.name,
                "rate_bps": part.rate_bps,
                "taxable": money_body(usd(part.net_cents)),
                "tax": money_body(usd(part.tax_cents)),
            }
            for part in parts_kept(told)
            if part.gross_cents
        ],
    }
