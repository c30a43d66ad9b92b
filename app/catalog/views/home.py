"""The front page."""

from flask.typing import ResponseReturnValue

from app.catalog.queries.categories import categories
from app.catalog.queries.home import fresh_cards, market_counts
from app.catalog.views import bp
from app.db.session import reading
from app.web.pages import page


@bp.get("/")
def home() -> ResponseReturnValue:
    """What is sold here, by whom, why it is safe."""
    with reading() as session:
        return page(
            "catalog/home.html",
            categories=categories(session),
            cards=fresh_cards(session, size=15),
            counts=market_counts(session),
        )
