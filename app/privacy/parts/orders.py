"""What was bought, and what became of it."""

from base64 import b64encode

from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload, undefer

from app.orders.models import Dispute, Order
from app.orders.return_models import DisputeEvidence, OrderFile, OrderReturn
from app.privacy.parts.rows import Row, of, text_of
from app.privacy.queries import groups_of
from app.privacy.rules import Subject
from app.ratings.models import Rating
from app.ratings.rules import Side


def orders(session: Session, subject: Subject) -> list[Row]:
    return [
        {
            **of(order, "number", "placed_at", "payment_status", "fulfillment_status", "settlement_status"),
            **of(order, "currency", "goods_minor", "shipping_minor", "total_minor", "total_cents"),
            **of(order, "voucher_code", "discount_minor", "market_voucher_code", "market_cents"),
            "seller": order.organization.name,
            "shipping": order.shipping["method"],
            "parcels": "; ".join(f"{parcel.carrier} {parcel.tracking}".strip() for parcel in order.fulfillments),
            **of(group, "email", "name", "payment_method", "buyer_address", "paid_at"),
            "sent_to": ", ".join(str(part) for part in group.address.values() if part),
        }
        for group in groups_of(session, subject)
        for order in group.orders
    ]


def order_lines(session: Session, subject: Subject) -> list[Row]:
    columns = (
        "sku",
        "quantity",
        "unit",
        "is_sample",
        "price_minor",
        "line_minor",
        "line_cents",
        "discount_cents",
        "market_cents",
    )
    return [
        {
            "number": order.number,
            "title": text_of(line.titles),
            "choice": text_of(line.variant_names),
            **of(line, *columns),
        }
        for group in groups_of(session, subject)
        for order in group.orders
        for line in order.lines
    ]


def problems(session: Session, subject: Subject) -> list[Row]:
    """What was reported of orders, and what was decided."""
    query = (
        select(Order.number, Dispute)
        .join(Dispute, Dispute.order_id == Order.id)
        .where(Order.group_id.in_([group.id for group in groups_of(session, subject)]))
        .order_by(Dispute.opened_at, Dispute.id)
    )
    columns = ("reason", "text", "opened_at", "state", "seller_cents", "buyer_cents", "resolution", "resolved_at")
    return [{"number": number, **of(dispute, *columns)} for number, dispute in session.execute(query)]


def ratings(session: Session, subject: Subject) -> list[Row]:
    """What this person said of shops, and what shops said of them once it was shown."""
    orders = {order.id: order.number for group in groups_of(session, subject) for order in group.orders}
    query = select(Rating).where(Rating.order_id.in_(orders)).order_by(Rating.given_at, Rating.id)
    return [
        {"number": orders[row.order_id], **of(row, "side", "stars", "text", "given_at", "shown_at")}
        for row in session.scalars(query.options(lazyload(Rating.order)))
        if row.side == Side.BUYER or row.shown_at is not None
    ]


def returns(session: Session, subject: Subject) -> list[Row]:
    """What was asked to be sent back, and what became of it."""
    query = (
        select(Order.number, OrderReturn)
        .join(OrderReturn, OrderReturn.order_id == Order.id)
        .where(Order.group_id.in_([group.id for group in groups_of(session, subject)]))
        .order_by(OrderReturn.asked_at, OrderReturn.id)
    )
    columns = ("state", "reason", "text", "asked_at", "answer", "return_address", "postage", "carrier", "tracking")
    return [
        {
            "number": number,
            **of(found, *columns, "condition", "closed_at"),
            "refund_cents": found.refund.amount_cents if found.refund else None,
        }
        for number, found in session.execute(query).unique()
    ]


def evidence(session: Session, subject: Subject) -> list[Row]:
    """What this person, and the shops they bought from, added to disputes of their orders."""
    query = (
        select(Order.number, DisputeEvidence)
        .join(Dispute, Dispute.order_id == Order.id)
        .join(DisputeEvidence, DisputeEvidence.dispute_id == Dispute.id)
        .where(Order.group_id.in_([group.id for group in groups_of(session, subject)]))
        .order_by(DisputeEvidence.added_at, DisputeEvidence.id)
    )
    return [{"number": number, **of(one, "side", "text", "added_at")} for number, one in session.execute(query)]


def files(session: Session, subject: Subject) -> list[Row]:
    """Pictures and PDFs shown with returns and disputes; whole, as Base64."""
    query = (
        select(Order.number, OrderFile)
        .join(Order, Order.id == OrderFile.order_id)
        .where(Order.group_id.in_([group.id for group in groups_of(session, subject)]))
        .order_by(OrderFile.id)
        .options(undefer(OrderFile.content))
    )
    return [
        {
            "number": number,
            **of(file, "side", "kind", "name", "added_at"),
            "content_base64": b64encode(file.content).decode("ascii"),
        }
        for number, file in session.execute(query)
    ]
