"""A shop as its own programs read and change it."""

from typing import Any

from marshmallow import Schema, fields, validate

from app.api.schemas import BaseSchema, Text
from app.identity.actions.create_shop import ShopTerms
from app.identity.actor import Actor
from app.identity.models import Organization
from app.identity.rules.countries import COUNTRIES
from app.identity.rules.roles import SHOP_KINDS, SHOP_ROLE_ORDER
from app.identity.rules.shops import LONGEST_HANDLING_DAYS, LONGEST_NAME, SHOP
from app.money.currencies import CURRENCIES

LONGEST_PLACE, LONGEST_HOURS, LONGEST_STORY, LONGEST_ZONE = 80, 120, 1500, 40
_LANGUAGES = sorted({language for country in COUNTRIES.values() for language in country.languages})
_STATES = validate.OneOf(SHOP.states)


def _texts(longest: int, example: dict[str, str]) -> fields.Dict:
    return fields.Dict(
        keys=fields.String(validate=validate.OneOf(_LANGUAGES)),
        values=Text(longest=longest),
        load_default=dict,
        validate=validate.Length(max=len(_LANGUAGES)),
        metadata={"description": "By language", "example": example},
    )


class ShopTermsSchema(BaseSchema):
    """All that it says about itself: what is left out is said no more."""

    name = Text(required=True, shortest=2, longest=LONGEST_NAME, metadata={"example": "Sothy's Farm"})
    local_names = _texts(LONGEST_NAME, {"km": "ចម្ការសុធី"})
    kind = fields.String(required=True, validate=validate.OneOf(SHOP_KINDS), metadata={"example": "sole_trader"})
    place = Text(required=True, shortest=1, longest=LONGEST_PLACE, metadata={"example": "Kampot"})
    handling_days = fields.Integer(
        load_default=2, strict=True, validate=validate.Range(min=0, max=LONGEST_HANDLING_DAYS)
    )
    opening_hours = Text(load_default="", longest=LONGEST_HOURS, metadata={"example": "8:00-17:00"})
    is_tax_registered = fields.Boolean(load_default=False)
    time_zone = Text(
        load_default=None,
        allow_none=True,
        longest=LONGEST_ZONE,
        metadata={"description": "One of the country's; left out, it stays", "example": "Asia/Phnom_Penh"},
    )
    story = _texts(LONGEST_STORY, {"en": "Pepper of our own garden."})


class NewShopSchema(ShopTermsSchema):
    """Country and currency stay for good: goods, tax and orders lean on them."""

    country = fields.String(required=True, validate=validate.OneOf(sorted(COUNTRIES)), metadata={"example": "KH"})
    currency = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.OneOf(sorted(CURRENCIES)),
        metadata={"description": "One of the country's; left out, its usual one"},
    )


class OwnShopSchema(Schema):
    """A shop somebody works for."""

    id = fields.UUID()
    slug = fields.String()
    status = fields.String(validate=_STATES, metadata={"description": "It sells while it is `approved`"})
    roles = fields.List(
        fields.String(validate=validate.OneOf(SHOP_ROLE_ORDER)), metadata={"description": "Of the token's person"}
    )
    name = fields.String()
    local_names = fields.Dict(keys=fields.String(), values=fields.String())
    kind = fields.String()
    country = fields.String()
    place = fields.String()
    currency = fields.String()
    time_zone = fields.String()
    handling_days = fields.Integer()
    opening_hours = fields.String()
    is_tax_registered = fields.Boolean()
    story = fields.Dict(keys=fields.String(), values=fields.String())


class OwnShopsSchema(Schema):
    rows = fields.List(fields.Nested(OwnShopSchema))


def terms_of(sent: dict[str, Any], **fixed: Any) -> ShopTerms:
    """Of what `ShopTermsSchema` or `NewShopSchema` read."""
    told = {name: {key: text for key, text in sent[name].items() if text} for name in ("local_names", "story")}
    return ShopTerms(**{**sent, **told, **fixed})


def shop_body(shop: Organization, actor: Actor) -> dict[str, Any]:
    """What `OwnShopSchema` puts into JSON."""
    same = OwnShopSchema().fields.keys() - {"roles"}
    roles = [held.role for held in actor.memberships if held.organization_id == shop.id]
    return {**{name: getattr(shop, name) for name in same}, "roles": roles}
