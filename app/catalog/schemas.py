"""Goods as the API shows them."""

from marshmallow import Schema, fields, validate

from app.api.schemas import MoneySchema, PageQuerySchema, Text
from app.catalog.queries.shelf import SORTS
from app.identity.rules.countries import COUNTRIES

LONGEST_QUESTION = 200


class ListingQuerySchema(PageQuerySchema):
    """What is asked for; what is left out does not narrow."""

    category = Text(load_default="", metadata={"description": "Slug of a category"})
    q = Text(longest=LONGEST_QUESTION, load_default="", metadata={"description": "Words, in any language"})
    country = fields.String(load_default="", validate=validate.OneOf(["", *sorted(COUNTRIES)]))
    sort = fields.String(load_default="newest", validate=validate.OneOf(SORTS))


class ShopOfListingSchema(Schema):
    name = fields.String()
    slug = fields.String()
    place = fields.String()
    country = fields.String(metadata={"description": "ISO 3166-1, two letters"})


class _GoodsSchema(Schema):
    id = fields.UUID()
    slug = fields.String()
    url = fields.String(metadata={"description": "The page for people"})
    titles = fields.Dict(keys=fields.String(), values=fields.String(), metadata={"description": "By language"})
    unit = fields.String()
    min_quantity = fields.Integer()
    condition = fields.String()
    seller = fields.Nested(ShopOfListingSchema)
    is_closed = fields.Boolean(metadata={"description": "The shop is closed for a while: seen, but not sold"})


class ListingSchema(_GoodsSchema):
    """`price` is of the cheapest choice, in the seller's currency; `price_usd` is what it costs a card at today's rate."""

    price = fields.Nested(MoneySchema)
    price_usd = fields.Nested(MoneySchema)
    lowest_usd = fields.Nested(
        MoneySchema,
        allow_none=True,
        metadata={"description": "Of one in the cheapest quantity; null when all cost the same"},
    )
    picture = fields.String(allow_none=True, metadata={"description": "Address of a WebP, 640 pixels wide"})
    published_at = fields.DateTime()


class TierSchema(Schema):
    """What each costs from that quantity on, when so many are bought."""

    from_quantity = fields.Integer()
    price = fields.Nested(MoneySchema)
    price_usd = fields.Nested(MoneySchema)


class SampleSchema(Schema):
    """A sample of a choice. To order it, put its `id` into the cart as a `variant_id` of its own."""

    id = fields.UUID()
    price = fields.Nested(MoneySchema)
    price_usd = fields.Nested(MoneySchema)
    most = fields.Integer(
        metadata={"description": "How many one buyer gets just now, less those ordered before: 0 when none is left"}
    )


class VariantSchema(Schema):
    """What is bought. `most` is how many can be had just now: 0 when it is sold out."""

    id = fields.UUID()
    sku = fields.String()
    names = fields.Dict(keys=fields.String(), values=fields.String(), metadata={"description": "By language"})
    price = fields.Nested(MoneySchema)
    price_usd = fields.Nested(MoneySchema)
    tiers = fields.List(fields.Nested(TierSchema), metadata={"description": "Prices of larger quantities; often none"})
    pieces = fields.Integer(allow_none=True, metadata={"description": "How many `piece_unit` are in one, for packs"})
    most = fields.Integer()
    sample = fields.Nested(SampleSchema, allow_none=True, metadata={"description": "Null where none is given"})


class ListingDetailSchema(_GoodsSchema):
    """One listing with everything a buyer chooses from, at prices and stock of this moment."""

    descriptions = fields.Dict(keys=fields.String(), values=fields.String(), metadata={"description": "By language"})
    piece_unit = fields.String(metadata={"description": "What is in one, where `unit` is a pack; else empty"})
    quantity_step = fields.Integer(metadata={"description": "Quantities are the least one and whole steps more"})
    pictures = fields.List(fields.String(), metadata={"description": "Addresses of WebP files, 1280 pixels wide"})
    variants = fields.List(fields.Nested(VariantSchema))
