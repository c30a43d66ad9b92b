"""Which event of an order writes to whom: the table of it, in both languages, reached by what people do."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from app.config.current import settings
from app.db.session import reading, transaction
from app.identity.models import User
from app.notify.models import OutgoingMail
from app.orders.actions.cancel_order import cancel_order
from app.orders.actions.confirm_receipt import confirm_receipt
from app.orders.actions.follow_parcel import mark_delivered
from app.orders.actions.open_dispute import open_dispute
from app.orders.actions.refund_order import refund_order
from app.orders.actions.resolve_dispute import resolve_dispute
from app.orders.actions.ship_order import ship_order
from app.orders.models import OrderGroup
from app.orders.rules.purchase import Contact
from tests.support.trade import Shop, Trade, buyer_of

BUYER = "dara@people.example"
TITLE = "ម្រេចកំពត"
SENTENCE = re.compile(r"[a-z]{3,}(?: [a-z]{3,}){2,}")
"""Three English words in a row."""


class Selling:
    """A shop whose owner reads `locale`, and a buyer who does too."""

    def __init__(self, trade: Trade, locale: str, *, wallet: bytes | None = None) -> None:
        self.trade, self.locale = trade, locale
        self.shop: Shop = trade.shop_of(name="Sothy", is_tax_registered=True, wallet=wallet)
        with transaction() as session:
            owner = session.get_one(User, self.shop.owner.user_id)
            owner.locale = locale
            self.owner = owner.email or ""
        cart = trade.cart({trade.goods(self.shop, title=TITLE, price=10_000): 2})
        contact = Contact(BUYER, "Dara Chan", "+85591234567", locale)
        self.group: OrderGroup = trade.place(cart, trade.request(cart, contact=contact))
        self.order = self.group.orders[0]

    def paid(self) -> None:
        self.trade.charge(self.trade.open_card_page(self.group), self.group.total_cents)
        self.trade.settle()

    def shipped(self) -> None:
        self.paid()
        with transaction() as session:
            ship_order(session, self.shop.owner, self.order.id, carrier="VET", tracking="KP 1", now=self.trade.now())

    def delivered(self) -> None:
        self.shipped()
        with transaction() as session:
            mark_delivered(session, self.shop.owner, self.order.id, now=self.trade.now())

    def released(self) -> None:
        self.shipped()
        with transaction() as session:
            confirm_receipt(session, buyer_of(self.group), self.order.id, now=self.trade.now())
        self.trade.settle()

    def canceled(self) -> None:
        self.paid()
        with transaction() as session:
            cancel_order(session, buyer_of(self.group), self.order.id, now=self.trade.now())

    def refunded(self) -> None:
        self.paid()
        with transaction() as session:
            refund_order(
                session,
                self.shop.owner,
                self.order.id,
                cents=500,
                reason="ខូច",
                form_token=uuid4(),
                now=self.trade.now(),
            )

    def disputed(self) -> None:
        self.shipped()
        with transaction() as session:
            open_dispute(
                session, buyer_of(self.group), self.order.id, reason="damaged", text="ខូច", now=self.trade.now()
            )

    def resolved(self) -> None:
        self.disputed()
        self.trade.settle()
        with transaction() as session:
            resolve_dispute(
                session,
                self.trade.operator,
                self.order.id,
                seller_cents=5_000,
                resolution="ពាក់កណ្តាល",
                now=self.trade.now(),
            )
        self.trade.settle()

    def undecided(self) -> None:
        self.disputed()
        self.trade.settle()
        self.trade.wait_until(self.trade.now() + timedelta(days=settings().dispute_timeout_days, hours=1))

    def mails(self) -> list[OutgoingMail]:
        """Of this order, oldest first."""
        with reading() as session:
            mails = session.query(OutgoingMail).filter(OutgoingMail.key.like("orders:%"))
            return mails.order_by(OutgoingMail.id).all()


PAID = {(BUYER, "Your order {} is paid"), ("owner", "New order {}: ship by")}
SHIPPED = PAID | {(BUYER, "Order {} is on its way")}
DISPUTED = SHIPPED | {(BUYER, "We hold the money of order {}"), ("owner", "The buyer of {} reports a problem")}
TABLE: dict[Callable[[Selling], None], set[tuple[str, str]]] = {
    Selling.paid: PAID,
    Selling.shipped: SHIPPED,
    Selling.delivered: SHIPPED | {(BUYER, "Order {} was delivered")},
    Selling.released: SHIPPED | {(BUYER, "Order {} is complete"), ("owner", "You are paid for order {}")},
    Selling.canceled: PAID
    | {(BUYER, "You get $201.50 back for order {}"), ("owner", "Do not ship {}: it is canceled")},
    Selling.refunded: PAID | {(BUYER, "You get $5.00 back for order {}")},
    Selling.disputed: DISPUTED,
    Selling.undecided: DISPUTED
    | {(BUYER, "You get $201.50 back for order {}"), ("owner", "Order {}: $201.50 went back to the buyer")},
    Selling.resolved: DISPUTED | {(BUYER, "Decided: order {}"), ("owner", "Decided: order {}")},
}


@pytest.mark.parametrize("locale", ["en", "km"])
@pytest.mark.parametrize("event", TABLE, ids=lambda event: event.__name__)
def test_each_event_writes_to_who_expects_it(trade: Trade, event: Callable[[Selling], None], locale: str) -> None:
    selling = Selling(trade, locale)
    event(selling)
    mails = selling.mails()
    expected = TABLE[event]
    told = {(mail.recipient.replace(selling.owner, "owner"), mail.subject) for mail in mails}
    assert {who for who, _ in told} == {who for who, _ in expected}
    assert len(mails) == len(expected)
    for mail in mails:
        assert mail.locale == locale
        assert selling.order.number in mail.subject
    if locale == "en":
        for who, subject in expected:
            wanted = subject.format(selling.order.number)
            assert any(to == who and said.startswith(wanted) for to, said in told), wanted
    else:
        for mail in mails:
            words = f"{mail.subject}\n{mail.body}".replace(settings().public_url, "")
            assert not SENTENCE.search(words), words


def test_who_is_to_say_something_gets_the_link_to_where_it_is_said(trade: Trade) -> None:
    disputed = Selling(trade, "en")
    disputed.disputed()
    for mail in disputed.mails()[-2:]:
        assert f"{disputed.order.number}/evidence" in mail.body
        assert "as texts, pictures or PDFs" in mail.body
    over = Selling(trade, "en")
    over.released()
    for mail in over.mails()[-2:]:
        assert f"{over.order.number}/rating" in mail.body
        assert "You have two weeks" in mail.body


def test_the_receipt_names_seller_goods_tax_and_total(trade: Trade) -> None:
    selling = Selling(trade, "en")
    selling.paid()
    body = selling.mails()[0].body
    receipt = body.partition("Receipt for order")[2].partition("\n\n")[0]
    assert receipt.splitlines() == [
        f" {selling.order.number}, sold by Sothy",
        f"2 kg {TITLE}: $200.00",
        "Shipping: Parcel: $1.50",
        "VAT 10 %, included: $18.32",
        "Total: $201.50",
    ]


def test_a_late_payment_is_told_in_the_buyers_own_words_of_the_market(trade: Trade) -> None:
    """The reasons the market gives itself are sentences of ours: no English stands in a Khmer mail."""
    selling = Selling(trade, "km")
    selling.canceled()
    (refund,) = (mail for mail in selling.mails() if mail.key.startswith("orders:refund:"))
    assert "អ្នកបានបោះបង់ការបញ្ជាទិញ" in refund.body.replace("\u200b", "")
    assert "canceled by the buyer" not in refund.body
