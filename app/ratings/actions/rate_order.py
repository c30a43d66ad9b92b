"""One side rates the other, blind."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, lazyload

from app.identity.actor import Actor
from app.identity.queries import actor_of
from app.identity.rules.roles import SELLING
from app.orders.actions.lock_order import lock_order
from app.orders.models import Order
from app.orders.queries import Viewer, orders_bought_by, orders_sold_by, stories_of
from app.ratings.actions.show_ratings import show
from app.ratings.errors import OwnShop
from app.ratings.models import Rating
from app.ratings.rules import Side, over_since, require_hidden, require_open, require_stars


def rate_as_buyer(session: Session, viewer: Viewer, order_id: UUID, *, stars: int, text: str, now: datetime) -> Rating:
    """What the buyer says of the shop. Raises OwnShop, OrderNotFound and what `_rate` raises."""
    return _rate(session, orders_bought_by(viewer), order_id, Side.BUYER, stars, text, viewer.user_id, now)


def rate_as_seller(session: Session, actor: Actor, order_id: UUID, *, stars: int, text: str, now: datetime) -> Rating:
    """What the shop says of the buyer. Raises OrderNotFound and what `_rate` raises."""
    return _rate(session, orders_sold_by(actor, SELLING), order_id, Side.SELLER, stars, text, actor.user_id, now)


def _rate(
    session: Session,
    allowed: Select[Order],
    order_id: UUID,
    side: Side,
    stars: int,
    text: str,
    user_id: UUID | None,
    now: datetime,
) -> Rating:
    """Given anew while it is hidden, it replaces what was given before. With the second side's, both are shown.

    The order's lock makes the two sides go one after the other. Raises RatingTooEarly, RatingTooLate, RatingShown,
    UnusableStars.
    """
    require_stars(stars)
    order = lock_order(session, allowed, order_id)
    if side is Side.BUYER and user_id is not None and actor_of(session, user_id).member_of(order.organization_id):
        raise OwnShop
    known = {Side(row.side): row for row in session.scalars(_of(order.id))}
    require_hidden(is_shown=any(row.shown_at is not None for row in known.values()))
    closes = require_open(over_since(stories_of(session, [order])[order.id]), now)
    rating = known.get(side) or Rating(
        order_id=order.id,
        organization_id=order.organization_id,
        buyer_id=order.group.buyer_id,
        side=side.value,
        closes_at=closes,
    )
    rating.stars, rating.text, rating.given_by, rating.given_at = stars, text.strip(), user_id, now
    session.add(rating)
    session.flush()
    if side.other in known:
        show(session, [rating, known[side.other]], now)
    return rating


def _of(order_id: UUID) -> Select[Rating]:
    return select(Rating).where(Rating.order_id == order_id).options(lazyload(Rating.order))
