"""Documents as programs read them."""

from typing import Any

from marshmallow import Schema, fields

from app.invoicing.models import Invoice


class InvoiceTaxSchema(Schema):
    name = fields.String(metadata={"description": "Empty where the seller charges no tax"})
    rate_bps = fields.Integer(metadata={"description": "Hundredths of a percent"})
    taxable_cents = fields.Integer(metadata={"description": "Without the tax"})
    tax_cents = fields.Integer()


class InvoiceSchema(Schema):
    """Amounts in US cents, with the tax inside; `own_*` in minor units of the seller's currency."""

    number = fields.String(metadata={"description": "Unique for its seller, without gaps within its letter"})
    kind = fields.String(metadata={"description": "`invoice` or `credit_note`"})
    corrects = fields.String(allow_none=True, metadata={"description": "Number of the invoice a credit note is for"})
    order = fields.String(metadata={"description": "Number of the order"})
    seller = fields.String()
    issued_on = fields.Date(metadata={"description": "By the seller's clock"})
    issued_at = fields.AwareDateTime()
    supplied_at = fields.AwareDateTime(metadata={"description": "When it was paid, or given back for good"})
    total_cents = fields.Integer()
    tax_cents = fields.Integer()
    taxes = fields.List(fields.Nested(InvoiceTaxSchema))
    own_currency = fields.String()
    own_total_minor = fields.Integer()
    own_tax_minor = fields.Integer()


class InvoicesSchema(Schema):
    rows = fields.List(fields.Nested(InvoiceSchema))


def invoice_body(one: Invoice) -> dict[str, Any]:
    """Of what it keeps, the parts a program adds up."""
    told = one.content
    same = ("kind", "issued_on", "issued_at", "supplied_at", "total_cents", "tax_cents")
    own = ("own_currency", "own_total_minor", "own_tax_minor")
    return {
        "number": one.name,
        "corrects": one.corrects.name if one.corrects else None,
        "order": told["order"],
        "seller": told["seller"]["name"],
        "taxes": [
            {
                "name": part["name"],
                "rate_bps": part["rate_bps"],
                "taxable_cents": part["gross_cents"] - part["tax_cents"],
                "tax_cents": part["tax_cents"],
            }
            for part in told["parts"]
            if part["gross_cents"]
        ],
        **{name: getattr(one, name) for name in (*same, *own)},
    }
