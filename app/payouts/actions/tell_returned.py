"""Telling a seller that a payout did not reach its bank, or that commission is its own again: one mail to each owner."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.config.current import settings
from app.identity.queries import owner_addresses
from app.money.amounts import TokenAmount, usd
from app.notify.actions.send_mail import send_mail
from app.notify.words import in_language
from app.payouts.lines import order_number
from app.payouts.mails import COMMISSION_BODY, COMMISSION_SUBJECT, RETURNED_BODY, RETURNED_SUBJECT
from app.payouts.models import CommissionReturn, PayoutReturn, Redemption


def tell_returned(session: Session, redemption: Redemption, failed: PayoutReturn) -> None:
    public, shop = settings().public_url, redemption.organization_id
    words: dict[str, Any] = {
        "amount": usd(failed.cents),
        "ending": failed.bank_account["number"][-4:],
        "reason": failed.reason,
        "account": f"{public}/desk/money/account?shop={shop}",
        "money": f"{public}/desk/money?shop={shop}",
    }
    _mail(session, shop, f"redemption:{redemption.id}:failed:{failed.attempt}", RETURNED_SUBJECT, RETURNED_BODY, words)


def tell_commission(session: Session, given: CommissionReturn) -> None:
    words = {
        "number": order_number(session, given.order_id),
        "came_back": TokenAmount(given.came_back_units),
        "amount": TokenAmount(given.fee_units),
        "reason": given.reason,
        "money": f"{settings().public_url}/desk/money?shop={given.organization_id}",
    }
    key = f"commission-back:{given.form_token}"
    _mail(session, given.organization_id, key, COMMISSION_SUBJECT, COMMISSION_BODY, words)


def _mail(session: Session, shop: UUID, key: str, subject: str, body: str, words: dict[str, Any]) -> None:
    for recipient, locale in owner_addresses(session, shop):
        send_mail(
            session,
            key=f"{key}:{recipient}",
            recipient=recipient,
            locale=locale,
            subject=in_language(locale, subject, **words),
            body=in_language(locale, body, **words),
        )
