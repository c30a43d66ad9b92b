"""Mails about orders that a company pays later: one per fact and person, in the transaction of the fact."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.money.amounts import usd
from app.orders.actions.post_mail import buyers_link, desk_link, to_buyer, to_sellers, to_somebody
from app.orders.actions.write_receipt import receipt_of
from app.orders.models import Order, OrderGroup
from app.orders.queries import stories_of
from app.orders.rules import terms_mails
from app.orders.rules.mails import Mail, company_words
from app.orders.rules.purchase import WALLET, Due
from app.orders.rules.status import FactKind
from app.orders.rules.terms_mails import Stage


def tell_on_terms(session: Session, group: OrderGroup, due: Due) -> None:
    for order in group.orders:
        said: dict[str, Any] = {"number": order.number, "total": usd(order.due_cents), "due": due.on}
        receipts = [receipt_of(order, group.locale)]
        mail = terms_mails.on_terms_for_buyer(**said, link=buyers_link(group), receipts=receipts)
        to_buyer(session, group, f"on_terms:{order.id}", mail)
        words = company_words(group.company)
        mail = terms_mails.on_terms_for_seller(**said, ship_by=order.ship_by, link=desk_link(order), company=words)
        to_sellers(session, order, "on_terms", mail)


def tell_owed_paid(session: Session, group: OrderGroup, *, key: str) -> None:
    """`key` tells one payment from the next."""
    stories = stories_of(session, group.orders)
    for order in group.orders:
        said: dict[str, Any] = {"number": order.number, "total": usd(order.due_cents)}
        is_accepted = stories[order.id].happened(FactKind.ACCEPTED)
        mail = terms_mails.owed_paid_for_buyer(
            **said, link=buyers_link(group), is_accepted=is_accepted, signs=group.payment_method == WALLET
        )
        to_buyer(session, group, f"owed_paid:{order.id}:{key}", mail)
        to_sellers(session, order, f"owed_paid:{key}", terms_mails.owed_paid_for_seller(**said, link=desk_link(order)))


def tell_owed_again(session: Session, order: Order, *, key: str) -> None:
    due = _due(session, order)
    mail = terms_mails.owed_again(number=order.number, due=due, link=buyers_link(order.group))
    to_buyer(session, order.group, f"owed_again:{order.id}:{key}", mail)
    mail = terms_mails.owed_again(number=order.number, due=due, link=desk_link(order))
    to_sellers(session, order, f"owed_again:{key}", mail)


def tell_charged_after_end(session: Session, group: OrderGroup) -> None:
    for order in group.orders:
        mail = terms_mails.charged_after_end(number=order.number, total=usd(order.due_cents))
        to_buyer(session, group, f"charged_after_end:{order.id}", mail)


def tell_reminder(session: Session, order: Order, stage: Stage, *, also: Collection[tuple[str, str]]) -> None:
    """Once for each stage of a day to pay. `also`: (address, language) of the company's approvers."""
    due = _due(session, order)
    key = f"owed:{order.id}:{due.isoformat()}:{stage.value}"

    def worded(link: str) -> Mail:
        said: dict[str, Any] = {
            "number": order.number,
            "seller": order.organization.name,
            "total": usd(order.due_cents),
        }
        return terms_mails.reminder(stage, due=due, link=link, **said)

    to_buyer(session, order.group, key, worded(buyers_link(order.group)))
    page = desk_link(order).replace("/desk/orders/", "/orders/")
    for address, locale in sorted(also):
        if address != order.group.email:
            to_somebody(session, f"{key}:{address}", worded(page), to=(address, locale))


def tell_due_moved(session: Session, order: Order, due: date) -> None:
    mail = terms_mails.due_moved(
        number=order.number, seller=order.organization.name, due=due, link=buyers_link(order.group)
    )
    to_buyer(session, order.group, f"due_moved:{order.id}:{due.isoformat()}", mail)


def tell_settled_outside(session: Session, order: Order, reason: str) -> None:
    mail = terms_mails.settled_outside(
        number=order.number, seller=order.organization.name, reason=reason, link=buyers_link(order.group)
    )
    to_buyer(session, order.group, f"settled_outside:{order.id}", mail)


def tell_canceled_unpaid(session: Session, order: Order, *, by_seller: bool) -> None:
    """The other side is told."""
    if by_seller:
        mail = terms_mails.canceled_unpaid(number=order.number, link=buyers_link(order.group), by_seller=True)
        to_buyer(session, order.group, f"canceled_unpaid:{order.id}", mail)
    else:
        mail = terms_mails.canceled_unpaid(number=order.number, link=desk_link(order), by_seller=False)
        to_sellers(session, order, "canceled_unpaid", mail)


def _due(session: Session, order: Order) -> date:
    due = stories_of(session, [order])[order.id].due_on
    assert due is not None
    return due
