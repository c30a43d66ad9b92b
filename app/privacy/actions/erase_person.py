"""Erasing a person: all of it in one transaction, or nothing."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.access.actions.revoke_token import forget_tokens
from app.addresses.actions.keep_address import forget_addresses
from app.audit.actions.record_act import record_act
from app.checkout.actions.forget_carts import forget_approvals, forget_carts
from app.companies.actions.forget_colleague import forget_colleague
from app.identity.actions.forget_invitations import forget_invitations_of
from app.identity.actions.forget_user import close_shop, forget_user, hold_shops_of
from app.identity.models import User
from app.messages.actions.forget_threads import forget_threads
from app.moderation.actions.forget_reporter import forget_reporter
from app.notify.actions.forget_mails import forget_mails
from app.notify.actions.read_news import forget_news
from app.onramp.actions.forget_payer import forget_payer
from app.orders.actions.forget_buyer import forget_buyer
from app.orders.actions.lock_order import lock_group
from app.parties.actions.forget_dossier import forget_dossier
from app.pricing.actions.forget_membership import forget_membership
from app.privacy.errors import StillGoingOn
from app.privacy.models import DataExport
from app.privacy.queries import exports_of, groups_of, matters_of, shops_owned_alone, subject_of_account
from app.privacy.rules import Subject
from app.purchasing.actions.forget_lists import forget_lists
from app.quotes.actions.forget_bargains import forget_bargains
from app.ratings.actions.forget_ratings import forget_ratings
from app.rfqs.actions.forget_requests import forget_requests
from app.saved.actions.keep_settings import forget_settings
from app.vouchers.actions.count_uses import forget_users
from app.webhooks.actions.keep_endpoint import forget_endpoints
from app.wishes.actions.keep_wish import forget_wishes
from app.withholding.actions.forget_seller import forget_tax_papers


def erase_account(session: Session, user_id: UUID, *, now: datetime) -> None:
    """The account, all that was bought with it or with its address, and its mails. Raises StillGoingOn."""
    hold_shops_of(session, user_id)
    user = session.get_one(User, user_id, with_for_update=True)
    subject, email = subject_of_account(session, user_id), user.email
    _require_over(session, subject)
    forget_bargains(session, user_id, now=now)
    forget_requests(session, user_id, now=now)
    _erase_bought(session, subject, email=email, now=now)
    closed = [shop.id for shop in shops_owned_alone(session, user_id)]
    for shop_id in closed:
        close_shop(session, shop_id, actor_id=user_id)
        forget_dossier(session, shop_id)
        forget_tax_papers(session, shop_id)
        forget_endpoints(session, shop_id)
    forget_invitations_of(session, email=email, organization_ids=closed)
    forget_wishes(session, user_id)
    forget_addresses(session, user_id)
    forget_mails(session, recipient=email, now=now)
    forget_lists(session, user_id)
    forget_approvals(session, user_id)
    forget_membership(session, user_id, email=email)
    forget_colleague(session, user_id, email=email)
    forget_reporter(session, user_id)
    forget_tokens(session, user_id)
    forget_settings(session, user_id)
    forget_news(session, user_id=user_id)
    forget_user(session, user_id, now=now)


def erase_checkout(session: Session, order_group_id: UUID, *, now: datetime) -> None:
    """A guest's one checkout and the mails about it. Raises StillGoingOn."""
    subject = Subject(order_group_id=order_group_id)
    _require_over(session, subject)
    _erase_bought(session, subject, email=None, now=now)
    record_act(session, None, "order.erase", order_group_id)


def _require_over(session: Session, subject: Subject) -> None:
    """Looked at with the checkouts locked: what the chain or the card service says meanwhile waits for us."""
    for group in sorted(groups_of(session, subject), key=lambda group: group.id):
        lock_group(session, group.id)
    if matters_of(session, subject):
        raise StillGoingOn


def _erase_bought(session: Session, subject: Subject, *, email: str | None, now: datetime) -> None:
    groups = groups_of(session, subject)
    facts = [str(fact) for group in groups for fact in (group.id, *(order.id for order in group.orders))]
    forget_mails(session, recipient=email, keys=[f":{fact}:" for fact in facts], now=now)
    forget_carts(session, user_id=subject.user_id, cart_ids=[group.cart_id for group in groups if group.cart_id])
    orders = [order.id for group in groups for order in group.orders]
    forget_threads(session, user_id=subject.user_id, order_ids=orders, now=now)
    forget_payer(session, [group.id for group in groups])
    forget_users(session, [group.id for group in groups])
    exports = session.scalars(exports_of(subject)).all()
    forget_mails(session, recipient=None, keys=[f"export:{export.id}" for export in exports], now=now)
    session.execute(delete(DataExport).where(DataExport.id.in_([export.id for export in exports])))
    for group in groups:
        forget_buyer(session, group.id, now=now)
    forget_ratings(session, [order.id for group in groups for order in group.orders])
