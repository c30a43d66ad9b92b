"""A shop's history, and telling its owners."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.config.current import settings
from app.identity.models import Organization
from app.identity.queries import owner_addresses
from app.notify.actions.send_mail import send_mail
from app.notify.words import in_language
from app.parties.models import ShopEvent
from app.parties.rules.review import Happening


def note_happening(
    session: Session, organization_id: UUID, kind: Happening, *, actor_id: UUID | None, reason: str = ""
) -> ShopEvent:
    event = ShopEvent(organization_id=organization_id, kind=kind.value, actor_id=actor_id, reason=reason)
    session.add(event)
    session.flush()
    return event


def tell_owners(
    session: Session, shop: Organization, event: ShopEvent, *, subject: str, body: str, path: str, reason: str = ""
) -> None:
    """One mail to each owner for this line of the history, in the owner's language."""
    market = settings()
    for email, locale in owner_addresses(session, shop.id):
        words = {
            "shop": shop.name,
            "market": market.market_name,
            "reason": reason,
            "link": f"{market.public_url}{path}?shop={shop.id}",
        }
        send_mail(
            session,
            key=f"shop:{shop.id}:{event.id}:{email}",
            recipient=email,
            locale=locale,
            subject=in_language(locale, subject, **words),
            body=in_language(locale, body, **words),
        )
