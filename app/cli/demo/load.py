"""Fills an empty market with the demo's people, shops and goods, through the same actions people use.

What is there already, known by slug or address, is left as it is: loading twice, or after somebody has changed
something, adds only what is missing.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.models import Category, Listing
from app.cli.demo.content import load_demo
from app.cli.demo.load_dealings import write_dealings
from app.cli.demo.load_goods import write_goods
from app.cli.demo.load_money import write_logins, write_money
from app.cli.demo.load_people import write_people, write_shop
from app.cli.demo.pictures import PictureRecipe
from app.cli.demo.shapes import DemoContent
from app.cli.demo.stored_pictures import CREDIT, draw_all
from app.config.settings import Settings
from app.db.session import reading, transaction
from app.fx.actions.load_rates import NewRate, load_rates
from app.media.actions.add_picture import add_picture
from app.media.pictures import PreparedPicture
from app.money.amounts import rate_micro

PASSWORD = "market day 2026"


def load_demo_market(
    settings: Settings, *, password: str = PASSWORD, now: datetime | None = None, say: Callable[[str], None] = print
) -> None:
    """Load everything. Needs an upgraded database; an interrupted run is completed by the next one."""
    content = load_demo()
    moment = now or datetime.now(UTC)
    with reading() as session:
        missing = _missing_recipes(session, content)
    pictures = draw_all(missing, settings.media_url, say)
    with transaction() as session:
        _write_rates(session, content)
        people = write_people(session, settings, content.people, password=password, now=moment)
        _write_categories(session, content, pictures)
        write_money(session)
    say(f"{len(content.people)} people, {len(content.categories)} categories")
    for number, seller in enumerate(content.sellers, 1):
        with transaction() as session:
            shop, owner = write_shop(session, settings, seller, people, now=moment)
            write_goods(session, seller, shop, owner, pictures, now=moment)
        if number % 10 == 0 or number == len(content.sellers):
            say(f"{number} of {len(content.sellers)} shops with their goods")
    with transaction() as session:
        if write_dealings(session, settings, people.owners, now=moment):
            say("a firm that buys, a question, an offer, a voucher")
    write_logins(content, password)


def category_recipe(emoji: str, tint: str) -> PictureRecipe:
    return PictureRecipe(main=emoji, companions=(), tint=tint)


def _missing_recipes(session: Session, content: DemoContent) -> list[PictureRecipe]:
    """Pictures of what is not in the market yet."""
    listed = set(session.scalars(select(Listing.slug)))
    stalls = set(session.scalars(select(Category.slug)))
    wanted = [category_recipe(each.emoji, each.tint) for each in content.categories if each.slug not in stalls]
    goods = [listing for seller in content.sellers for listing in seller.listings]
    return wanted + [listing.picture for listing in goods if listing.slug not in listed]


def _write_rates(session: Session, content: DemoContent) -> None:
    load_rates(
        session,
        [NewRate(rate.currency, rate.as_of, rate_micro(rate.per_usd), rate.source) for rate in content.rates],
    )


def _write_categories(
    session: Session, content: DemoContent, pictures: Mapping[PictureRecipe, PreparedPicture]
) -> None:
    known = set(session.scalars(select(Category.slug)))
    for position, each in enumerate(content.categories):
        if each.slug in known:
            continue
        drawn = pictures[category_recipe(each.emoji, each.tint)]
        picture = add_picture(session, drawn, organization_id=None, alt=each.names["en"], credit=CREDIT)
        session.add(
            Category(slug=each.slug, names=dict(each.names), tint=each.tint, picture_id=picture.id, position=position)
        )
    session.flush()
