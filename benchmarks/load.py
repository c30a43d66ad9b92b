"""Loads the benchmark catalogue into an empty, migrated database: `python -m benchmarks.load --size 100000`.

Rows go in by COPY, with the search words the product's own code makes, so that what is measured is what runs. All
goods share one picture: no list opens them. Shops are 40, made by the product's own actions.
"""

import argparse
import io
import json
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from multiprocessing import get_context
from typing import Any
from uuid import UUID, uuid4

import psycopg
from PIL import Image
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app.catalog.models import Category
from app.catalog.search import document, tsvector
from app.config.settings import Settings, load_settings
from app.db.session import configure, transaction
from app.identity.actions.create_shop import ShopTerms, create_shop
from app.identity.actions.ensure_market import ensure_market
from app.identity.actions.register_user import register_user
from app.identity.models import Organization
from app.identity.queries import actor_of
from app.ledger.actions.post_journal import post_journal
from app.ledger.recipes import capital_paid_in
from app.media.actions.add_picture import add_picture
from app.media.pictures import prepare
from app.media.storage import storage_at
from app.shipping.actions.set_rates import set_rates
from app.shipping.rules import RateTerms
from benchmarks.catalogue import CATEGORIES, SMALL, Product, catalogue

SHOPS = 40
BATCH = 5_000
CAPITAL_CENTS = 10_000_000  # so that card fees, which come after the tokens, stay covered
FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
TINTS = ("t1", "t2", "t3", "t4", "t5", "t6")
_LISTINGS = (
    "COPY listings (id, organization_id, category_id, slug, status, titles, descriptions, currency, unit, price_minor, "
    "price_usd_cents, picture_id, search, published_at) FROM STDIN"
)
_VARIANTS = "COPY variants (id, listing_id, sku, price_minor, stock) FROM STDIN"


def load_catalogue(settings: Settings, size: int = SMALL) -> float:
    """Load `size` products and the race items. Returns the seconds it took. The tables must be empty of goods."""
    began = time.monotonic()
    engine = configure(settings.database_url)
    with transaction() as session:
        shops = _shops(session)
        stalls = _categories(session)
        picture_id = _picture(session, settings)
        ensure_market(session, name="Bench", country_code="KH", time_zone=settings.market_time_zone)
        post_journal(session, capital_paid_in(key="capital:bench", cents=CAPITAL_CENTS, at=FIRST_DAY))
    address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection, ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        rows = pool.map(partial(_rows, shops=shops, stalls=stalls, picture_id=picture_id), _batches(size))
        for listings, variants in rows:
            _copy(connection, _LISTINGS, listings)
            _copy(connection, _VARIANTS, variants)
    owner = create_engine(settings.database_owner_url or settings.database_url, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:  # PostgreSQL lets nobody else; it would only warn
        connection.execute(text("VACUUM ANALYZE listings, variants, organizations, categories, pictures"))
    owner.dispose()
    return time.monotonic() - began


def _shops(session: Session) -> list[tuple[UUID, str]]:
    """Id and name of forty approved shops that ship."""
    made = []
    for number in range(SHOPS):
        user = register_user(session, email=f"seller{number}@bench.example", password_hash=None, confirmed_at=FIRST_DAY)
        terms = ShopTerms(name=f"Workshop {number}", kind="company", country="KH", place="Kampot")
        shop = create_shop(session, actor_of(session, user.id), terms)
        rates = [RateTerms("domestic", "Parcel", "Post", 1, 3, 200), RateTerms("region", "Air", "Post", 4, 9, 1200)]
        set_rates(session, actor_of(session, user.id), shop.id, rates)
        session.get_one(Organization, shop.id).status = "approved"
        made.append((shop.id, shop.name))
    return made


def _categories(session: Session) -> list[UUID]:
    stalls = [
        Category(
            slug=f"cat-{number}", names={"en": f"Category {number}"}, tint=TINTS[number % len(TINTS)], position=number
        )
        for number in range(CATEGORIES)
    ]
    session.add_all(stalls)
    session.flush()
    return [stall.id for stall in stalls]


def _picture(session: Session, settings: Settings) -> UUID:
    out = io.BytesIO()
    Image.new("RGB", (640, 640), "#fce7c8").save(out, "PNG")
    prepared = prepare(out.getvalue())
    storage_at(settings.media_url).save(prepared)
    return add_picture(session, prepared, organization_id=None).id


def _batches(size: int) -> Iterator[list[Product]]:
    products = catalogue(size)
    while batch := list(islice(products, BATCH)):
        yield batch


def _rows(
    products: list[Product], shops: list[tuple[UUID, str]], stalls: list[UUID], picture_id: UUID
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    listings, variants = [], []
    for product in products:
        listing_id = uuid4()
        shop_id, shop_name = shops[product["i"] % SHOPS]
        names, texts = {"en": product["name"]}, {"en": product["text"]}
        category = (f"Category {product['cat']}",)
        words = tsvector(document(names, texts, seller=(shop_name,), category=category, place=("Kampot", "Cambodia")))
        cents = product["cents"]
        listings.append((
            listing_id, shop_id, stalls[product["cat"]], product["slug"], "active", json.dumps(names), json.dumps(texts),
            "USD", "piece", cents, cents, picture_id, words, FIRST_DAY + timedelta(seconds=product["i"]),
        ))  # fmt: skip
        variants.append((uuid4(), listing_id, product["sku"], cents, product["stock"]))
    return listings, variants


def _copy(connection: psycopg.Connection, command: str, rows: list[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(command.encode()) as copy:
        for row in rows:
            copy.write_row(row)


def main() -> None:
    """Fill the database of DATABASE_URL."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=main.__doc__)
    parser.add_argument(
        "--size", type=int, default=SMALL, help=f"products, a multiple of {CATEGORIES} (default {SMALL})"
    )
    size = parser.parse_args().size
    print(f"{size} products loaded in {load_catalogue(load_settings(), size):.1f} s")


if __name__ == "__main__":
    main()
