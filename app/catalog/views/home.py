"""The front page."""

from flask import render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.catalog.queries.categories import categories
from app.catalog.queries.home import fresh_cards, market_counts
from app.catalog.views import bp
from app.db.session import reading
from app.web.kept import kept_list
from app.web.pages import page


@bp.get("/")
def home() -> ResponseReturnValue:
    """What is sold here, by whom, why it is safe."""
    return page("catalog/home.html", front=kept_list(("home",), _front))


def _front() -> Markup:
    with reading() as session:
        content = render_template(
            "catalog/_home.html",
            categories=categories(session),
            cards=fresh_cards(session, size=15),
            counts=market_counts(session),
        )
    return Markup(content)  # noqa: S704 - a template of ours
