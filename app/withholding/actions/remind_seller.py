"""A statement holds for a year: whoever had one is asked, once, to sign the next."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.config.current import settings
from app.identity.models import Organization
from app.identity.queries import owner_addresses
from app.notify.actions.send_mail import send_mail
from app.notify.words import in_language
from app.withholding.mails import RENEW_BODY, RENEW_SUBJECT
from app.withholding.models import SellerStatement
from app.withholding.presets import all_rules
from app.withholding.queries import spans_of, statements_of, today_of
from app.withholding.rules import is_on, rules_on


def sellers_to_remind(session: Session, now: datetime) -> list[tuple[UUID, int]]:
    """(shop, year) of those whose statement of last year stood to its end, and who have none this year."""
    spans = spans_of(session, {rule.country for rule in all_rules()})
    if not spans:
        return []
    shops = session.scalars(
        select(Organization)
        .join(SellerStatement, SellerStatement.organization_id == Organization.id)
        .where(
            SellerStatement.withdrawn_at.is_(None),
            SellerStatement.year >= now.year - 1,
            Organization.status.in_(("approved", "paused")),
        )
        .distinct()
        .order_by(Organization.id)
    ).all()
    signed = statements_of(session, [shop.id for shop in shops], {now.year - 1, now.year, now.year + 1})
    found = []
    for shop in shops:
        on = today_of(shop, now)
        lifting = [rule for rule in rules_on(all_rules(), shop.country, on) if shop.kind in rule.exempt_kinds]
        is_missing = (shop.id, on.year - 1) in signed and (shop.id, on.year) not in signed
        if is_missing and lifting and is_on(spans, shop.country, on):
            found.append((shop.id, on.year))
    return found


def remind_seller(session: Session, shop_id: UUID, year: int) -> None:
    """One mail a year to each owner, in the owner's language."""
    shop, current = session.get_one(Organization, shop_id), settings()
    words = {
        "year": str(year),
        "shop": shop.name,
        "market": current.market_name,
        "link": f"{current.public_url}/desk/tax?shop={shop_id}",
    }
    for recipient, locale in owner_addresses(session, shop_id):
        send_mail(
            session,
            key=f"statement:{shop_id}:{year}:{recipient}",
            recipient=recipient,
            locale=locale,
            subject=in_language(locale, RENEW_SUBJECT, **words),
            body=in_language(locale, RENEW_BODY, **words),
        )
