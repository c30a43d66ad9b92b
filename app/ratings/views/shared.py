"""What the pages of ratings have in common."""

from datetime import UTC, datetime

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.orders.models import Order
from app.orders.queries import stories_of
from app.ratings.forms import RatingForm
from app.ratings.queries import buyer_record, ratings_of_order
from app.ratings.rules import Record, Side, closes_at, over_since
from app.ratings.views import bp
from app.web.pages import page


def rating_page(session: Session, order: Order, side: Side, form: RatingForm, status: int = 200) -> ResponseReturnValue:
    """The form while it is open, what was given, and what the other side gave once it is shown."""
    given = ratings_of_order(session, order.id, side)
    over = over_since(stories_of(session, [order])[order.id])
    mine = given.get(side)
    if mine is not None and not form.is_submitted():
        form.stars.data, form.text.data = str(mine.stars), mine.text
    until = closes_at(over) if over else None
    is_open = until is not None and datetime.now(UTC) < until and not any(row.shown_at for row in given.values())
    return page(
        "ratings/rate.html",
        status,
        order=order,
        side=side.value,
        form=form,
        mine=mine,
        theirs=given.get(side.other),
        until=until,
        is_open=is_open,
        record=buyer_record(session, order.group.buyer_id) if side is Side.SELLER else None,
        back=url_for("orders.sold" if side is Side.SELLER else "orders.show", number=order.number),
    )


@bp.app_template_filter("stars")
def stars_text(record: Record) -> str:
    """`4.8 of 5`, in the digits of the pages."""
    return _("%(stars)s of 5", stars=f"{record.tenths // 10}.{record.tenths % 10}")


@bp.app_template_global("rating_record")
def rating_record(count: int, stars: int) -> Record:
    return Record(count, stars)
