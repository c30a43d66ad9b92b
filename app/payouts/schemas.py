"""The money of a shop as programs read it and ask for it."""

from typing import Any

from marshmallow import Schema, fields, validate

from app.api.schemas import BaseSchema, MoneySchema, Text, money_body
from app.money.amounts import TOKEN_DECIMALS, usd
from app.payouts.queries import SellerMoney
from app.payouts.rules import NAME_LONGEST, STATES

LARGEST_CENTS, LONGEST_NUMBER, LONGEST_BIC = 10**12, 50, 20


class BankAccountSchema(BaseSchema):
    """In the letters the bank uses."""

    holder = Text(required=True, shortest=2, longest=NAME_LONGEST, metadata={"example": "Sothy's Farm"})
    bank = Text(required=True, shortest=2, longest=NAME_LONGEST, metadata={"example": "ABA Bank"})
    number = Text(
        required=True,
        shortest=1,
        longest=LONGEST_NUMBER,
        metadata={"description": "Of the account, or its IBAN", "example": "000 123 456"},
    )
    bic = Text(load_default="", longest=LONGEST_BIC, metadata={"example": "ABAAKHPP"})


class OwnBankAccountSchema(Schema):
    account = fields.Nested(
        BankAccountSchema, allow_none=True, metadata={"description": "Null: none was told; numbers without spaces"}
    )


class DollarsSchema(MoneySchema):
    minor = fields.Integer(
        required=True, strict=True, validate=validate.Range(min=1, max=LARGEST_CENTS), metadata={"example": 1450}
    )
    currency = fields.String(required=True, validate=validate.OneOf(["USD"]))


class PayoutWishSchema(BaseSchema):
    amount = fields.Nested(DollarsSchema, required=True)


class PayAgainSchema(BaseSchema):
    times_failed = fields.Integer(
        required=True,
        validate=validate.Range(min=1, max=1000),
        metadata={"example": 1, "description": "As the payout tells it: what you know of"},
    )


class PayoutSchema(Schema):
    """Asked for; approved, and its tokens burned; with the bank; paid. Returned: it did not reach the account."""

    id = fields.UUID()
    amount = fields.Nested(MoneySchema)
    state = fields.String(validate=validate.OneOf(STATES), metadata={"description": "`burned`: on its way to the bank"})
    account_ending = fields.String(metadata={"description": "The last four of the account that it goes to"})
    requested_at = fields.DateTime()
    approved_at = fields.DateTime(allow_none=True)
    burned_at = fields.DateTime(allow_none=True)
    paid_at = fields.DateTime(allow_none=True)
    refusal = fields.String(allow_none=True, metadata={"description": "Why the market refused it"})
    times_failed = fields.Integer(metadata={"description": "How often the bank did not take it or sent it back"})


class ShopMoneySchema(Schema):
    """Where the shop's money is. What is in the token is in its smallest unit: a cent is ten thousand of them."""

    token_decimals = fields.Integer()
    in_escrow_units = fields.Integer(metadata={"description": "Of orders that are not released"})
    released_units = fields.Integer(metadata={"description": "Held for the shop, and not asked for"})
    own_wallet_units = fields.Integer(metadata={"description": "Paid to the wallet of the shop until now"})
    in_payout = fields.Nested(MoneySchema, metadata={"description": "Asked for, and not at the bank yet"})
    paid_out = fields.Nested(MoneySchema)
    can_be_asked = fields.Nested(MoneySchema, metadata={"description": "The whole cents of what is released"})


def payout_body(row: Any) -> dict[str, Any]:
    """What `PayoutSchema` puts into JSON, of a row of `app.payouts.queries` or the redemption itself."""
    same = ("id", "state", "requested_at", "approved_at", "burned_at", "paid_at", "refusal")
    return {
        **{name: getattr(row, name) for name in same},
        "amount": money_body(usd(row.amount_cents)),
        "times_failed": row.returned_count,
        "account_ending": row.bank_account["number"][-4:],
    }


def shop_money_body(figures: SellerMoney) -> dict[str, Any]:
    """What `ShopMoneySchema` puts into JSON."""
    return {
        "token_decimals": TOKEN_DECIMALS,
        "in_escrow_units": figures.in_escrow,
        "released_units": figures.released,
        "own_wallet_units": figures.paid_to_own_wallet,
        "in_payout": money_body(usd(figures.in_redemption_cents)),
        "paid_out": money_body(usd(figures.paid_out_cents)),
        "can_be_asked": money_body(usd(figures.redeemable_cents)),
    }
