"""Ratings for programs: each side's of an order, and what everybody reads of a shop."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import acting_shop, for_buyers, for_programs, once_as
from app.access.rules import BUY, ORDERS_READ, ORDERS_WRITE
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, PageQuerySchema, ShopQuerySchema
from app.db.session import reading
from app.identity.actor import ANONYMOUS
from app.identity.queries import shop_shown
from app.orders.models import Order
from app.orders.programs import bought_by
from app.orders.queries import order_bought, order_sold
from app.ratings.actions.rate_order import rate_as_buyer, rate_as_seller
from app.ratings.queries import ratings_of_order, shop_ratings
from app.ratings.rules import Record, Side
from app.ratings.schemas import OrderRatingsSchema, RatingWishSchema, ShopRatingsSchema, ratings_body, record_body

bought = Blueprint("rate_shop", __name__, url_prefix=f"{PREFIX}/orders/<number>", description="Rating a shop")
sold = Blueprint("rate_buyer", __name__, url_prefix=f"{PREFIX}/shop/orders/<number>", description="Rating a buyer")
of_shops = Blueprint("shop_ratings", __name__, url_prefix=f"{PREFIX}/shops", description="What buyers say of shops")
BLUEPRINTS = (bought, sold, of_shops)


@bought.get("/rating")
@for_buyers(BUY)
@bought.response(200, OrderRatingsSchema)
def buyers(number: str) -> dict[str, Any]:
    """What the buyer has said, and what the shop has, once it is shown."""
    with reading() as session:
        return _body(session, order_bought(session, bought_by(), number), Side.BUYER)


@bought.put("/rating")
@for_buyers(BUY)
@bought.arguments(IdempotencyKeySchema, location="headers")
@bought.arguments(RatingWishSchema)
@bought.response(200, OrderRatingsSchema)
def rate_shop(_headers: dict[str, str], sent: dict[str, Any], number: str) -> Response:
    """After the trade, and anew while nobody else reads it."""
    viewer = bought_by()

    def rate(session: Session, order: Order, now: datetime) -> None:
        rate_as_buyer(session, viewer, order.id, now=now, **sent)

    return _rated(lambda session: order_bought(session, viewer, number), rate, Side.BUYER)


@sold.get("/rating")
@for_programs(ORDERS_READ)
@sold.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@sold.response(200, OrderRatingsSchema)
def sellers(asked: dict[str, Any], number: str) -> dict[str, Any]:
    """What the shop has said, and what the buyer has, once it is shown."""
    actor, _shop = acting_shop(asked["shop"])
    with reading() as session:
        return _body(session, order_sold(session, actor, number), Side.SELLER)


@sold.put("/rating")
@for_programs(ORDERS_WRITE)
@sold.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@sold.arguments(IdempotencyKeySchema, location="headers")
@sold.arguments(RatingWishSchema)
@sold.response(200, OrderRatingsSchema)
def rate_buyer(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, Any], number: str) -> Response:
    """After the trade, and anew while nobody else reads it."""
    actor, _shop = acting_shop(asked["shop"])

    def rate(session: Session, order: Order, now: datetime) -> None:
        rate_as_seller(session, actor, order.id, now=now, **sent)

    return _rated(lambda session: order_sold(session, actor, number), rate, Side.SELLER)


@of_shops.get("/<slug>/ratings")
@of_shops.arguments(PageQuerySchema, location="query", unknown=RAISE)
@of_shops.response(200, ShopRatingsSchema)
def of_shop(asked: dict[str, Any], slug: str) -> dict[str, Any]:
    """What buyers say of a shop, a page at a time."""
    with reading() as session:
        shop = shop_shown(session, ANONYMOUS, slug)
        found = shop_ratings(session, shop.id, cursor=asked["cursor"], size=asked["size"])
    record = record_body(Record(shop.rating_count, shop.rating_stars))
    return {**record, "rows": found.rows, "next_cursor": found.next_cursor}


def _rated(find: Callable[[Session], Order], rate: Callable[[Session, Order, datetime], None], side: Side) -> Response:
    def work(session: Session) -> dict[str, Any]:
        order = find(session)
        rate(session, order, datetime.now(UTC))
        session.flush()
        return _body(session, order, side)

    return once_as(OrderRatingsSchema, work)


def _body(session: Session, order: Order, side: Side) -> dict[str, Any]:
    return ratings_body(ratings_of_order(session, order.id, side), side)
