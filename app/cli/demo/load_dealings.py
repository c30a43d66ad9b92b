"""What people of the demo are about: a firm that buys, a question, an offer on the table, a voucher, prices by quantity.

Written once, when the firm is founded; what becomes of it afterwards is up to whoever tries the market.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.models import Listing, Variant
from app.companies.actions.answer_invitation import answer_invitation
from app.companies.actions.choose_company import choose_company
from app.companies.actions.invite_colleague import invite_colleague
from app.companies.actions.open_company import CompanyTerms, open_company
from app.config.settings import Settings
from app.identity.actor import Actor
from app.identity.models import Organization
from app.identity.queries import actor_of, user_by_email
from app.identity.rules.roles import PURCHASER
from app.messages.actions.start_thread import About, start_thread
from app.messages.actions.write_message import Author
from app.messages.files import Draft
from app.messages.rules import BUYER, LISTING, SHOP
from app.quotes.actions.make_offer import OfferTerms, counter_offer, make_offer
from app.vouchers.actions.create_voucher import create_voucher
from app.vouchers.rules.terms import VoucherTerms
from app.wishes.actions.keep_wish import keep_wish

FIRM = CompanyTerms(name="Rumdul Guesthouses Co., Ltd", kind="company", country="KH", needs_po=True)
FOUNDER, BUYER_EMAIL = "sophea@phsar.example", "chanthy@phsar.example"
LIMIT_CENTS = 20_000
ASKED_ABOUT = "granulated-palm-sugar-stove-dried"
QUESTION = "តើស្ករត្នោតនេះផលិតនៅខែណា? ខ្ញុំចង់ទិញ ១០ ថង់សម្រាប់ហាងកាហ្វេ។"
REPLY = "ផលិតនៅខែតុលានេះ។ បើទិញ ១០ ថង់ ប្រើប័ណ្ណបញ្ចុះតម្លៃ OUDONG10 បាន។"
CODE = "OUDONG10"
OFFERED_ON = "film-camera-35-mm-fixed-lens"
OFFERED_CENTS, COUNTERED_CENTS = 5_000, 5_800
ANSWER_WITHIN = timedelta(days=2)
WISHES = ("water-jar-that-cools-by-itself", "silk-krama-fine-check", "ouk-chaktrang-khmer-chess-set")
_FORMS = UUID("6f0e3c9e-2f0b-5d64-9d0a-70687361720a")


def write_dealings(session: Session, settings: Settings, owners: Mapping[str, UUID], *, now: datetime) -> bool:
    """False when they are there. `owners` by the slug of their shop."""
    if session.scalar(select(Organization.id).where(Organization.name == FIRM.name)) is not None:
        return False
    buyer = _actor(session, BUYER_EMAIL)
    _write_firm(session, settings, buyer, now)
    _write_voucher(session, actor_of(session, owners["oudong-palm-growers"]), now)
    _write_question(session, buyer, owners["oudong-palm-growers"], now)
    _write_offer(session, buyer, actor_of(session, owners["dara-attic"]), now)
    for slug in WISHES:
        keep_wish(session, _id(buyer), slug, now=now)
    return True


def _write_firm(session: Session, settings: Settings, buyer: Actor, now: datetime) -> None:
    """The founder approves, the buyer buys up to a limit."""
    founder = _actor(session, FOUNDER)
    firm_id = open_company(session, founder, FIRM)
    invitation_id = invite_colleague(
        session,
        actor_of(session, _id(founder)),
        firm_id,
        email=BUYER_EMAIL,
        role=PURCHASER,
        limit_cents=LIMIT_CENTS,
        market=settings.market_name,
        link=f"{settings.public_url}/companies",
    )
    answer_invitation(session, buyer, invitation_id, agrees=True, now=now)
    choose_company(session, actor_of(session, _id(buyer)), None)  # one buys for oneself until one says otherwise


def _write_voucher(session: Session, owner: Actor, now: datetime) -> None:
    (shop_id,) = owner.organizations()
    terms = VoucherTerms(code=CODE, currency="KHR", percent_bps=1_000, most_per_buyer=None)
    create_voucher(session, owner, shop_id, terms, form_token=_form(CODE), now=now)


def _write_question(session: Session, buyer: Actor, owner_id: UUID, now: datetime) -> None:
    listing = _listing(session, ASKED_ABOUT)
    about = About(LISTING, listing.id, listing.slug, listing.titles, listing.organization_id, _id(buyer), "Chanthy Ros")
    asked = now - timedelta(hours=3)
    start_thread(session, about, Author(BUYER, _id(buyer)), Draft(QUESTION, (), _form(QUESTION)), now=asked)
    start_thread(session, about, Author(SHOP, owner_id), Draft(REPLY, (), _form(REPLY)), now=asked)


def _write_offer(session: Session, buyer: Actor, seller: Actor, now: datetime) -> None:
    """The seller has named another price; the buyer's turn."""
    variant_id = session.scalars(select(Variant.id).where(Variant.listing_id == _listing(session, OFFERED_ON).id)).one()
    offer = make_offer(
        session, buyer, variant_id, OfferTerms(1, OFFERED_CENTS),
        form_token=_form("offer"), answer_within=ANSWER_WITHIN, now=now,
    )  # fmt: skip
    counter_offer(
        session, seller, offer.id, offer.number, OfferTerms(1, COUNTERED_CENTS),
        form_token=_form("counter"), answer_within=ANSWER_WITHIN, now=now,
    )  # fmt: skip


def _listing(session: Session, slug: str) -> Listing:
    return session.scalars(select(Listing).where(Listing.slug == slug)).unique().one()


def _actor(session: Session, email: str) -> Actor:
    user = user_by_email(session, email)
    assert user is not None, email
    return actor_of(session, user.id)


def _id(actor: Actor) -> UUID:
    assert actor.user_id is not None
    return actor.user_id


def _form(name: str) -> UUID:
    return uuid5(_FORMS, name)
