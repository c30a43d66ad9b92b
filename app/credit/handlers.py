"""A debt follows what happens to its order, and a company is told when a seller gives, changes or withdraws terms."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.companies.queries import approvers, colleagues
from app.config.current import settings
from app.credit.events import TermsMoved
from app.credit.mails import BODIES, KIND_OF, SUBJECTS
from app.credit.models import CreditGrant, Debt
from app.credit.rules import DebtState
from app.identity.models import Organization
from app.money.amounts import usd
from app.notify.actions.notify_person import notify_person
from app.notify.actions.send_mail import send_mail
from app.notify.words import in_language
from app.orders.events import OrderFactRecorded
from app.orders.models import Order
from app.orders.queries import stories_of
from app.orders.rules.status import FactKind

_BECOMES = {
    FactKind.PAID: DebtState.PAID,
    FactKind.CANCELED: DebtState.CANCELED,
    FactKind.SETTLED_OUTSIDE: DebtState.SETTLED_OUTSIDE,
    FactKind.OWED_AGAIN: DebtState.UNPAID,
}


def follow_order(session: Session, event: OrderFactRecorded) -> None:
    """Heard within the transaction of the fact, while the order is locked. A paid order canceled later was paid."""
    kind = FactKind(event.kind)
    if kind not in _BECOMES and kind is not FactKind.DUE_MOVED:
        return
    debt = session.get(Debt, event.order_id, with_for_update=True)
    if debt is None:
        return
    if kind is FactKind.DUE_MOVED:
        due_on = stories_of(session, [session.get_one(Order, event.order_id)])[event.order_id].due_on
        assert due_on is not None
        debt.due_on, debt.reminded, debt.overdue_told_on = due_on, 0, None
    elif kind is FactKind.OWED_AGAIN or debt.state == DebtState.UNPAID:
        debt.state = _BECOMES[kind]
        debt.ended_at = None if kind is FactKind.OWED_AGAIN else datetime.now(UTC)
    session.flush()


def tell_company(session: Session, event: TermsMoved) -> None:
    """As news for everybody who buys for it, and by mail to its approvers, once for each time."""
    grant, market = session.get_one(CreditGrant, event.grant_id), settings()
    shop, company = (session.get_one(Organization, one) for one in (event.organization_id, event.company_id))
    names, key, page = (
        {"shop": shop.name, "company": company.name},
        f"terms:{event.act_id}",
        f"/companies/{company.id}/owed",
    )
    for one in colleagues(session, company.id):
        notify_person(session, one.user_id, KIND_OF[event.move], names, page, key)
    words: dict[str, Any] = {
        **names, "market": market.market_name, "limit": usd(grant.limit_cents), "days": grant.days,
        "link": f"{market.public_url}{page}",
    }  # fmt: skip
    for address, locale in approvers(session, company.id):
        send_mail(
            session,
            key=f"{key}:{address}",
            recipient=address,
            locale=locale,
            subject=in_language(locale, SUBJECTS[event.move], **names),
            body=in_language(locale, BODIES[event.move], **words),
        )
