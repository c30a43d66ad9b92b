"""Telling a seller that its payout did not reach its bank: one mail to each owner and failed payment."""

from typing import Any

from sqlalchemy.orm import Session

from app.config.current import settings
from app.identity.queries import owner_addresses
from app.money.amounts import usd
from app.notify.actions.send_mail import send_mail
from app.notify.words import in_language
from app.payouts.mails import RETURNED_BODY, RETURNED_SUBJECT
from app.payouts.models import PayoutReturn, Redemption


def tell_returned(session: Session, redemption: Redemption, failed: PayoutReturn) -> None:
    public, shop = settings().public_url, redemption.organization_id
    words: dict[str, Any] = {
        "amount": usd(failed.cents),
        "ending": failed.bank_account["number"][-4:],
        "reason": failed.reason,
        "account": f"{public}/desk/money/account?shop={shop}",
        "money": f"{public}/desk/money?shop={shop}",
    }
    for recipient, locale in owner_addresses(session, shop):
        send_mail(
            session,
            key=f"redemption:{redemption.id}:failed:{failed.attempt}:{recipient}",
            recipient=recipient,
            locale=locale,
            subject=in_language(locale, RETURNED_SUBJECT, **words),
            body=in_language(locale, RETURNED_BODY, **words),
        )
