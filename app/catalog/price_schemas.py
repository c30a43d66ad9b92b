"""Price lists of a shop, and who sees its goods, as programs see them."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from app.api.schemas import BaseSchema, MoneySchema, Text, money_body
from app.catalog.counted_schemas import CountedSchema
from app.catalog.own_schemas import OwnPriceSchema, OwnTierSchema, tiers_body
from app.catalog.queries.price_lists import ListGoods
from app.catalog.rules.price_lists import PriceListTerms
from app.money.amounts import Money
from app.pricing.models import PriceList
from app.pricing.rules.groups import LARGEST_OFF_BPS, LONGEST_NAME
from app.pricing.rules.tiers import MOST_TIERS, read_kept

MOST_GROUPS = 200


def _groups(**options: Any) -> fields.List:
    return fields.List(
        fields.UUID(),
        validate=validate.Length(max=MOST_GROUPS),
        metadata={"description": "Ids of customer groups of the shop", "example": []},
        **options,
    )


class PriceListWishSchema(BaseSchema):
    """All that a price list says."""

    name = Text(required=True, shortest=2, longest=LONGEST_NAME, metadata={"example": "For cafés"})
    off_bps = fields.Integer(
        load_default=0,
        strict=True,
        validate=validate.Range(min=0, max=LARGEST_OFF_BPS),
        metadata={"description": "Hundredths of a percent off all that has no price of its own in the list"},
    )
    is_fixed = fields.Boolean(
        load_default=False, metadata={"description": "Its prices always count, also where another one is lower"}
    )
    is_active = fields.Boolean(load_default=True)
    group_ids = _groups(load_default=list)


class PriceListChangeSchema(PriceListWishSchema):
    version = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(min=1, max=2**31 - 1),
        metadata={"description": "The one that was read", "example": 1},
    )


class _PriceListSchema(Schema):
    id = fields.UUID()
    name = fields.String()
    off_bps = fields.Integer()
    is_fixed = fields.Boolean()
    is_active = fields.Boolean()
    version = fields.Integer()


class PriceListRowSchema(_PriceListSchema):
    """A price list among others."""

    groups = fields.Integer(metadata={"description": "How many groups it is for"})
    prices = fields.Integer(metadata={"description": "How many prices of its own it has"})


class PriceListSchema(_PriceListSchema):
    """A price list and whom it is for; what its choices cost is read a page at a time beside it."""

    group_ids = fields.List(fields.UUID())


class ListPriceWishSchema(BaseSchema):
    """The price of one choice in this list."""

    price = fields.Nested(OwnPriceSchema, required=True, metadata={"description": "In the shop's currency"})
    tiers = fields.List(
        fields.Nested(OwnTierSchema),
        load_default=list,
        validate=validate.Length(max=MOST_TIERS),
        metadata={"description": "Other prices for larger quantities"},
    )


class ListPriceSchema(CountedSchema):
    """A choice as this list prices it; `price` is null where the percentage counts."""

    variant_id = fields.UUID()
    listing_id = fields.UUID()
    sku = fields.String()
    titles = fields.Dict(keys=fields.String(), values=fields.String())
    usual_price = fields.Nested(MoneySchema)
    price = fields.Nested(MoneySchema, allow_none=True)
    tiers = fields.List(fields.Nested(OwnTierSchema))


class AudienceSchema(BaseSchema):
    """Which groups see the goods; none is everybody."""

    group_ids = _groups(required=True)


def terms_of(sent: dict[str, Any]) -> PriceListTerms:
    """What was sent, for the actions."""
    return PriceListTerms(**{name: sent[name] for name in ("name", "off_bps", "is_fixed", "is_active", "group_ids")})


def list_body(found: PriceList, groups: Collection[UUID]) -> dict[str, Any]:
    """What `PriceListSchema` puts into JSON."""
    same = ("id", "name", "off_bps", "is_fixed", "is_active", "version")
    return {**{name: getattr(found, name) for name in same}, "group_ids": sorted(groups)}


def price_bodies(goods: ListGoods) -> list[dict[str, Any]]:
    """What `ListPriceSchema` puts into JSON, for all choices of a page of goods."""
    return [_price_body(row.listing, variant, goods) for row in goods.page.rows for variant in row.variants]


def _price_body(listing: Any, variant: Any, goods: ListGoods) -> dict[str, Any]:
    own, currency = goods.prices.get(variant.id), listing.currency
    return {
        "variant_id": variant.id,
        "listing_id": listing.id,
        "sku": variant.sku,
        "pieces": variant.pieces,
        **{name: getattr(listing, name) for name in ("titles", "unit", "piece_unit")},
        "usual_price": money_body(Money(variant.price_minor, currency)),
        "price": money_body(Money(own.price_minor, currency)) if own else None,
        "tiers": tiers_body(read_kept(own.price_tiers), currency) if own else [],
    }
