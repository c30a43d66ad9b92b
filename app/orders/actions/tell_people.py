"""Mails and news about orders: one per fact and person, in that person's language, in the transaction of the fact."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.money.amounts import Money, TokenAmount, usd
from app.orders.actions.post_mail import buyers_link as _link
from app.orders.actions.post_mail import desk_link as _desk
from app.orders.actions.post_mail import to_buyer as _to_buyer
from app.orders.actions.post_mail import to_sellers as _to_sellers
from app.orders.actions.write_receipt import goods_of, receipt_of
from app.orders.models import Dispute, Fulfillment, Order, OrderGroup
from app.orders.rules import mails
from app.orders.rules.mails import Mail
from app.orders.rules.status import FulfillmentStatus
from app.orders.rules.vouchers import buyers_part


def tell_paid(session: Session, group: OrderGroup) -> None:
    numbers = _numbers(group.orders)
    total = usd(group.total_cents)
    receipts = [receipt_of(order, group.locale) for order in group.orders]
    paid = mails.paid_for_buyer(numbers=numbers, total=total, link=_link(group), receipts=receipts)
    _to_buyer(session, group, f"paid:{group.id}", paid)
    for order in group.orders:
        mail = mails.paid_for_seller(
            number=order.number,
            total=usd(order.total_cents),
            ship_by=order.ship_by,
            link=_desk(order),
            company=mails.company_words(group.company),
        )
        _to_sellers(session, order, "paid", mail)


def tell_link(session: Session, order: Order, form_token: UUID) -> None:
    """Asked for on the page of orders, by somebody who names number and address."""
    mail = mails.link_again(number=order.number, seller=order.organization.name, link=_link(order.group))
    _to_buyer(session, order.group, f"link:{order.group.id}:{form_token}", mail)


def tell_late_payment(session: Session, group: OrderGroup) -> None:
    mail = mails.late_payment(numbers=_numbers(group.orders), total=usd(group.total_cents))
    _to_buyer(session, group, f"late:{group.id}", mail)


def tell_short_payment(session: Session, group: OrderGroup, payment_id: UUID, cents: int) -> None:
    mail = mails.short_payment(numbers=_numbers(group.orders), paid=usd(cents), total=usd(group.total_cents))
    _to_buyer(session, group, f"short:{payment_id}", mail)


def tell_shipped(
    session: Session, order: Order, parcel: Fulfillment, *, is_rest: bool, due: date | None = None
) -> None:
    """`is_rest`: with this parcel all has left. `due`: the day to pay, where it is not paid yet."""
    mail = mails.shipped(
        number=order.number,
        seller=order.organization.name,
        carrier=parcel.carrier,
        tracking=parcel.tracking,
        goods=goods_of(order, {line.order_line_id: line.quantity for line in parcel.lines}, order.group.locale),
        is_part=not is_rest or len(order.fulfillments) > 1,
        is_rest=is_rest,
        release_at=order.auto_release_at,
        due=due,
        link=_link(order.group),
    )
    _to_buyer(session, order.group, f"shipped:{order.id}:{parcel.id}", mail)


def tell_refund_asked(session: Session, order: Order, sequence: int, amount: Money, reason: str) -> None:
    mail = mails.refund_started(number=order.number, amount=amount, reason=reason)
    _to_buyer(session, order.group, f"refund:{order.id}:{sequence}", mail)


def tell_cancel_asked(session: Session, order: Order) -> None:
    mail = mails.cancel_asked(number=order.number, ship_by=order.ship_by, link=_desk(order))
    _to_sellers(session, order, "cancel_asked", mail)


def tell_disputed(session: Session, order: Order, dispute: Dispute) -> None:
    """To both: what was reported, and how each side shows its own."""
    until = dispute.evidence_until
    told = mails.disputed(number=order.number, text=dispute.text, until=until, link=f"{_desk(order)}/evidence")
    _to_sellers(session, order, "disputed", told)
    noted = mails.dispute_noted(
        number=order.number, until=until, link=f"{_link(order.group)}?next=/orders/{order.number}/evidence"
    )
    _to_buyer(session, order.group, f"dispute_noted:{order.id}", noted)


def tell_canceled(session: Session, order: Order) -> None:
    _to_sellers(session, order, "canceled", mails.canceled_for_seller(number=order.number, link=_desk(order)))


def tell_sold_out(session: Session, order: Order) -> None:
    mail = mails.sold_out_for_seller(number=order.number, ship_by=order.ship_by, link=_desk(order))
    _to_sellers(session, order, "sold_out", mail)


def tell_not_funded(session: Session, order: Order) -> None:
    mail = mails.not_funded_for_buyer(number=order.number, amount=usd(order.due_cents))
    _to_buyer(session, order.group, f"not_funded:{order.id}", mail)
    tell_canceled(session, order)


def tell_late(session: Session, order: Order, *, back_at: datetime | None) -> None:
    """`back_at`: when all of it goes back by itself; None where only the buyer's wallet can ask for that."""
    is_part = order.fulfillment_status == FulfillmentStatus.PARTIAL
    late = (mails.rest_late_for_buyer if is_part else mails.late_for_buyer)(
        number=order.number,
        seller=order.organization.name,
        ship_by=order.ship_by,
        back_at=back_at,
        release_at=order.auto_release_at,
        link=_link(order.group),
    )
    _to_buyer(session, order.group, f"late:{order.id}", late)
    overdue = (mails.rest_late_for_seller if is_part else mails.late_for_seller)(
        number=order.number, ship_by=order.ship_by, back_at=back_at, link=_desk(order)
    )
    _to_sellers(session, order, "late", overdue)


def tell_part_due(session: Session, order: Order, position: int, amount: Money) -> None:
    """A buyer with an own wallet releases each part by a signature."""
    mail = mails.part_due(number=order.number, seller=order.organization.name, amount=amount, link=_link(order.group))
    _to_buyer(session, order.group, f"part_due:{order.id}:{position}", mail)


def tell_part_released(session: Session, order: Order, net: TokenAmount, *, key: str) -> None:
    """`key` tells one part from the next."""
    mail = mails.part_released(number=order.number, net=net, link=_desk(order))
    _to_sellers(session, order, f"part_released:{key}", mail)


def tell_arrival_asked(session: Session, order: Order) -> None:
    mail = mails.arrival_asked(number=order.number, release_at=order.auto_release_at, link=_link(order.group))
    _to_buyer(session, order.group, f"arrival_asked:{order.id}", mail)


def tell_paid_by_bank(session: Session, group: OrderGroup, orders: Sequence[Order], amount: Money, *, key: str) -> None:
    """Of one order, or of all of a payment that came too late; `key` tells one transfer from the next."""
    mail = mails.paid_by_bank(numbers=_numbers(orders), amount=amount, link=_link(group))
    _to_buyer(session, group, f"paid_by_bank:{key}", mail)


def tell_late_canceled(session: Session, order: Order, amount: Money) -> None:
    """The seller let the time to ship and the time to answer pass; the chain has given all back."""
    mail = mails.late_canceled_for_buyer(number=order.number, amount=amount)
    _to_buyer(session, order.group, f"late_canceled:{order.id}", mail)
    tell_canceled(session, order)


def tell_undecided(session: Session, order: Order, amount: Money) -> None:
    """The time to decide a dispute is over; the chain has given all that was held to the buyer."""
    mail = mails.undecided_for_buyer(number=order.number, amount=amount)
    _to_buyer(session, order.group, f"undecided:{order.id}", mail)
    ended = mails.undecided_for_seller(number=order.number, amount=amount, link=_desk(order))
    _to_sellers(session, order, "undecided", ended)


def tell_delivered(session: Session, order: Order, *, due: date | None = None) -> None:
    """`due`: the day to pay, where it is not paid yet."""
    mail = mails.delivered(number=order.number, release_at=order.auto_release_at, link=_link(order.group), due=due)
    _to_buyer(session, order.group, f"delivered:{order.id}", mail)


def tell_released(session: Session, order: Order) -> None:
    """All of it is paid out, by the buyer's word or by time."""
    rate = f"{_link(order.group)}?next=/orders/{order.number}/rating"
    done = mails.completed_for_buyer(
        number=order.number, seller=order.organization.name, link=_link(order.group), rate=rate
    )
    _to_buyer(session, order.group, f"released:{order.id}", done)
    _to_sellers(
        session,
        order,
        "released",
        mails.paid_out_for_seller(number=order.number, link=_desk(order), rate=f"{_desk(order)}/rating"),
    )


def tell_resolved(session: Session, order: Order, dispute: Dispute) -> None:
    sellers, back, why = usd(dispute.seller_cents or 0), dispute.buyer_cents or 0, dispute.resolution or ""
    on_card = usd(back_to_buyer(order, order.total_cents - back - sellers.minor, back))

    def resolved(amount: Money) -> Mail:
        return mails.resolved(number=order.number, seller_amount=sellers, buyer_amount=amount, resolution=why)

    _to_buyer(session, order.group, f"resolved:{order.id}", resolved(on_card))
    _to_sellers(session, order, "resolved", resolved(usd(back)))


def tell_card_disputed(session: Session, group: OrderGroup, stripe_dispute_id: str) -> None:
    for order in group.orders:
        mail = mails.card_disputed(numbers=order.number)
        _to_sellers(session, order, f"card_disputed:{stripe_dispute_id}", mail)


def back_to_buyer(order: Order, before: int, cents: int) -> int:
    """Of `cents` that go back after `before`, those of the buyer; the rest the market had paid for its voucher."""
    return buyers_part(order.total_cents, order.market_cents, before=max(before, 0), cents=cents)


def tell_written(session: Session, order: Order, thread_id: UUID, sequence: int) -> None:
    """The shop wrote to a buyer without an account."""
    link = f"{_link(order.group)}?next=/messages/{thread_id}"
    mail = mails.written_to_guest(number=order.number, seller=order.organization.name, link=link)
    _to_buyer(session, order.group, f"written:{order.id}:{sequence}", mail)


def _numbers(orders: Sequence[Order]) -> str:
    return ", ".join(order.number for order in orders)
