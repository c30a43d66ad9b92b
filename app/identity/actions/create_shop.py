"""Opening a shop."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.events.bus import publish
from app.identity.actor import Actor
from app.identity.errors import SignInNeeded
from app.identity.events import ShopCreated
from app.identity.models import Member, Organization, User
from app.identity.rules.countries import country
from app.identity.rules.roles import OWNER, SHOP_KINDS
from app.identity.rules.shops import currency_for, require_choice, require_handling_days, usable_name
from app.identity.rules.slugs import numbered, plain_slug


@dataclass(frozen=True)
class ShopTerms:
    """What an owner says about a shop. `local_names` and `story` are texts per language code."""

    name: str
    kind: str
    country: str
    place: str
    currency: str | None = None
    time_zone: str | None = None
    language: str | None = None
    handling_days: int = 2
    opening_hours: str = ""
    is_tax_registered: bool = False
    local_names: dict[str, str] = field(default_factory=dict)
    story: dict[str, str] = field(default_factory=dict)


def create_shop(session: Session, actor: Actor, terms: ShopTerms, *, slug: str | None = None) -> Organization:
    """A shop that waits for approval, with the actor as its owner. Currency and time zone follow the country.

    Sent twice, also at once, it is the one that waits already. Raises SignInNeeded, UnusableShopName, UnservedCountry, UnusableChoice, UnusableHandlingDays.
    """
    if actor.user_id is None:
        raise SignInNeeded
    said = settled(terms)
    session.get_one(User, actor.user_id, with_for_update=True)  # a twin of this form waits here
    waiting = _waiting(session, actor.user_id, said)
    if waiting is not None:
        return waiting
    shop = Organization(slug=slug or _free_slug(session, terms.name), status="pending", **said)
    session.add(shop)
    session.flush()
    session.add(Member(organization_id=shop.id, user_id=actor.user_id, role=OWNER))
    session.flush()
    publish(session, ShopCreated(shop.id))
    return shop


def _waiting(session: Session, user_id: UUID, said: Mapping[str, object]) -> Organization | None:
    """Of the same owner, said to be the very same."""
    same = (getattr(Organization, name) == said[name] for name in ("name", "kind", "country", "place", "currency"))
    own = Member.user_id == user_id, Member.role == OWNER, Organization.status == "pending"
    query = select(Organization).join(Member, Member.organization_id == Organization.id)
    return session.scalars(query.where(*own, *same).limit(1)).one_or_none()


def settled(terms: ShopTerms) -> dict[str, object]:
    """The columns that follow from an owner's words, checked."""
    home = country(terms.country)
    require_choice(terms.kind, SHOP_KINDS, "kind")
    require_handling_days(terms.handling_days)
    time_zone = terms.time_zone or home.time_zones[0]
    require_choice(time_zone, home.time_zones, "time_zone")
    return {
        "name": usable_name(terms.name),
        "local_names": terms.local_names,
        "kind": terms.kind,
        "country": home.code,
        "place": " ".join(terms.place.split()),
        "currency": currency_for(home, terms.currency),
        "time_zone": time_zone,
        "language": terms.language or home.languages[0],
        "handling_days": terms.handling_days,
        "opening_hours": terms.opening_hours.strip(),
        "is_tax_registered": terms.is_tax_registered,
        "story": terms.story,
    }


def _free_slug(session: Session, name: str) -> str:
    """The first free of `name`, `name-2`, …; two that race for one get a unique violation and try again."""
    wanted = plain_slug(name, fallback="shop")
    alike = session.scalars(select(Organization.slug).where(Organization.slug.like(f"{wanted}%")))
    taken = set(alike)
    number = 1
    while numbered(wanted, number) in taken:
        number += 1
    return numbered(wanted, number)
