"""Goods for programs."""

from functools import partial
from typing import Any

from flask import Response
from flask.json import dumps
from flask_smorest import Blueprint
from marshmallow import RAISE

from app.api.document import PREFIX
from app.api.schemas import money_body, page_schema
from app.catalog.queries.categories import category_by_slug
from app.catalog.queries.goods import Choice, PriceRow, Sample, choices, listing_shown, variants_of
from app.catalog.queries.shelf import Card, Shelf, shelf_page
from app.catalog.schemas import ListingDetailSchema, ListingQuerySchema, ListingSchema
from app.db.session import reading
from app.fx.queries import rate_for
from app.identity.actor import ANONYMOUS
from app.identity.models import Organization
from app.media.rules import WIDTHS, file_name
from app.web.kept import kept_list

bp = Blueprint("listings", __name__, url_prefix=f"{PREFIX}/listings", description="Goods on sale")


@bp.get("")
@bp.arguments(ListingQuerySchema, location="query", unknown=RAISE)
@bp.response(200, page_schema(ListingSchema))
def listings(asked: dict[str, Any]) -> Response:
    """Goods on sale, a page at a time; an unknown category is a 404."""
    body = kept_list(("listings", *sorted(asked.items())), partial(_body, asked))
    return Response(body, mimetype="application/json")


@bp.get("/<slug>")
@bp.response(200, ListingDetailSchema)
def listing(slug: str) -> dict[str, Any]:
    """One listing, its variants with price and stock of this moment."""
    with reading() as session:
        found = listing_shown(session, ANONYMOUS, slug)
        offered = choices(found, variants_of(session, found.id), rate_for(session, found.currency).rate)
    return {
        "id": str(found.id),
        "slug": found.slug,
        "url": f"/p/{found.slug}",
        "titles": found.titles,
        "descriptions": found.descriptions,
        "unit": found.unit,
        "piece_unit": found.piece_unit,
        "min_quantity": found.min_quantity,
        "quantity_step": found.quantity_step,
        "condition": found.condition,
        "pictures": [f"/media/{file_name(link.picture.sha256, WIDTHS[-1])}" for link in found.pictures],
        "seller": _shop(found.organization),
        "is_closed": found.organization.status == "paused",
        "variants": [_variant(choice) for choice in offered],
    }


def _body(asked: dict[str, Any]) -> str:
    with reading() as session:
        stall = category_by_slug(session, asked["category"]) if asked["category"] else None
        shelf = Shelf(
            category_id=stall.id if stall else None,
            words=asked["q"],
            country=asked["country"],
            sort=asked["sort"],
        )
        found = shelf_page(session, shelf, cursor=asked["cursor"], size=asked["size"])
    answer = {"rows": [_row(card) for card in found.rows], "next_cursor": found.next_cursor}
    return dumps(answer, separators=(",", ":")) + "\n"


def _row(card: Card) -> dict[str, Any]:
    """What `ListingSchema` would write: a test holds one against the other, and this takes a tenth of the time."""
    return {
        "id": str(card.id),
        "slug": card.slug,
        "url": f"/p/{card.slug}",
        "titles": card.titles,
        "price": money_body(card.price),
        "price_usd": money_body(card.price_usd),
        "lowest_usd": money_body(card.lowest_usd) if card.lowest_usd else None,
        "unit": card.unit,
        "min_quantity": card.min_quantity,
        "condition": card.condition,
        "picture": f"/media/{file_name(card.picture, 640)}" if card.picture else None,
        "seller": {
            "name": card.seller_name,
            "slug": card.seller_slug,
            "place": card.place,
            "country": card.country,
        },
        "is_closed": card.is_closed,
        "published_at": card.published_at.isoformat() if card.published_at else None,
    }


def _shop(shop: Organization) -> dict[str, Any]:
    return {"name": shop.name, "slug": shop.slug, "place": shop.place, "country": shop.country}


def _tier(row: PriceRow) -> dict[str, Any]:
    return {
        "from_quantity": row.from_quantity,
        "price": money_body(row.price),
        "price_usd": money_body(row.price_usd),
    }


def _variant(choice: Choice) -> dict[str, Any]:
    return {
        "id": str(choice.variant.id),
        "sku": choice.variant.sku,
        "names": choice.variant.names,
        "price": money_body(choice.price),
        "price_usd": money_body(choice.price_usd),
        "tiers": [_tier(row) for row in choice.prices],
        "pieces": choice.variant.pieces,
        "most": choice.largest,
        "sample": _sample(choice.sample) if choice.sample else None,
    }


def _sample(sample: Sample) -> dict[str, Any]:
    return {
        "id": str(sample.variant.id),
        "price": money_body(sample.price),
        "price_usd": money_body(sample.price_usd),
        "most": sample.largest,
    }
