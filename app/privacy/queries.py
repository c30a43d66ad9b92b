"""What belongs to a person, and what of it is not over yet."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, exists, or_, select
from sqlalchemy.orm import Session, aliased

from app.db.locks import load_one
from app.identity.models import Member, Organization, User
from app.identity.rules.roles import MARKET, OWNER
from app.ledger.chart import USD
from app.ledger.queries import balance
from app.onramp.models import CardDispute, CardPayment, CardRefund
from app.onramp.queries import DISPUTE_ENDED
from app.orders.models import Order, OrderGroup
from app.payouts.queries import seller_money
from app.privacy.errors import ExportNotFound
from app.privacy.models import DataExport
from app.privacy.rules import Matter, Reason, Subject
from app.settlement.models import EscrowLeg


def subject_of_account(session: Session, user_id: UUID) -> Subject:
    """An address that was never confirmed may be somebody else's, so it leads to no orders."""
    user = session.get_one(User, user_id)
    return Subject(user_id=user_id, email=user.email if user.confirmed_at else None)


def is_of(subject: Subject) -> ColumnElement[bool]:
    """The condition on `order_groups`: bought by the account, or as a guest with its address; or the one checkout."""
    if subject.user_id is None:
        return OrderGroup.id == subject.order_group_id
    own = OrderGroup.buyer_id == subject.user_id
    if subject.email is None:
        return own
    return or_(own, and_(OrderGroup.buyer_id.is_(None), OrderGroup.email == subject.email))


def groups_of(session: Session, subject: Subject) -> Sequence[OrderGroup]:
    """Every checkout of the subject, oldest first."""
    query = select(OrderGroup).where(is_of(subject)).order_by(OrderGroup.placed_at, OrderGroup.id)
    return session.scalars(query).unique().all()


def matters_of(session: Session, subject: Subject) -> list[Matter]:
    """What has to end before the subject can be erased: bought orders, then shops and roles."""
    bought = [Matter(number, Reason(reason)) for number, reason in session.execute(_unfinished(is_of(subject)))]
    if subject.user_id is None:
        return bought
    user_id = subject.user_id
    shops = shops_owned_alone(session, user_id)
    return [
        *bought,
        *_of_shops(session, shops),
        *_of_market(session, user_id),
        *_of_books(session, user_id, shops),
    ]


def _unfinished(where: ColumnElement[bool]) -> Select[*tuple[str, str]]:
    """Numbers of orders that are not over. A leg is over when its last unit has gone finally, so that what follows
    from it, such as a card refund, is written already."""
    held = exists().where(EscrowLeg.order_id == Order.id, EscrowLeg.seen_funded, _unsettled())
    funded = exists().where(EscrowLeg.order_id == Order.id, EscrowLeg.seen_funded)
    unfunded = and_(OrderGroup.state == "paid", Order.payment_status != "refunded", ~funded)
    paid_by = CardPayment.order_group_id == OrderGroup.id
    refund = exists().where(CardRefund.payment_id == CardPayment.id, paid_by, CardRefund.state != "succeeded")
    bank = exists().where(CardDispute.payment_id == CardPayment.id, paid_by, CardDispute.status.not_in(DISPUTE_ENDED))
    reason = case(
        (OrderGroup.state.in_(("pending_payment", "on_terms")), Reason.UNPAID.value),
        (or_(held, unfunded), Reason.HELD.value),
        (refund, Reason.REFUND.value),
        (bank, Reason.BANK.value),
    )
    return (
        select(Order.number, reason)
        .join(OrderGroup, OrderGroup.id == Order.group_id)
        .where(where, reason.is_not(None))
        .order_by(Order.placed_at, Order.id)
    )


def _unsettled() -> ColumnElement[bool]:
    return EscrowLeg.final_released + EscrowLeg.final_refunded < EscrowLeg.amount


def shops_owned_alone(session: Session, user_id: UUID) -> Sequence[Organization]:
    """Shops that nobody is left to answer for when this person goes."""
    partner = aliased(Member)
    others = exists().where(
        partner.organization_id == Organization.id, partner.role == OWNER, partner.user_id != user_id
    )
    query = (
        select(Organization)
        .join(Member, Member.organization_id == Organization.id)
        .where(Member.user_id == user_id, Member.role == OWNER, Organization.kind != MARKET, ~others)
        .order_by(Organization.created_at, Organization.id)
    )
    return session.scalars(query).all()


def _of_shops(session: Session, shops: Sequence[Organization]) -> list[Matter]:
    found = []
    for shop in shops:
        sold = session.execute(_unfinished(Order.organization_id == shop.id))
        found += [Matter(number, Reason.SELLING) for number, _ in sold]
        money = seller_money(session, shop.id)
        if money.released or money.in_redemption_cents:
            found.append(Matter(shop.name, Reason.UNPAID_SHOP))
    return found


def _of_market(session: Session, user_id: UUID) -> list[Matter]:
    query = (
        select(Organization.name)
        .join(Member, Member.organization_id == Organization.id)
        .where(Member.user_id == user_id, Organization.kind == MARKET)
    )
    return [Matter(name, Reason.STAFF) for name in session.scalars(query)]


def _of_books(session: Session, user_id: UUID, shops: Sequence[Organization]) -> list[Matter]:
    """Money from before the market began, as its accountant entered it: who is erased could not be paid."""
    names = [shop.name for shop in shops if balance(session, "2400", USD, shop.id)]
    if balance(session, "2410", USD, user_id):
        names.append(session.get_one(User, user_id).email or "")
    return [Matter(name, Reason.OWED) for name in names]


def exports_of(subject: Subject) -> Select[DataExport]:
    """The copies this subject may fetch."""
    if subject.user_id is not None:
        return select(DataExport).where(DataExport.user_id == subject.user_id)
    return select(DataExport).where(DataExport.order_group_id == subject.order_group_id)


def newest_export(session: Session, subject: Subject) -> DataExport | None:
    query = exports_of(subject).order_by(DataExport.requested_at.desc(), DataExport.id.desc()).limit(1)
    return session.scalars(query).one_or_none()


def export_content(session: Session, subject: Subject, export_id: UUID) -> bytes:
    """The ZIP. Raises ExportNotFound once it has expired, and for somebody else's."""
    ready = exports_of(subject).where(DataExport.id == export_id, DataExport.state == "ready")
    content = load_one(session, ready, missing=ExportNotFound).content
    assert content is not None
    return content
