"""Offers and deals as programs send and read them."""

from datetime import datetime
from typing import Any

from marshmallow import Schema, fields, validate

from app.api.schemas import AN_ID, BaseSchema, MoneySchema, money_body
from app.catalog.counted_schemas import CountedSchema, counted
from app.catalog.own_schemas import OwnPriceSchema, minor_of
from app.catalog.rules.quantities import LARGEST
from app.money.amounts import BPS_PER_PERCENT, Money
from app.quotes.actions.lock_offer import state_of
from app.quotes.actions.make_offer import OfferTerms
from app.quotes.actions.order_deal import state_of as deal_state_of
from app.quotes.models import Deal, Offer, OfferEvent
from app.quotes.rules.deals import DealState
from app.quotes.rules.offers import MOST_ROUNDS, OfferFact, OfferState, Side, turn
from app.quotes.rules.parts import AT_ONCE, MOST_BEFORE_ACCEPTANCE_BPS, MOST_DEPOSIT_BPS, PaymentParts

_TEXTS: dict[str, Any] = {"keys": fields.String(), "values": fields.String()}
_OF_ONE = {"description": "Of one, in the currency of the goods", "example": {"minor": 1200, "currency": "USD"}}


class AnswerSchema(BaseSchema):
    """What is answered: a newer round is never answered by mistake."""

    round = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(min=1, max=MOST_ROUNDS),
        metadata={"description": "The `round` that was read", "example": 1},
    )


class _TermsSchema(BaseSchema):
    quantity = fields.Integer(
        required=True, strict=True, validate=validate.Range(min=1, max=LARGEST), metadata={"example": 2}
    )
    price = fields.Nested(OwnPriceSchema, required=True, metadata=_OF_ONE)


class NewOfferSchema(_TermsSchema):
    """Another price for goods whose seller takes offers."""

    variant_id = fields.UUID(required=True, metadata=AN_ID)


class CounterSchema(_TermsSchema, AnswerSchema):
    """Other terms for what lies on the table."""


class SellersPartsSchema(BaseSchema):
    """Shares of the whole that leave escrow before the buyer accepts the goods, in percent; the rest is due then."""

    deposit_percent = fields.Integer(
        load_default=0, strict=True, validate=validate.Range(min=0, max=MOST_DEPOSIT_BPS // BPS_PER_PERCENT)
    )
    shipment_percent = fields.Integer(
        load_default=0, strict=True, validate=validate.Range(min=0, max=MOST_BEFORE_ACCEPTANCE_BPS // BPS_PER_PERCENT)
    )


class SellersCounterSchema(CounterSchema):
    """A shop may also ask for the money in parts; left out, all of it is due when the buyer accepts the goods."""

    parts = fields.Nested(
        SellersPartsSchema, load_default=None, metadata={"example": {"deposit_percent": 30, "shipment_percent": 20}}
    )


class OfferRowSchema(CountedSchema):
    """An offer in a list."""

    id = fields.UUID()
    state = fields.String(validate=validate.OneOf(list(OfferState)))
    round = fields.Integer()
    titles = fields.Dict(**_TEXTS)
    seller = fields.String()
    buyer = fields.String()
    quantity = fields.Integer()
    price = fields.Nested(MoneySchema)
    asked_price = fields.Nested(MoneySchema, metadata={"description": "What one costs without an offer"})
    expires_at = fields.DateTime(metadata={"description": "When it ends if nobody answers"})
    changed_at = fields.DateTime()
    deal_id = fields.UUID(allow_none=True)


class PartsSchema(Schema):
    deposit_percent = fields.Integer()
    shipment_percent = fields.Integer()


class OfferRoundSchema(PartsSchema):
    """Something that was said about the offer, with what was then on the table."""

    kind = fields.String(validate=validate.OneOf(list(OfferFact)))
    side = fields.String(validate=validate.OneOf(list(Side)), allow_none=True)
    round = fields.Integer()
    quantity = fields.Integer()
    price = fields.Nested(MoneySchema)
    at = fields.DateTime()


class OfferSchema(OfferRowSchema, PartsSchema):
    """An offer with everything that was said."""

    variant_id = fields.UUID()
    sku = fields.String()
    names = fields.Dict(**_TEXTS, metadata={"description": "Of the choice"})
    total = fields.Nested(MoneySchema)
    is_your_turn = fields.Boolean(metadata={"description": "Whether this side has to answer"})
    history = fields.List(fields.Nested(OfferRoundSchema), metadata={"description": "The oldest first"})


class DealLineSchema(CountedSchema):
    variant_id = fields.UUID()
    titles = fields.Dict(**_TEXTS)
    names = fields.Dict(**_TEXTS)
    sku = fields.String()
    quantity = fields.Integer()
    price = fields.Nested(MoneySchema)


class DealSchema(PartsSchema):
    """What both sides agreed on. Its goods are kept for the buyer until `valid_until`."""

    id = fields.UUID()
    state = fields.String(validate=validate.OneOf(list(DealState)))
    seller = fields.String()
    lines = fields.List(fields.Nested(DealLineSchema))
    total = fields.Nested(MoneySchema, metadata={"description": "Without shipping"})
    agreed_at = fields.DateTime()
    valid_until = fields.DateTime()
    order_group_id = fields.UUID(allow_none=True, metadata={"description": "The checkout that pays for it"})


def terms_of(sent: dict[str, Any], currency: str) -> OfferTerms:
    """Raises OtherCurrency."""
    return OfferTerms(sent["quantity"], minor_of(sent["price"], currency), parts_of(sent.get("parts")))


def parts_of(sent: dict[str, int] | None) -> PaymentParts:
    """Of a body that may leave them out."""
    if sent is None:
        return AT_ONCE
    return PaymentParts(*(sent[name] * BPS_PER_PERCENT for name in ("deposit_percent", "shipment_percent")))


def row_body(row: Any) -> dict[str, Any]:
    """What `OfferRowSchema` puts into JSON, of a row of `app.quotes.queries`."""
    same = (
        *("id", "state", "titles", "unit", "pieces", "piece_unit", "seller", "buyer", "quantity"),
        *("expires_at", "changed_at", "deal_id"),
    )
    return {
        **{name: getattr(row, name) for name in same},
        "round": row.number,
        "price": money_body(Money(row.price_minor, row.currency)),
        "asked_price": money_body(Money(row.asked_minor, row.currency)),
    }


def offer_body(offer: Offer, side: Side, buyer: str, now: datetime) -> dict[str, Any]:
    """What `OfferSchema` puts into JSON."""
    state, variant = state_of(offer, now), offer.variant
    same = ("id", "quantity", "expires_at", "changed_at", "deal_id", "variant_id")
    return {
        **{name: getattr(offer, name) for name in same},
        **parts_body(offer.parts),
        "state": state,
        "round": offer.number,
        "titles": variant.listing.titles,
        **counted(variant),
        "seller": offer.organization.name,
        "buyer": buyer,
        "sku": variant.sku,
        "names": variant.names,
        "price": money_body(Money(offer.price_minor, offer.currency)),
        "asked_price": money_body(Money(variant.price_minor, variant.listing.currency)),
        "total": money_body(Money(offer.price_minor, offer.currency) * offer.quantity),
        "is_your_turn": turn(state) is side,
        "history": [_round(event, offer.currency) for event in offer.events],
    }


def deal_body(deal: Deal, now: datetime) -> dict[str, Any]:
    """What `DealSchema` puts into JSON."""
    prices = [Money(line.price_minor, deal.currency) for line in deal.lines]
    whole = (price * line.quantity for price, line in zip(prices, deal.lines, strict=True))
    return {
        **{name: getattr(deal, name) for name in ("id", "agreed_at", "valid_until", "order_group_id")},
        **parts_body(deal.parts),
        "state": deal_state_of(deal, now),
        "seller": deal.organization.name,
        "total": money_body(sum(whole, Money(0, deal.currency))),
        "lines": [
            {
                "variant_id": line.variant_id,
                "titles": line.variant.listing.titles,
                "names": line.variant.names,
                "sku": line.variant.sku,
                "quantity": line.quantity,
                **counted(line.variant),
                "price": money_body(price),
            }
            for price, line in zip(prices, deal.lines, strict=True)
        ],
    }


def _round(event: OfferEvent, currency: str) -> dict[str, Any]:
    same = {name: getattr(event, name) for name in ("kind", "side", "quantity", "at")}
    return {
        **same,
        **parts_body(event.parts),
        "round": event.number,
        "price": money_body(Money(event.price_minor, currency)),
    }


def parts_body(parts: PaymentParts) -> dict[str, int]:
    """What `PartsSchema` puts into JSON."""
    return {
        "deposit_percent": parts.deposit_bps // BPS_PER_PERCENT,
        "shipment_percent": parts.shipment_bps // BPS_PER_PERCENT,
    }
