"""Mails about offers: one per fact and person, in that person's language, in the transaction of the fact."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.models import Listing, Variant
from app.catalog.rules.texts import pick
from app.config.current import settings
from app.identity.models import Organization, User
from app.money.amounts import BPS_PER_PERCENT, Money
from app.notify.actions.send_mail import send_mail
from app.notify.words import in_language
from app.quotes import mails
from app.quotes.models import Deal, Offer
from app.quotes.queries import sellers_to_tell
from app.quotes.rules.offers import Side


def tell_made(session: Session, offer: Offer) -> None:
    _tell(session, offer, Side.SELLER, "made", mails.MADE_SUBJECT, mails.MADE_BODY)


def tell_countered(session: Session, offer: Offer, by: Side) -> None:
    body = mails.COUNTER_PARTS_BODY if offer.parts and by is Side.SELLER else mails.COUNTER_BODY
    shares = {
        "deposit": offer.deposit_bps // BPS_PER_PERCENT,
        "shipment": offer.shipment_bps // BPS_PER_PERCENT,
        "rest": offer.parts.rest_bps // BPS_PER_PERCENT,
    }
    _tell(session, offer, by.other, "countered", mails.COUNTER_SUBJECT, body, **shares)


def tell_accepted(session: Session, offer: Offer, deal: Deal) -> None:
    """Both sides, because both have something to do now."""
    more = {"by": deal.valid_until, "link": f"{settings().public_url}/deals/{deal.id}"}
    _tell(session, offer, Side.BUYER, "agreed", mails.AGREED_BUYER_SUBJECT, mails.AGREED_BUYER_BODY, **more)
    _tell(session, offer, Side.SELLER, "agreed", mails.AGREED_SELLER_SUBJECT, mails.AGREED_SELLER_BODY, **more)


def tell_declined(session: Session, offer: Offer, by: Side) -> None:
    _tell(session, offer, by.other, "declined", mails.DECLINED_SUBJECT, mails.DECLINED_BODY)


def tell_withdrawn(session: Session, offer: Offer, by: Side) -> None:
    _tell(session, offer, by.other, "withdrawn", mails.DECLINED_SUBJECT, mails.WITHDRAWN_BODY)


def tell_expired(session: Session, offer: Offer) -> None:
    for side in Side:
        _tell(session, offer, side, "expired", mails.DECLINED_SUBJECT, mails.EXPIRED_BODY)


def _tell(session: Session, offer: Offer, whom: Side, fact: str, subject: str, body: str, **more: Any) -> None:
    """`more` takes the place of what would be said otherwise."""
    buyer = session.get_one(User, offer.buyer_id)
    shop = session.get_one(Organization, offer.organization_id)
    titles, asked = session.execute(
        select(Listing.titles, Variant.price_minor)
        .join(Variant, Variant.listing_id == Listing.id)
        .where(Variant.id == offer.variant_id)
    ).one()
    values = {
        "price": Money(offer.price_minor, offer.currency),
        "asked": Money(asked, offer.currency),
        "count": offer.quantity,
        "seller": shop.name,
        "by": offer.expires_at,
        "link": f"{settings().public_url}/offers/{offer.id}",
        **more,
    }
    people: Iterable[User] = [buyer] if whom is Side.BUYER else sellers_to_tell(session, shop.id)
    for user in people:
        if not user.email:
            continue
        name = buyer.name or in_language(user.locale, mails.A_BUYER)
        said = {**values, "goods": pick(titles, user.locale).text, "buyer": name}
        said["other"] = shop.name if whom is Side.BUYER else name
        zone = settings().market_time_zone
        send_mail(
            session,
            key=f"offer:{offer.id}:{offer.number}:{fact}:{user.id}",
            recipient=user.email,
            locale=user.locale,
            subject=in_language(user.locale, subject, time_zone=zone, **said),
            body=in_language(user.locale, body, time_zone=zone, **said),
        )
