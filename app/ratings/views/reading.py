"""What buyers say of a shop."""

from flask import request
from flask.typing import ResponseReturnValue

from app.db.session import reading
from app.identity.current import current_actor
from app.identity.queries import shop_shown
from app.ratings.queries import shop_ratings
from app.ratings.rules import Record
from app.ratings.views import bp
from app.web.pages import page


@bp.get("/s/<slug>/ratings")
def of_shop(slug: str) -> ResponseReturnValue:
    with reading() as session:
        shop = shop_shown(session, current_actor(), slug)
        found = shop_ratings(session, shop.id, cursor=request.args.get("cursor"))
    record = Record(shop.rating_count, shop.rating_stars)
    return page("ratings/shop.html", shop=shop, record=record, ratings=found.rows, next_cursor=found.next_cursor)
