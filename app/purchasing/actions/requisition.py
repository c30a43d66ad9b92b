"""Named lists of goods that are bought again and again."""

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.audit.queries import has_done
from app.catalog.errors import VariantNotFound
from app.catalog.models import Variant
from app.catalog.queries.private import known_to
from app.checkout.actions.change_cart import MAX_LINES, lock_cart
from app.checkout.actions.put_many import put_many
from app.companies.queries import buying_context
from app.db.locks import lock_one
from app.identity.actor import Actor
from app.identity.errors import SignInNeeded
from app.identity.models import User
from app.identity.rules.roles import BUYING_ROLES
from app.pricing.queries import Buyer
from app.purchasing.errors import ListIsFull, ListNotFound, TooManyLists, UnusableListName
from app.purchasing.models import RequisitionLine, RequisitionList
from app.purchasing.queries import is_list_of, list_of

LONGEST_NAME, MOST_GOODS, MOST_LISTS = 60, 500, 100


def make_list(session: Session, actor: Actor, name: str) -> UUID:
    """Of the company bought for just now, whose members all use it; else one's own. One of that name is the same list.

    Raises SignInNeeded, UnusableListName, TooManyLists.
    """
    if actor.user_id is None:
        raise SignInNeeded
    session.get_one(User, actor.user_id, with_for_update=True)  # a twin of this form waits here
    context = buying_context(session, actor.user_id)
    is_company_s = context is not None and context.company_id in actor.organizations(BUYING_ROLES)
    company_id, called = context.company_id if context and is_company_s else None, _usable(name)
    same = is_list_of(actor), RequisitionList.company_id == company_id, RequisitionList.name == called
    known = session.scalar(select(RequisitionList.id).where(*same).limit(1))
    if known is not None:
        return known
    if (session.scalar(select(func.count()).where(is_list_of(actor))) or 0) >= MOST_LISTS:
        raise TooManyLists(most=MOST_LISTS)
    made = RequisitionList(user_id=actor.user_id, company_id=company_id, name=called)
    session.add(made)
    session.flush()
    return made.id


def put_on_list(session: Session, actor: Actor, list_id: UUID, wants: Mapping[UUID, int], *, now: datetime) -> None:
    """Variant -> quantity; of goods on it already the quantity becomes this one.

    Raises ListNotFound for somebody else's, VariantNotFound for what is not known to this buyer and for samples, which
    nobody orders again and again; ListIsFull.
    """
    found = lock_one(session, list_of(actor, list_id), missing=ListNotFound)
    assert actor.user_id is not None
    known = known_to(session, Buyer(actor.user_id), wants)
    samples = select(Variant.id).where(Variant.id.in_(wants), Variant.sample_of_id.is_not(None))
    if len(known) < len(wants) or session.scalar(samples.limit(1)) is not None:
        raise VariantNotFound
    others = select(func.count()).where(RequisitionLine.list_id == found.id, RequisitionLine.variant_id.not_in(wants))
    if (session.scalar(others) or 0) + len(wants) > MOST_GOODS:
        raise ListIsFull(most=MOST_GOODS)
    if not wants:
        return
    lines = insert(RequisitionLine).values(
        [
            {"list_id": found.id, "variant_id": variant_id, "quantity": quantity, "added_at": now}
            for variant_id, quantity in wants.items()
        ]
    )
    changed = {"quantity": lines.excluded.quantity}
    session.execute(lines.on_conflict_do_update(index_elements=["list_id", "variant_id"], set_=changed))


def take_off_list(session: Session, actor: Actor, list_id: UUID, variant_id: UUID) -> None:
    """Twice is once. Raises ListNotFound."""
    found = lock_one(session, list_of(actor, list_id), missing=ListNotFound)
    session.execute(
        delete(RequisitionLine).where(RequisitionLine.list_id == found.id, RequisitionLine.variant_id == variant_id)
    )


def delete_list(session: Session, actor: Actor, list_id: UUID) -> None:
    """By the same person twice is once. Raises ListNotFound."""
    found = session.scalars(list_of(actor, list_id).with_for_update(of=RequisitionList)).one_or_none()
    if found is None:
        if not has_done(session, actor.user_id, "list.delete", list_id):
            raise ListNotFound
        return
    session.execute(delete(RequisitionLine).where(RequisitionLine.list_id == found.id))
    session.delete(found)
    session.flush()
    record_act(session, actor.user_id, "list.delete", list_id)


def list_to_cart(session: Session, actor: Actor, list_id: UUID, cart_id: UUID, *, now: datetime) -> tuple[int, int]:
    """The whole list: (goods put into the cart, goods that did not fit). What cannot be had is said by the cart.

    Raises ListNotFound.
    """
    found = lock_one(session, list_of(actor, list_id), missing=ListNotFound)
    rows = session.execute(
        select(RequisitionLine.variant_id, RequisitionLine.quantity)
        .where(RequisitionLine.list_id == found.id)
        .order_by(RequisitionLine.added_at, RequisitionLine.variant_id)
    ).all()
    assert actor.user_id is not None
    known = known_to(session, Buyer(actor.user_id), [row.variant_id for row in rows])
    wants = {row.variant_id: row.quantity for row in rows if row.variant_id in known}
    lock_cart(session, cart_id)
    put = put_many(session, cart_id, wants, now=now, most=MAX_LINES)
    return put, len(wants) - put


def _usable(typed: str) -> str:
    name = " ".join(unicodedata.normalize("NFC", typed).split())
    if not 1 <= len(name) <= LONGEST_NAME or any(unicodedata.category(one) in {"Cc", "Cs"} for one in name):
        raise UnusableListName(field="name")
    return name
