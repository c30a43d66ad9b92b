"""Naming buyers of a group. What the group gives counts once they agree."""

from collections.abc import Sequence
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.db.locks import lock_one
from app.identity.actor import Actor
from app.identity.models import Organization, User
from app.notify.actions.send_mail import send_mail
from app.notify.words import in_language
from app.pricing import mails
from app.pricing.errors import GroupNotFound, NotAnAddress, TooManyAsked, TooManyAtOnce
from app.pricing.models import CustomerGroup, GroupMember
from app.pricing.queries import groups_run_by
from app.pricing.rules.groups import A_DAY, ASKED, MOST_A_DAY, MOST_AT_ONCE, REMOVED


def ask_buyers(session: Session, actor: Actor, group_id: UUID, emails: Sequence[str], *, market: str, link: str) -> int:
    """Ask these addresses to join; gives how many were asked now. Who was asked before is not asked twice.

    Whether an address has an account is not said. Whom this shop wrote to within a day, for another of its groups, gets no
    second mail. Raises GroupNotFound for somebody else's, NotAnAddress, TooManyAtOnce, TooManyAsked.
    """
    group = lock_one(session, groups_run_by(actor).where(CustomerGroup.id == group_id), missing=GroupNotFound)
    wanted = list(dict.fromkeys(_address(email) for email in emails))
    if len(wanted) > MOST_AT_ONCE:
        raise TooManyAtOnce(field="emails", most=MOST_AT_ONCE)
    if not wanted:
        return 0
    shop = session.get_one(Organization, group.organization_id, with_for_update=True)  # its groups are counted together
    lately = _asked_lately(session, shop.id)
    if len({*lately, *wanted}) > MOST_A_DAY:
        raise TooManyAsked(field="emails", most=MOST_A_DAY, left=max(MOST_A_DAY - len(lately), 0))
    rows = [{"group_id": group.id, "email": email, "invited_by": actor.user_id} for email in wanted]
    again = {"state": ASKED, "user_id": None, "company_id": None, "answered_at": None, "invited_by": actor.user_id}
    asked = session.execute(
        insert(GroupMember)
        .values(rows)
        .on_conflict_do_update(index_elements=["group_id", "email"], set_=again, where=GroupMember.state == REMOVED)
        .returning(GroupMember.id, GroupMember.email)
    ).all()
    locales = _locales(session, wanted)
    for member_id, email in asked:
        if email in lately:
            continue
        locale = locales.get(email, shop.language if shop.language in mails.LANGUAGES else "en")
        words = {"shop": shop.name, "group": group.name, "market": market, "link": link}
        send_mail(
            session,
            key=f"customer-group:{member_id}:asked",
            recipient=email,
            locale=locale,
            subject=in_language(locale, mails.ASKED_SUBJECT, **words),
            body=in_language(locale, mails.ASKED_BODY, **words),
        )
    if asked:
        record_act(session, actor.user_id, "customer_group.ask", group.id, count=len(asked))
    return len(asked)


def _asked_lately(session: Session, organization_id: UUID) -> set[str]:
    """Addresses that any group of the shop named within a day."""
    query = select(GroupMember.email).join(CustomerGroup, CustomerGroup.id == GroupMember.group_id)
    of_shop = CustomerGroup.organization_id == organization_id
    return set(session.scalars(query.where(of_shop, GroupMember.created_at > func.now() - A_DAY)))


def _address(typed: str) -> str:
    try:
        return validate_email(typed.strip(), check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError:
        raise NotAnAddress(field="emails", typed=typed.strip()[:60]) from None


def _locales(session: Session, emails: Sequence[str]) -> dict[str, str]:
    rows = session.execute(select(User.email, User.locale).where(User.email.in_(emails)))
    return {email: locale for email, locale in rows if email}
