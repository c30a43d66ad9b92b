"""Goods for programs."""

from typing import Any

from flask import url_for
from flask_smorest import Blueprint
from marshmallow import RAISE

from app.api.document import PREFIX
from app.api.schemas import page_schema
from app.catalog.queries.categories import category_by_slug
from app.catalog.queries.shelf import Card, Shelf, shelf_page
from app.catalog.schemas import ListingQuerySchema, ListingSchema
from app.db.session import reading
from app.media.rules import file_name

bp = Blueprint("listings", __name__, url_prefix=f"{PREFIX}/listings", description="Goods on sale")


@bp.get("")
@bp.arguments(ListingQuerySchema, location="query", unknown=RAISE)
@bp.response(200, page_schema(ListingSchema))
def listings(asked: dict[str, Any]) -> dict[str, Any]:
    """Goods on sale, a page at a time; an unknown category is a 404."""
    with reading() as session:
        stall = category_by_slug(session, asked["category"]) if asked["category"] else None
        shelf = Shelf(
            category_id=stall.id if stall else None,
            words=asked["q"],
            country=asked["country"],
            sort=asked["sort"],
        )
        found = shelf_page(session, shelf, cursor=asked["cursor"], size=asked["size"])
    return {"rows": [_row(card) for card in found.rows], "next_cursor": found.next_cursor}


def _row(card: Card) -> dict[str, Any]:
    return {
        **{name: getattr(card, name) for name in _AS_THEY_ARE},
        "url": url_for("catalog.product", slug=card.slug),
        "picture": f"/media/{file_name(card.picture, 640)}" if card.picture else None,
        "seller": {
            "name": card.seller_name,
            "slug": card.seller_slug,
            "place": card.place,
            "country": card.country,
        },
    }


_AS_THEY_ARE = (
    *("id", "slug", "titles", "price", "price_usd", "unit", "min_quantity", "condition"),
    "published_at",
)
