"""Categories and search: one page with filters."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from app.catalog.errors import CategoryNotFound
from app.catalog.forms.shelf import ShelfForm
from app.catalog.queries.categories import CategoryTile, categories
from app.catalog.queries.counts import ShelfCounts, shelf_counts
from app.catalog.queries.shelf import Shelf, shelf_page
from app.catalog.rules.texts import Text, pick
from app.catalog.views import bp
from app.catalog.views.buyer import buyer_of_private
from app.catalog.views.shared import condition_text
from app.db.session import reading
from app.money.amounts import usd
from app.pricing.queries import Buyer
from app.web.filters import country_name, money
from app.web.kept import kept_list
from app.web.languages import current_locale
from app.web.pages import here, page


@dataclass(frozen=True)
class ShelfPart:
    """All of the page that does not depend on who looks; of a buyer of private goods, made for that buyer and not kept."""

    heading: str
    content: Markup
    words: str


@bp.get("/c/<slug>")
def category(slug: str) -> ResponseReturnValue:
    return _page(slug)


@bp.get("/search")
def search() -> ResponseReturnValue:
    """Without words: everything there is."""
    return _page(None)


def _page(slug: str | None) -> ResponseReturnValue:
    buyer = buyer_of_private()
    part = _part(slug, buyer) if buyer else kept_list(("shelf", request.full_path), partial(_part, slug))
    return page("catalog/shelf.html", heading=part.heading, shelf=part.content, search_words=part.words)


def _part(slug: str | None, buyer: Buyer | None = None) -> ShelfPart:
    form = ShelfForm.asked()
    with reading() as session:
        stalls = kept_list(("categories",), partial(categories, session))
        stall = _stall(stalls, slug)
        shelf = form.shelf(category_id=stall.id if stall else None, buyer=buyer)
        found = shelf_page(session, shelf, cursor=request.args.get("cursor"))
        counts = shelf_counts(session, shelf)
    heading = _heading(shelf, stall)
    content = render_template(
        "catalog/_shelf.html",
        form=form,
        heading=heading,
        stall=stall,
        categories=stalls,
        cards=found.rows,
        next_cursor=found.next_cursor,
        counts=counts,
        filters=_filters(shelf, counts),
        chips=_chips(shelf),
        search_words=form.q.data or "",
    )
    return ShelfPart(heading.text, Markup(content), form.q.data or "")  # noqa: S704 - a template of ours


def _stall(stalls: list[CategoryTile], slug: str | None) -> CategoryTile | None:
    """Raises CategoryNotFound."""
    if slug is None:
        return None
    found = next((tile for tile in stalls if tile.slug == slug), None)
    if found is None:
        raise CategoryNotFound
    return found


def _heading(shelf: Shelf, stall: CategoryTile | None) -> Text:
    locale = current_locale()
    if stall:
        return pick(stall.names, locale)
    if shelf.words:
        return Text(_("Goods for “%(words)s”", words=shelf.words), locale)
    return Text(_("All goods"), locale)


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
        on.append((_("“%(words)s”", words=shelf.words), here(q=None)))
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
