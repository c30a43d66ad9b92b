"""Telling a seller about a chargeback of an order it was paid for: one mail to each owner and decision."""

from typing import Any

from sqlalchemy.orm import Session

from app.config.current import settings
from app.identity.queries import owner_addresses
from app.money.amounts import usd
from app.notify.actions.send_mail import send_mail
from app.notify.words import in_language
from app.payouts.lines import order_number
from app.payouts.mails import CHARGED_BODY, CHARGED_SUBJECT, FREE_BODY, FREE_SUBJECT, HELD_BODY, HELD_SUBJECT
from app.payouts.models import ChargebackClaim


def tell_held(session: Session, claim: ChargebackClaim) -> None:
    _tell(session, claim, "held", HELD_SUBJECT, HELD_BODY)


def tell_free(session: Session, claim: ChargebackClaim) -> None:
    _tell(session, claim, "free", FREE_SUBJECT, FREE_BODY)


def tell_charged(session: Session, claim: ChargebackClaim) -> None:
    _tell(session, claim, "charged", CHARGED_SUBJECT, CHARGED_BODY)


def _tell(session: Session, claim: ChargebackClaim, what: str, subject: str, body: str) -> None:
    market = settings()
    number = order_number(session, claim.order_id)
    words: dict[str, Any] = {
        "number": number,
        "amount": usd(claim.cents),
        "reason": claim.reason or "",
        "percent": market.chargeback_share_percent,
        "link": f"{market.public_url}/desk/orders/{number}",
        "money": f"{market.public_url}/desk/money?shop={claim.organization_id}",
    }
    for recipient, locale in owner_addresses(session, claim.organization_id):
        send_mail(
            session,
            key=f"claim:{claim.id}:{what}:{recipient}",
            recipient=recipient,
            locale=locale,
            subject=in_language(locale, subject, **words),
            body=in_language(locale, body, **words),
        )
