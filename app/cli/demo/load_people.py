"""The demo's people and shops."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cli.demo.shapes import DemoPerson, DemoSeller
from app.cli.demo.wallets import demo_wallet, signed
from app.config.settings import Settings
from app.identity.actions.approve_shop import approve_shop
from app.identity.actions.ask_wallet import Site, ask_wallet
from app.identity.actions.create_shop import ShopTerms, create_shop
from app.identity.actions.ensure_market import ensure_market
from app.identity.actions.grant_role import grant_role
from app.identity.actions.prove_wallet import prove_wallet
from app.identity.actions.register_user import register_user
from app.identity.actor import Actor
from app.identity.models import Organization
from app.identity.passwords import hash_password
from app.identity.queries import actor_of, user_by_email
from app.identity.rules.roles import ACCOUNTANT, OPERATOR
from app.shipping.actions.set_rates import set_rates
from app.shipping.rules import RateTerms

MARKET_ROLES = {"operator": OPERATOR, "accountant": ACCOUNTANT}
WEB_LANGUAGES = {"en", "km"}


@dataclass(frozen=True)
class People:
    """Everybody who may sign in; `owners` by the slug of their shop."""

    operator: Actor
    owners: dict[str, UUID]


def write_people(
    session: Session, settings: Settings, people: Iterable[DemoPerson], *, password: str, now: datetime
) -> People:
    """Accounts with confirmed addresses; the market's own people get their roles."""
    market = ensure_market(
        session,
        name=settings.market_name,
        country_code=settings.market_country,
        time_zone=settings.market_time_zone,
    )
    password_hash = hash_password(password)  # one for all: hashing is slow on purpose
    owners: dict[str, UUID] = {}
    operator_id = None
    for person in people:
        user = user_by_email(session, person.email) or register_user(
            session,
            email=person.email,
            password_hash=password_hash,
            name=person.name,
            locale=person.language if person.language in WEB_LANGUAGES else "en",
            confirmed_at=now,
        )
        if person.seller:
            owners[person.seller] = user.id
        elif role := MARKET_ROLES.get(person.role):
            grant_role(session, granted_by=None, organization_id=market.id, user_id=user.id, role=role)
            operator_id = user.id if role == OPERATOR else operator_id
    return People(actor_of(session, operator_id), owners)


def write_shop(
    session: Session, settings: Settings, seller: DemoSeller, people: People, *, now: datetime
) -> tuple[Organization, Actor]:
    """An approved shop that ships, and its owner; about a third are paid to wallets of their own."""
    owner_id = people.owners[seller.slug]
    shop = session.scalar(select(Organization).where(Organization.slug == seller.slug))
    if shop is not None:
        return shop, actor_of(session, owner_id)
    shop = create_shop(session, Actor(owner_id), _terms(seller), slug=seller.slug)
    owner = actor_of(session, owner_id)
    set_rates(session, owner, shop.id, [RateTerms(**vars(rate)) for rate in seller.shipping])
    approve_shop(session, people.operator, shop.id)
    if seller.own_wallet:
        _prove(session, settings, shop, owner, now)
    return shop, owner


def _terms(seller: DemoSeller) -> ShopTerms:
    english, *local = seller.texts
    return ShopTerms(
        name=english.title,
        local_names={text.language: text.title for text in local},
        kind=seller.kind,
        country=seller.country,
        place=seller.town if seller.town == seller.province else f"{seller.town}, {seller.province}",
        currency=seller.currency,
        time_zone=seller.time_zone,
        language=seller.language,
        handling_days=seller.handling_days,
        opening_hours=", ".join(seller.opening_hours),
        is_tax_registered=seller.vat_registered,
        story={text.language: text.text for text in seller.texts},
    )


def _prove(session: Session, settings: Settings, shop: Organization, owner: Actor, now: datetime) -> None:
    wallet = demo_wallet(shop.slug)
    address = bytes.fromhex(wallet.address[2:])
    uri = f"{settings.public_url}/desk/shop/wallet"
    site = Site(urlsplit(settings.public_url).netloc, uri, settings.chain_id)
    text = ask_wallet(session, site, address, statement="Pay my shop to this account.", now=now).text()
    prove_wallet(session, owner, shop.id, site=site, text=text, signature=signed(wallet, text), now=now)
