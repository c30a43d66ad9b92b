"""A shop's own goods as its programs read and change them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.api.schemas import AN_ID, BaseSchema, MoneySchema, PageQuerySchema, ShopQuerySchema, Text, money_body
from app.catalog.actions.set_table import LineResult, TableLine
from app.catalog.errors import OtherCurrency
from app.catalog.models import Listing, Variant
from app.catalog.rules.listings import (
    CONDITIONS,
    LARGEST_PACK,
    LARGEST_STEP,
    LARGEST_STOCK,
    LONGEST_SKU,
    LONGEST_TEXT,
    LONGEST_TITLE,
    LONGEST_UNIT,
    MOST_LINES,
    MOST_PICTURES,
    MOST_SAMPLES,
    MOST_VARIANTS,
    ListingTerms,
    SampleTerms,
    VariantTerms,
)
from app.catalog.rules.texts import LANGUAGES
from app.media.models import Picture
from app.media.rules import WIDTHS, file_name
from app.money.amounts import Money
from app.pricing.rules.tiers import LARGEST_FROM, MOST_TIERS, Tier
from app.tax.rules import CLASSES, ORDINARY

STATES = ("active", "private", "draft", "paused", "removed")
LARGEST_MINOR = 10**15
_STOCK_SEEN = {"description": "The stock that `stock` was counted from: sales since then must not come back"}
_LANGUAGE = validate.OneOf(LANGUAGES)
_BY_LANGUAGE = {
    "description": "By language, English first where there is one",
    "example": {"en": "Kampot pepper", "km": "ម្រេចកំពត"},
}


def _texts(longest: int, **options: Any) -> fields.Dict:
    return fields.Dict(
        keys=fields.String(validate=_LANGUAGE),
        values=Text(longest=longest),
        validate=validate.Length(max=len(LANGUAGES)),
        metadata=_BY_LANGUAGE,
        **options,
    )


class OwnPriceSchema(MoneySchema):
    minor = fields.Integer(
        required=True, strict=True, validate=validate.Range(min=1, max=LARGEST_MINOR), metadata={"example": 1450}
    )


class OwnTierSchema(BaseSchema):
    """From so many on, each costs this."""

    from_quantity = fields.Integer(
        required=True, strict=True, validate=validate.Range(min=2, max=LARGEST_FROM), metadata={"example": 10}
    )
    price = fields.Nested(OwnPriceSchema, required=True, metadata={"description": "In the shop's currency"})


class GoodsQuerySchema(PageQuerySchema, ShopQuerySchema):
    """What is asked for; what is left out does not narrow."""

    status = fields.String(load_default="", validate=validate.OneOf(["", *STATES]))


class SampleTermsSchema(BaseSchema):
    """A sample of the choice, with price and stock of its own."""

    price = fields.Nested(OwnPriceSchema, required=True, metadata={"description": "Of one, in the shop's currency"})
    stock = fields.Integer(
        required=True, strict=True, validate=validate.Range(min=0, max=LARGEST_STOCK), metadata={"example": 20}
    )
    stock_seen = fields.Integer(
        load_default=None, strict=True, validate=validate.Range(min=0, max=LARGEST_STOCK), metadata=_STOCK_SEEN
    )
    net_grams = fields.Integer(load_default=None, strict=True, validate=validate.Range(min=1, max=1_000_000))


class VariantTermsSchema(BaseSchema):
    """A choice of the buyer. With `id` it is one there is already; those that are left out are not sold any more."""

    id = fields.UUID(load_default=None)
    sku = Text(load_default="", longest=LONGEST_SKU, metadata={"description": "Made up when empty"})
    names = _texts(60, load_default=dict)
    price = fields.Nested(OwnPriceSchema, required=True, metadata={"description": "In the shop's currency"})
    stock = fields.Integer(
        required=True, strict=True, validate=validate.Range(min=0, max=LARGEST_STOCK), metadata={"example": 100}
    )
    stock_seen = fields.Integer(
        load_default=None,
        strict=True,
        validate=validate.Range(min=0, max=LARGEST_STOCK),
        metadata={"description": "The stock that `stock` was counted from: sales since then must not come back"},
    )
    net_grams = fields.Integer(load_default=None, strict=True, validate=validate.Range(min=1, max=1_000_000))
    pieces = fields.Integer(
        load_default=None,
        strict=True,
        validate=validate.Range(min=1, max=LARGEST_PACK),
        metadata={"description": "How many `piece_unit` of the goods are in one, for packs"},
    )
    sample = fields.Nested(
        SampleTermsSchema, load_default=None, allow_none=True, metadata={"description": "Left out: none is given"}
    )
    tiers = fields.List(
        fields.Nested(OwnTierSchema),
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=MOST_TIERS),
        metadata={"description": "Other prices for larger quantities; null leaves those there are, [] takes them away"},
    )


class ListingTermsSchema(BaseSchema):
    """All that goods say; what is left out is empty, or the usual."""

    category = Text(required=True, shortest=1, metadata={"description": "Slug of a category", "example": "spice"})
    titles = _texts(LONGEST_TITLE, required=True)
    descriptions = _texts(LONGEST_TEXT, load_default=dict)
    unit = Text(required=True, shortest=1, longest=LONGEST_UNIT, metadata={"example": "bag"})
    piece_unit = Text(
        load_default="",
        longest=LONGEST_UNIT,
        metadata={"description": "For packs: what is in one `unit`; then every choice says how many in `pieces`"},
    )
    condition = fields.String(load_default="new", validate=validate.OneOf(CONDITIONS))
    tax_class = fields.String(load_default=ORDINARY, validate=validate.OneOf(sorted(CLASSES)))
    min_quantity = fields.Integer(load_default=1, strict=True, validate=validate.Range(min=1, max=LARGEST_STEP))
    quantity_step = fields.Integer(load_default=1, strict=True, validate=validate.Range(min=1, max=LARGEST_STEP))
    sample_most = fields.Integer(
        load_default=1,
        strict=True,
        validate=validate.Range(min=1, max=MOST_SAMPLES),
        metadata={"description": "How many samples of these goods one buyer gets, of all choices together"},
    )
    allows_offers = fields.Boolean(
        load_default=None,
        allow_none=True,
        metadata={"description": "Whether buyers may offer another price; null: used things of private persons"},
    )
    picture_ids = fields.List(
        fields.UUID(),
        load_default=list,
        validate=validate.Length(max=MOST_PICTURES),
        metadata={"description": "From POST /shop/pictures, the main one first"},
    )
    variants = fields.List(
        fields.Nested(VariantTermsSchema), required=True, validate=validate.Length(min=1, max=MOST_VARIANTS)
    )


class ListingChangeSchema(ListingTermsSchema):
    version = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(min=1, max=2**53),
        metadata={
            "description": "The one that was read: when somebody changed the goods since, nothing is changed",
            "example": 1,
        },
    )


class TableLineSchema(BaseSchema):
    """What is left out stays as it is."""

    variant_id = fields.UUID(required=True, metadata=AN_ID)
    stock = fields.Integer(strict=True, validate=validate.Range(min=0, max=LARGEST_STOCK))
    stock_seen = fields.Integer(
        strict=True,
        validate=validate.Range(min=0, max=LARGEST_STOCK),
        metadata={"description": "The stock that `stock` was counted from: sales since then must not come back"},
    )
    price = fields.Nested(OwnPriceSchema, metadata={"description": "In the shop's currency"})

    @validates_schema
    def says_something(self, line: dict[str, Any], **_others: Any) -> None:
        if not {"stock", "price"} & set(line):
            raise ValidationError("Send a stock, a price or both.")


class TableSchema(BaseSchema):
    lines = fields.List(fields.Nested(TableLineSchema), required=True, validate=validate.Length(min=1, max=MOST_LINES))

    @validates_schema
    def names_each_once(self, table: dict[str, Any], **_others: Any) -> None:
        named = [line["variant_id"] for line in table.get("lines", [])]
        if len(set(named)) < len(named):
            raise ValidationError("Name each of them once.", "lines")


class LineResultSchema(Schema):
    """What became of a line; the others are changed all the same."""

    variant_id = fields.UUID()
    is_changed = fields.Boolean()
    code = fields.String(allow_none=True, metadata={"description": "Why not; stable, for programs"})
    message = fields.String(allow_none=True, metadata={"description": "Why not, in the asker's language"})


class TableResultSchema(Schema):
    lines = fields.List(fields.Nested(LineResultSchema), metadata={"description": "In the order they were sent"})


class OwnSampleSchema(Schema):
    id = fields.UUID()
    price = fields.Nested(MoneySchema)
    stock = fields.Integer()
    reserved = fields.Integer(metadata={"description": "Of the stock: held by buyers who are paying just now"})
    net_grams = fields.Integer(allow_none=True)


class OwnVariantSchema(Schema):
    id = fields.UUID()
    sku = fields.String()
    names = fields.Dict(keys=fields.String(), values=fields.String())
    price = fields.Nested(MoneySchema)
    stock = fields.Integer()
    reserved = fields.Integer(metadata={"description": "Of the stock: held by buyers who are paying just now"})
    net_grams = fields.Integer(allow_none=True)
    pieces = fields.Integer(allow_none=True)
    sample = fields.Nested(OwnSampleSchema, allow_none=True, metadata={"description": "Null where none is given"})
    tiers = fields.List(fields.Nested(OwnTierSchema))


class OwnRowSchema(Schema):
    """Goods in the list of their own shop."""

    id = fields.UUID()
    slug = fields.String()
    url = fields.String(metadata={"description": "The page for people, once they are on sale"})
    status = fields.String(validate=validate.OneOf(STATES))
    titles = fields.Dict(keys=fields.String(), values=fields.String())
    unit = fields.String()
    piece_unit = fields.String()
    version = fields.Integer()
    variants = fields.List(fields.Nested(OwnVariantSchema))


class OwnPictureSchema(Schema):
    id = fields.UUID()
    url = fields.String(metadata={"description": "Address of a WebP, 1280 pixels wide"})
    alt = fields.String()


class OwnListingSchema(OwnRowSchema):
    """Goods with all that can be changed of them."""

    category = fields.String()
    descriptions = fields.Dict(keys=fields.String(), values=fields.String())
    condition = fields.String()
    tax_class = fields.String()
    min_quantity = fields.Integer()
    quantity_step = fields.Integer()
    sample_most = fields.Integer()
    allows_offers = fields.Boolean()
    pictures = fields.List(fields.Nested(OwnPictureSchema))
    published_at = fields.DateTime(allow_none=True)


def terms_of(sent: dict[str, Any], category_id: UUID, currency: str) -> ListingTerms:
    """What was sent, for the actions. Raises OtherCurrency."""
    return ListingTerms(
        category_id=category_id,
        variants=[_variant_terms(one, currency) for one in sent["variants"]],
        **{
            name: sent[name]
            for name in ("titles", "descriptions", "unit", "piece_unit", "condition", "tax_class", "picture_ids")
        },
        allows_offers=sent["allows_offers"],
        **{name: sent[name] for name in ("min_quantity", "quantity_step", "sample_most")},
    )


def table_lines(sent: dict[str, Any], currency: str) -> list[TableLine]:
    """Raises OtherCurrency."""
    return [
        TableLine(
            line["variant_id"],
            line.get("stock"),
            line.get("stock_seen"),
            minor_of(line["price"], currency) if "price" in line else None,
        )
        for line in sent["lines"]
    ]


def result_body(result: LineResult, message: str | None) -> dict[str, Any]:
    code = result.refusal.code if result.refusal else None
    return {"variant_id": result.variant_id, "is_changed": code is None, "code": code, "message": message}


def row_body(row: Any, variants: Sequence[Variant]) -> dict[str, Any]:
    """What `OwnRowSchema` puts into JSON. `variants` are choices and samples on offer."""
    samples = {variant.sample_of_id: variant for variant in variants if variant.is_sample}
    return {
        **{name: getattr(row, name) for name in ("id", "slug", "status", "titles", "unit", "piece_unit", "version")},
        "url": f"/p/{row.slug}",
        "variants": [
            _variant_body(variant, row.currency, samples.get(variant.id))
            for variant in variants
            if not variant.is_sample
        ],
    }


def listing_body(listing: Listing) -> dict[str, Any]:
    """What `OwnListingSchema` puts into JSON."""
    same = (
        *("descriptions", "condition", "tax_class", "min_quantity", "quantity_step", "sample_most", "allows_offers"),
        "published_at",
    )
    return {
        **row_body(listing, [variant for variant in listing.variants if variant.is_offered]),
        **{name: getattr(listing, name) for name in same},
        "category": listing.category.slug,
        "pictures": [picture_body(link.picture) for link in listing.pictures],
    }


def picture_body(picture: Picture) -> dict[str, Any]:
    return {"id": picture.id, "url": f"/media/{file_name(picture.sha256, WIDTHS[-1])}", "alt": picture.alt}


def _variant_body(variant: Variant, currency: str, sample: Variant | None) -> dict[str, Any]:
    return {
        **_priced(variant, currency, ("id", "sku", "names", "stock", "reserved", "net_grams", "pieces")),
        "tiers": tiers_body(variant.tiers, currency),
        "sample": _priced(sample, currency, ("id", "stock", "reserved", "net_grams")) if sample else None,
    }


def _priced(variant: Variant, currency: str, same: Sequence[str]) -> dict[str, Any]:
    price = money_body(Money(variant.price_minor, currency))
    return {**{name: getattr(variant, name) for name in same}, "price": price}


def _variant_terms(sent: dict[str, Any], currency: str) -> VariantTerms:
    same = ("id", "sku", "names", "stock", "stock_seen", "net_grams", "pieces")
    sample = _sample_terms(sent["sample"], currency) if sent["sample"] else None
    tiers = None if sent["tiers"] is None else tiers_of(sent["tiers"], currency)
    minor = minor_of(sent["price"], currency)
    return VariantTerms(price_minor=minor, tiers=tiers, sample=sample, **{name: sent[name] for name in same})


def _sample_terms(sent: dict[str, Any], currency: str) -> SampleTerms:
    return SampleTerms(minor_of(sent["price"], currency), sent["stock"], sent["net_grams"], sent["stock_seen"])


def tiers_of(sent: Sequence[Mapping[str, Any]], currency: str) -> tuple[Tier, ...]:
    """What `OwnTierSchema` read. Raises OtherCurrency."""
    return tuple(Tier(tier["from_quantity"], minor_of(tier["price"], currency)) for tier in sent)


def tiers_body(tiers: Iterable[Tier], currency: str) -> list[dict[str, Any]]:
    """What `OwnTierSchema` puts into JSON."""
    return [
        {"from_quantity": tier.from_quantity, "price": money_body(Money(tier.price_minor, currency))} for tier in tiers
    ]


def minor_of(price: Mapping[str, Any], currency: str) -> int:
    """What `OwnPriceSchema` read. Raises OtherCurrency."""
    if price["currency"] != currency:
        raise OtherCurrency(field="price.currency", currency=currency)
    minor: int = price["minor"]
    return minor
