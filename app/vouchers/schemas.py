"""A shop's vouchers as programs send and read them."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.api.schemas import BaseSchema, MoneySchema, Text, money_body
from app.catalog.errors import OtherCurrency
from app.catalog.own_schemas import OwnPriceSchema
from app.money.amounts import BPS_PER_PERCENT, Money, usd
from app.vouchers.models import Voucher
from app.vouchers.rules.terms import MOST_BPS, MOST_SCOPES, MOST_USES, VoucherTerms

LONGEST_CODE = 60
_TIMES: dict[str, Any] = {"strict": True, "load_default": None, "validate": validate.Range(min=1, max=MOST_USES)}


class VoucherWishSchema(BaseSchema):
    """Either `percent` or `amount`; without a code one is made up, and what is left out does not limit."""

    code = Text(load_default="", longest=LONGEST_CODE, metadata={"example": "WELCOME-10"})
    percent = fields.Integer(
        load_default=None,
        strict=True,
        validate=validate.Range(min=1, max=MOST_BPS // BPS_PER_PERCENT),
        metadata={"example": 10},
    )
    amount = fields.Nested(OwnPriceSchema, load_default=None, metadata={"description": "In the shop's currency"})
    minimum = fields.Nested(OwnPriceSchema, load_default=None, metadata={"description": "From goods worth"})
    starts_at = fields.AwareDateTime(load_default=None)
    ends_at = fields.AwareDateTime(load_default=None)
    most_uses = fields.Integer(**_TIMES)
    most_per_buyer = fields.Integer(**_TIMES)
    listing_ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=MOST_SCOPES))

    @validates_schema
    def takes_one_thing_off(self, sent: dict[str, Any], **_others: Any) -> None:
        if (sent.get("percent") is None) == (sent.get("amount") is None):
            raise ValidationError("Send a percentage or an amount, not both.", "percent")

    @validates_schema
    def lies_within_the_calendar(self, sent: dict[str, Any], **_others: Any) -> None:
        for name in ("starts_at", "ends_at"):
            moment = sent.get(name)
            if moment is not None and not 2000 < moment.year < 3000:  # noqa: PLR2004
                raise ValidationError("Send a day of these times.", name)


class VoucherSchema(Schema):
    id = fields.UUID()
    code = fields.String()
    percent = fields.Integer(allow_none=True)
    amount = fields.Nested(MoneySchema, allow_none=True)
    minimum = fields.Nested(MoneySchema)
    starts_at = fields.DateTime()
    ends_at = fields.DateTime(allow_none=True)
    most_uses = fields.Integer(allow_none=True)
    most_per_buyer = fields.Integer(allow_none=True)
    used_count = fields.Integer(metadata={"description": "Orders and open checkouts that have it"})
    listing_ids = fields.List(fields.UUID())
    created_at = fields.DateTime()
    stopped_at = fields.DateTime(allow_none=True)


class VoucherRowSchema(VoucherSchema):
    given_usd = fields.Nested(MoneySchema, metadata={"description": "What its paid uses took off"})


def terms_of(sent: dict[str, Any], currency: str) -> VoucherTerms:
    """Raises OtherCurrency."""
    amounts = {name: sent[name] for name in ("amount", "minimum")}
    for name, amount in amounts.items():
        if amount is not None and amount["currency"] != currency:
            raise OtherCurrency(field=f"{name}.currency", currency=currency)
    return VoucherTerms(
        code=sent["code"],
        currency=currency,
        percent_bps=sent["percent"] * BPS_PER_PERCENT if sent["percent"] else None,
        amount_minor=amounts["amount"]["minor"] if amounts["amount"] else None,
        minimum_minor=amounts["minimum"]["minor"] if amounts["minimum"] else 0,
        **{name: sent[name] for name in ("starts_at", "ends_at", "most_uses", "most_per_buyer")},
        listing_ids=frozenset(sent["listing_ids"]),
    )


def voucher_body(voucher: Voucher, given_cents: int | None = None) -> dict[str, Any]:
    """What `VoucherSchema` puts into JSON, and with `given_cents` what `VoucherRowSchema` does."""
    same = (
        "id", "code", "starts_at", "ends_at", "most_uses", "most_per_buyer", "used_count", "listing_ids", "created_at",
        "stopped_at",
    )  # fmt: skip
    amount = voucher.amount_minor
    body = {
        **{name: getattr(voucher, name) for name in same},
        "percent": voucher.percent_bps // BPS_PER_PERCENT if voucher.percent_bps else None,
        "amount": money_body(Money(amount, voucher.currency)) if amount is not None else None,
        "minimum": money_body(Money(voucher.minimum_minor, voucher.currency)),
    }
    return body if given_cents is None else {**body, "given_usd": money_body(usd(given_cents))}
