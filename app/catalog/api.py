"""Goods for programs."""

from functools import partial
from typing import Any

from flask import Response
from flask.json import dumps
from flask_smorest import Blueprint
from marshmallow import RAISE

from app.api.document import PREFIX
from app.api.schemas import page_schema
from app.catalog.queries.categories import category_by_slug
from app.catalog.queries.shelf import Card, Shelf, shelf_page
from app.catalog.schemas import ListingQuerySchema, ListingSchema
from app.db.session import reading
from app.media.rules import file_name
from app.money.amounts import Money
from app.web.kept import kept_list

bp = Blueprint("listings", __name__, url_prefix=f"{PREFIX}/listings", description="Goods on sale")


@bp.get("")
@bp.arguments(ListingQuerySchema, location="query", unknown=RAISE)
@bp.response(200, page_schema(ListingSchema))
def listings(asked: dict[str, Any]) -> Response:
    """Goods on sale, a page at a time; an unknown category is a 404."""
    body = kept_list(("listings", *sorted(asked.items())), partial(_body, asked))
    return Response(body, mimetype="application/json")


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
        "price": _money(card.price),
        "price_usd": _money(card.price_usd),
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


def _money(amount: Money) -> dict[str, Any]:
    return {"minor": amount.minor, "currency": amount.currency}
