"""Roots of a market for tests: people, shops, goods. All made by the product's own actions."""

import io
import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.actions.create_listing import create_listing
from app.catalog.actions.publish_listing import publish_listing
from app.catalog.models import Category, Listing
from app.catalog.rules.listings import ListingTerms, VariantTerms
from app.config import current
from app.db.session import reading
from app.fx.actions.load_rates import NewRate, load_rates
from app.identity.actions.approve_shop import approve_shop
from app.identity.actions.create_shop import ShopTerms, create_shop
from app.identity.actions.ensure_market import ensure_market
from app.identity.actions.grant_role import grant_role
from app.identity.actions.register_user import register_user
from app.identity.actor import Actor
from app.identity.models import Organization, User
from app.identity.queries import actor_of
from app.media.actions.add_picture import add_picture
from app.media.models import Picture
from app.media.pictures import prepare
from app.media.rules import WIDTHS, file_name
from app.media.storage import Storage
from app.shipping.actions.set_rates import set_rates
from app.shipping.rules import RateTerms
from tests.support.http import web_settings

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
RATES = {"KHR": 4010_000000, "THB": 32_400000, "VND": 26350_000000, "LAK": 21700_000000, "MYR": 4_150000}
_numbers = itertools.count(1)


def a_person(session: Session, email: str | None = None) -> User:
    email = email or f"person{next(_numbers)}@market.example"
    return register_user(session, email=email, password_hash=None, name="Sothy", confirmed_at=NOW)


def an_actor(session: Session, email: str | None = None) -> Actor:
    return actor_of(session, a_person(session, email).id)


def an_operator(session: Session) -> Actor:
    market = ensure_market(session, name="Phsar", country_code="KH", time_zone="Asia/Phnom_Penh")
    user = a_person(session)
    grant_role(session, granted_by=None, organization_id=market.id, user_id=user.id, role="operator")
    return actor_of(session, user.id)


def a_shop(
    session: Session, *, is_approved: bool = True, ships: bool = True, owner: Actor | None = None, **terms: Any
) -> tuple[Organization, Actor]:
    """An approved shop in Kampot that ships, and its owner."""
    owner = owner or an_actor(session)
    said = {"name": f"Sothy's Farm {next(_numbers)}", "kind": "sole_trader", "country": "KH", "place": "Kampot"} | terms
    shop = create_shop(session, owner, ShopTerms(**said))
    owner = actor_of(session, owner.user_id)
    if ships:
        set_rates(session, owner, shop.id, [
            RateTerms("domestic", "Parcel", "Cambodia Post", 1, 3, 200),
            RateTerms("region", "Air parcel", "Cambodia Post", 5, 9, 1200),
        ])  # fmt: skip
    if is_approved:
        current.install(web_settings())
        approve_shop(session, an_operator(session), shop.id)
    return shop, owner


def a_category(session: Session, slug: str = "pepper-spice", **names: str) -> Category:
    found = session.scalar(select(Category).where(Category.slug == slug))
    if found is None:
        found = Category(slug=slug, names=names or {"en": "Pepper & spice", "km": "ម្រេច និងគ្រឿងទេស"}, position=1)
        session.add(found)
        session.flush()
    return found


def some_rates(session: Session, per_usd: dict[str, int] | None = None, as_of: date | None = None) -> None:
    load_rates(
        session, [NewRate(code, as_of or NOW.date(), micro, "test") for code, micro in (per_usd or RATES).items()]
    )


def picture_bytes(width: int = 400, height: int = 300, *, kind: str = "PNG", **options: Any) -> bytes:
    """A picture no other call has made: its colour counts up."""
    number = next(_numbers)
    out = io.BytesIO()
    Image.new("RGB", (width, height), (number % 256, number // 256 % 256, 90)).save(out, kind, **options)
    return out.getvalue()


def a_picture(session: Session, shop: Organization, storage: Storage | None = None) -> Picture:
    """Its files are only written when a page is going to ask for them."""
    prepared = prepare(picture_bytes(64, 64), effort=0)
    if storage:
        storage.save(prepared)
    return add_picture(session, prepared, organization_id=shop.id)


def terms_of(category: Category, picture: Picture | None = None, **changes: Any) -> ListingTerms:
    stock = changes.pop("stock", 40)
    price = changes.pop("price", 1450)
    variants: Sequence[VariantTerms] = (VariantTerms("KP-1", price, stock, {"en": "1 kg"}, net_grams=1000),)
    said = {
        "category_id": category.id,
        "titles": {"en": "Kampot black pepper", "km": "ម្រេចកំពតខ្មៅ"},
        "descriptions": {"en": "Sun-dried on mats."},
        "unit": "kg",
        "variants": variants,
        "picture_ids": (picture.id,) if picture else (),
    } | changes
    return ListingTerms(**said)


def a_listing(session: Session, shop: Organization, owner: Actor, *, now: datetime = NOW, **changes: Any) -> Listing:
    """Published goods with one variant: 40 kg at 14.50."""
    category = changes.pop("category", None) or a_category(session)
    terms = terms_of(category, a_picture(session, shop, changes.pop("storage", None)), **changes)
    listing = create_listing(session, owner, shop.id, terms)
    return publish_listing(session, owner, listing.id, now=now)


def give_pictures(media: Path) -> None:
    """Files for the pictures that goods were made with."""
    media.mkdir(exist_ok=True)
    with reading() as session:
        names = [file_name(picture.sha256, width) for picture in session.query(Picture) for width in WIDTHS]
    for name in names:
        Image.new("RGB", (8, 8)).save(media / name, "WEBP")
