"""Loading the demo market: through the same actions a seller uses, so that nothing in it is a shape of its own.

It is loaded once: what exists already (by e-mail, by shop slug, by listing slug) is left as it is.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.catalog.actions.create_listing import create_listing
from app.catalog.actions.publish_listing import publish_listing
from app.catalog.models import Category, Listing
from app.catalog.rules.listings import ListingTerms, VariantTerms
from app.chain.keys import Keys
from app.cli.demo.content import load_demo
from app.cli.demo.pictures import PictureRecipe, render
from app.cli.demo.shapes import DemoContent, DemoListing, DemoPerson, DemoSeller
from app.config.settings import Settings
from app.db.session import transaction
from app.fx.actions.load_rates import NewRate, load_rates
from app.identity.actions.approve_shop import approve_shop
from app.identity.actions.create_shop import ShopTerms, create_shop
from app.identity.actions.ensure_market import ensure_market
from app.identity.actions.grant_role import grant_role
from app.identity.actions.register_user import register_user
from app.identity.actor import Actor
from app.identity.models import Organization, User
from app.identity.passwords import hash_password
from app.identity.queries import actor_of
from app.ledger.actions.post_journal import post_journal
from app.ledger.recipes import capital_paid_in
from app.media.actions.add_picture import add_picture
from app.media.pictures import PreparedPicture, prepare
from app.media.storage import storage_at
from app.money.amounts import MICRO
from app.onramp.actions.record_bank_receipt import record_bank_receipt
from app.shipping.actions.set_rates import set_rates
from app.shipping.rules import RateTerms

PASSWORD = "phsar-demo-2026"
CAPITAL_CENTS = 2_000_000
WALLET_CENTS = 50_000
FRESH_EVERY = timedelta(minutes=7)
CREDIT = "Fluent Emoji by Microsoft, MIT; composed for Phsar"
ICON = 640


def load_demo_market(settings: Settings, say: Callable[[str], None]) -> None:
    """Sellers, goods, people, rates and the demo wallet's tokens. Refuses to touch a production market."""
    if settings.is_production:
        raise RuntimeError("The demo market is not for production: its passwords are public.")
    content = load_demo()
    with transaction() as session:
        if session.scalar(select(Listing.id).limit(1)) is not None:
            say("The demo market is loaded already.")
            _write_logins(settings, content)
            return
    pictures = _pictures(settings, content, say)
    with transaction() as session:
        operator = _market(session, settings, content)
        categories = _categories(session, content, pictures)
        for person in content.people:
            if person.role == "buyer":
                _person(session, person)
    say(f"{len(content.categories)} stalls, {len(content.people)} people")
    clock = _clock(sum(len(seller.listings) for seller in content.sellers))
    for seller in content.sellers:
        with transaction() as session:
            _seller(session, settings, operator, seller, content, categories, pictures, clock)
    say(f"{len(content.sellers)} shops with {sum(len(s.listings) for s in content.sellers)} goods")
    _write_logins(settings, content)


def _clock(count: int) -> Iterator[datetime]:
    """Times of publishing, one listing after the other, the last one just now."""
    start = datetime.now(UTC) - FRESH_EVERY * count
    return (start + FRESH_EVERY * number for number in range(count + 1))


def _pictures(
    settings: Settings, content: DemoContent, say: Callable[[str], None]
) -> dict[PictureRecipe, PreparedPicture]:
    recipes = [listing.picture for seller in content.sellers for listing in seller.listings]
    recipes += [PictureRecipe(category.emoji, (), category.tint) for category in content.categories]
    distinct = list(dict.fromkeys(recipes))
    storage = storage_at(settings.media_url)
    with ProcessPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        done = {}
        for recipe, prepared in zip(distinct, pool.map(_prepared, distinct, chunksize=8), strict=True):
            storage.save(prepared)
            done[recipe] = prepared
    say(f"{len(done)} pictures")
    return done


def _prepared(recipe: PictureRecipe) -> PreparedPicture:
    return prepare(render(recipe, ICON), effort=2)


def _market(session: Session, settings: Settings, content: DemoContent) -> Actor:
    """The operator, the accountant, the rates and the operator's float."""
    market = ensure_market(
        session,
        name=settings.market_name,
        country_code=settings.market_country,
        time_zone=settings.market_time_zone,
    )
    for person in content.people:
        if person.role in {"operator", "accountant"}:
            user = _person(session, person)
            grant_role(session, granted_by=None, organization_id=market.id, user_id=user.id, role=person.role)
    load_rates(
        session,
        [NewRate(rate.currency, rate.as_of, _micro(rate.per_usd), rate.source) for rate in content.rates],
    )
    post_journal(session, capital_paid_in(key="capital:demo", cents=CAPITAL_CENTS, at=datetime(2026, 1, 1, tzinfo=UTC)))
    record_bank_receipt(
        session,
        recorded_by=None,
        reference="DEMO-0001",
        payer_name="Demo wallet",
        wallet_address=Keys(settings.key_seed).address("demo-wallet"),
        cents=WALLET_CENTS,
        received_at=datetime(2026, 11, 1, tzinfo=UTC),
    )
    session.flush()
    operator = next(person for person in content.people if person.role == "operator")
    return actor_of(session, session.scalars(select(User.id).where(User.email == operator.email)).one())


def _micro(per_usd: str) -> int:
    whole, _, part = per_usd.partition(".")
    return int(whole) * MICRO + int(part.ljust(6, "0")[:6] or 0)


def _person(session: Session, person: DemoPerson) -> User:
    return register_user(
        session,
        email=person.email,
        password_hash=_password_hash(),
        name=person.local_name or person.name,
        locale=person.language if person.language in {"en", "km"} else "en",
        confirmed_at=datetime.now(UTC),
    )


_hash: list[str] = []


def _password_hash() -> str:
    """One hash for all: argon2 is slow on purpose, and the password is public."""
    if not _hash:
        _hash.append(hash_password(PASSWORD))
    return _hash[0]


def _categories(
    session: Session, content: DemoContent, pictures: dict[PictureRecipe, PreparedPicture]
) -> dict[str, UUID]:
    found = {}
    for position, category in enumerate(content.categories):
        prepared = pictures[PictureRecipe(category.emoji, (), category.tint)]
        picture = add_picture(session, prepared, organization_id=None, alt=category.names["en"], credit=CREDIT)
        row = session.scalar(
            insert(Category)
            .values(
                slug=category.slug,
                names=dict(category.names),
                tint=category.tint,
                picture_id=picture.id,
                position=position,
            )
            .on_conflict_do_update(index_elements=["slug"], set_={"position": position})
            .returning(Category.id)
        )
        assert row is not None
        found[category.slug] = row
    return found


def _seller(
    session: Session,
    settings: Settings,
    operator: Actor,
    seller: DemoSeller,
    content: DemoContent,
    categories: dict[str, UUID],
    pictures: dict[PictureRecipe, PreparedPicture],
    clock: Iterator[datetime],
) -> None:
    owner = next(person for person in content.people if person.seller == seller.slug)
    user = _person(session, owner)
    shop = create_shop(session, Actor(user.id), _shop_terms(seller))
    shop.slug = seller.slug
    if seller.own_wallet:
        shop.wallet_address = Keys(settings.key_seed).address(f"demo-wallet:{seller.slug}")
    shop.bank_account = {"bank": "Demo Bank", "holder": shop.name, "number": f"000 {shop.number:06d}"}
    approve_shop(session, operator, shop.id)
    actor = actor_of(session, user.id)
    set_rates(session, actor, shop.id, [RateTerms(**vars(rate)) for rate in seller.shipping])
    for listing in seller.listings:
        _listing(session, actor, shop, listing, categories, pictures, next(clock))


def _shop_terms(seller: DemoSeller) -> ShopTerms:
    english = next((text for text in seller.texts if text.language == "en"), seller.texts[0])
    return ShopTerms(
        name=english.title,
        local_names={text.language: text.title for text in seller.texts if text.language != "en"},
        kind=seller.kind,
        country=seller.country,
        place=f"{seller.town}, {seller.province}" if seller.province != seller.town else seller.town,
        currency=seller.currency,
        time_zone=seller.time_zone,
        language=seller.language,
        handling_days=seller.handling_days,
        opening_hours="; ".join(seller.opening_hours),
        is_tax_registered=seller.vat_registered,
        story={text.language: text.text for text in seller.texts},
    )


def _listing(
    session: Session,
    actor: Actor,
    shop: Organization,
    listing: DemoListing,
    categories: dict[str, UUID],
    pictures: dict[PictureRecipe, PreparedPicture],
    published_at: datetime,
) -> None:
    title = listing.texts[0].title
    picture = add_picture(session, pictures[listing.picture], organization_id=shop.id, alt=title, credit=CREDIT)
    terms = ListingTerms(
        category_id=categories[listing.category],
        titles={text.language: text.title for text in listing.texts},
        descriptions={text.language: text.text for text in listing.texts},
        unit=listing.unit,
        condition=listing.condition,
        min_quantity=listing.minimum,
        quantity_step=listing.step,
        picture_ids=(picture.id,),
        variants=[
            VariantTerms(
                sku=variant.sku,
                names={"en": variant.label, **variant.labels} if variant.label else {},
                price_minor=variant.price_minor,
                stock=variant.stock,
                net_grams=variant.net_g,
            )
            for variant in listing.variants
        ],
    )
    row = create_listing(session, actor, shop.id, terms, slug=listing.slug)
    publish_listing(session, actor, row.id, now=published_at)
    session.execute(update(Listing).where(Listing.id == row.id).values(published_at=published_at))


def _write_logins(settings: Settings, content: DemoContent) -> None:
    """What `make run` prints when the market is ready."""
    folder = Path(os.environ.get("PHSAR_DATA_DIR", "var"))
    if not folder.is_dir():
        return
    wallet = Keys(settings.key_seed).account("demo-wallet")
    by_role = {person.role: person.email for person in reversed(content.people)}
    lines = [
        "Demo log-ins (password for all: " + PASSWORD + ")",
        *(f"  {role:<13} {email}" for role, email in sorted(by_role.items())),
        f"  a wallet with tokens: {wallet.address}, private key 0x{wallet.key.hex()}",
    ]
    (folder / "demo-logins.txt").write_text("\n".join(lines) + "\n")
