"""The wish list of an account."""

from datetime import UTC, datetime
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields

from app.access.current import for_programs, person_id
from app.access.rules import ACCOUNT
from app.api.document import PREFIX
from app.api.schemas import MoneySchema, PageQuerySchema, money_body, page_body, page_schema
from app.db.session import in_transaction, reading
from app.wishes.actions.keep_wish import drop_wish, keep_wish
from app.wishes.queries import Wished, wish_page

bp = Blueprint("wish_list", __name__, url_prefix=f"{PREFIX}/account/wishes", description="The wish list of an account")


class WishSchema(Schema):
    """Goods on the list, with what they cost when they were put there."""

    slug = fields.String()
    titles = fields.Dict(keys=fields.String(), values=fields.String())
    seller = fields.String()
    unit = fields.String()
    price = fields.Nested(MoneySchema)
    price_usd = fields.Nested(MoneySchema)
    price_before_usd = fields.Nested(MoneySchema)
    variant_id = fields.UUID(allow_none=True, metadata={"description": "The first choice that can be had at once"})


@bp.get("")
@for_programs(ACCOUNT)
@bp.arguments(PageQuerySchema, location="query", unknown=RAISE)
@bp.response(200, page_schema(WishSchema))
def wishes(asked: dict[str, Any]) -> dict[str, Any]:
    """The newest first; what is no longer on show is left out."""
    with reading() as session:
        found = wish_page(session, person_id(), cursor=asked["cursor"], size=asked["size"])
    return page_body(found, _body)


@bp.put("/<slug>")
@for_programs(ACCOUNT)
@bp.response(204)
def keep(slug: str) -> Response:
    """Onto the list, at the price of now; twice is once."""
    user_id = person_id()
    in_transaction(lambda session: keep_wish(session, user_id, slug, now=datetime.now(UTC)))
    return Response(status=204)


@bp.delete("/<slug>")
@for_programs(ACCOUNT)
@bp.response(204)
def drop(slug: str) -> Response:
    """Off the list; twice is once."""
    user_id = person_id()
    in_transaction(lambda session: drop_wish(session, user_id, slug))
    return Response(status=204)


def _body(wished: Wished) -> dict[str, Any]:
    card = wished.card
    return {
        **{name: getattr(card, name) for name in ("slug", "titles", "unit")},
        "seller": card.seller_name,
        "price": money_body(card.price),
        "price_usd": money_body(card.price_usd),
        "price_before_usd": money_body(wished.before),
        "variant_id": wished.variant_id,
    }
