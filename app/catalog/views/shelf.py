"""Categories and search: one page with filters."""

from collections.abc import Sequence

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.catalog.errors import CategoryNotFound
from app.catalog.forms.shelf import ShelfForm
from app.catalog.queries.categories import CategoryTile, categories
from app.catalog.queries.counts import ShelfCounts, shelf_counts
from app.catalog.queries.shelf import Shelf, shelf_page
from app.catalog.views import bp
from app.catalog.views.shared import condition_text
from app.db.session import reading
from app.money.amounts import usd
from app.web.filters import country_name, money
from app.web.pages import here, page


@bp.get("/c/<slug>")
def category(slug: str) -> ResponseReturnValue:
    with reading() as session:
        stalls = categories(session)
        stall = next((tile for tile in stalls if tile.slug == slug), None)
        if stall is None:
            raise CategoryNotFound
        return _shelf(session, stalls, stall)


@bp.get("/search")
def search() -> ResponseReturnValue:
    """Without words: everything there is."""
    with reading() as session:
        return _shelf(session, categories(session), None)


def _shelf(session: Session, stalls: list[CategoryTile], stall: CategoryTile | None) -> ResponseReturnValue:
    form = ShelfForm.asked()
    shelf = form.shelf(category_id=stall.id if stall else None)
    found = shelf_page(session, shelf, cursor=request.args.get("cursor"))
    counts = shelf_counts(session, shelf)
    return page(
        "catalog/shelf.html",
        form=form,
        shelf=shelf,
        stall=stall,
        categories=stalls,
        cards=found.rows,
        next_cursor=found.next_cursor,
        counts=counts,
        filters=_filters(shelf, counts),
        chips=_chips(shelf),
        search_words=form.q.data or "",
    )


def _filters(shelf: Shelf, counts: ShelfCounts) -> list[tuple[str, Sequence[tuple[str, int | None, str, bool]]]]:
    """Titles with choices: words, how many, where the click leads, whether it is on."""
    countries = [
        (country_name(code), count, _switch("country", code, shelf.country), shelf.country == code)
        for code, count in counts.countries.items()
    ]
    conditions = [
        (condition_text(kind), count, _switch("condition", kind, shelf.condition), shelf.condition == kind)
        for kind, count in counts.conditions.items()
    ]
    stock = [(_("In stock"), counts.in_stock, here(stock=None if shelf.in_stock else "y"), shelf.in_stock)]
    return [(_("From"), countries), (_("Stock"), stock), (_("Condition"), conditions)]


def _switch(name: str, value: str, now: str) -> str:
    return here(**{name: None if value == now else value})


def _chips(shelf: Shelf) -> list[tuple[str, str]]:
    """What is on, each with the address without it."""
    on = []
    if shelf.words:
        on.append((f"“{shelf.words}”", here(q=None)))
    if shelf.country:
        on.append((country_name(shelf.country), here(country=None)))
    if shelf.condition:
        on.append((condition_text(shelf.condition), here(condition=None)))
    if shelf.in_stock:
        on.append((_("In stock"), here(stock=None)))
    if shelf.price_from is not None:
        on.append((_("From %(price)s", price=money(usd(shelf.price_from))), here(price_from=None)))
    if shelf.price_to is not None:
        on.append((_("Up to %(price)s", price=money(usd(shelf.price_to))), here(price_to=None)))
    return on
