"""A buyer who asks shops for quotes, and shops that answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.catalog.models import Variant
from app.checkout.queries.carts import cart_of_deal
from app.companies.actions.choose_company import choose_company
from app.companies.actions.open_company import CompanyTerms, open_company
from app.companies.models import SpendingLimit
from app.db.session import in_transaction, reading, transaction
from app.identity.actor import Actor
from app.identity.models import Member, Organization
from app.identity.queries import actor_of
from app.media.private_files import prepare_private
from app.orders.models import OrderGroup
from app.quotes.models import Deal
from app.quotes.rules.freight import Freight
from app.quotes.rules.parts import AT_ONCE, PaymentParts
from app.rfqs.actions.answer_quote import accept_quote, counter_quote
from app.rfqs.actions.keep_request import RequestTerms, make_request
from app.rfqs.actions.send_quote import decline_request, send_quote, withdraw_quote
from app.rfqs.actions.send_request import cancel_request, send_request
from app.rfqs.jobs import tell_shops
from app.rfqs.models import Asked, Counter, Quote, Rfq, RfqFile, RfqLine
from app.rfqs.rules.lines import read_lines
from app.rfqs.rules.quoting import CounterLine, QuotedLine, QuoteTerms
from tests.support.goods import picture_bytes
from tests.support.trade import Shop, Trade

WITHIN = timedelta(hours=48)
FOB = Freight(minor=12_000, days=9, country="KH", incoterm="FOB", place="Sihanoukville")


@dataclass
class Asking:
    """`pepper` is $14.50 at `shop`; `rival` sells the same kind of goods, `foreign`."""

    trade: Trade
    shop: Shop
    rival: Shop
    pepper: UUID
    foreign: UUID
    buyer: Actor

    def now(self) -> datetime:
        return datetime.now(UTC)

    def terms(self, lines: str | None = None, **others: Any) -> RequestTerms:
        text = lines if lines is not None else f"/p/{self.slug(self.pepper)} 50 kg\nWhite pepper, washed 20 kg"
        values: dict[str, Any] = {
            "title": "Pepper for spring",
            "lines": read_lines(text),
            "shops": [self.slug_of(self.shop), self.slug_of(self.rival)],
            "country": "KH",
            "closes_at": self.now() + timedelta(days=7),
            "place": "Phnom Penh",
            **others,
        }
        return RequestTerms(**values)

    def draft(self, lines: str | None = None, *, by: Actor | None = None, **others: Any) -> Rfq:
        terms = self.terms(lines, **others)
        return in_transaction(
            lambda session: make_request(session, by or self.buyer, terms, form_token=uuid4(), now=self.now())
        )

    def sent(self, lines: str | None = None, *, by: Actor | None = None, **others: Any) -> Rfq:
        """Sent, and all shops know of it."""
        rfq = self.draft(lines, by=by, **others)
        in_transaction(lambda session: send_request(session, by or self.buyer, rfq.id, now=self.now()))
        tell_shops(str(rfq.id))
        return rfq

    def cancel(self, rfq: Rfq, *, by: Actor | None = None) -> Rfq:
        return in_transaction(lambda session: cancel_request(session, by or self.buyer, rfq.id, now=self.now()))

    def asked(self, rfq: Rfq, shop: Shop | None = None) -> Asked:
        with reading() as session:
            wanted = (shop or self.shop).id
            return session.scalars(select(Asked).where(Asked.rfq_id == rfq.id, Asked.organization_id == wanted)).one()

    def lines(self, rfq: Rfq) -> Sequence[RfqLine]:
        with reading() as session:
            return session.scalars(select(RfqLine).where(RfqLine.rfq_id == rfq.id).order_by(RfqLine.position)).all()

    def quote(
        self,
        rfq: Rfq,
        price: int = 1_300,
        *,
        by: Actor | None = None,
        shop: Shop | None = None,
        goods: UUID | None = None,
        seen: int = 0,
        quantity: int = 50,
        minimum: int = 1,
        parts: PaymentParts = AT_ONCE,
        **others: Any,
    ) -> Quote:
        """The first line only, of one's own goods."""
        at = shop or self.shop
        variant = goods or (self.pepper if at is self.shop else self.foreign)
        line = QuotedLine(self.lines(rfq)[0].id, variant, quantity, price, minimum)
        values: dict[str, Any] = {"freight": FOB, "valid_until": self.now() + timedelta(days=20), **others}
        lines = values.pop("lines", [line])
        token = values.pop("form_token", uuid4())
        terms = QuoteTerms(lines=lines, parts=parts, contract="Inspected before loading.", **values)
        asked = self.asked(rfq, at)
        return in_transaction(
            lambda session: send_quote(
                session, by or at.owner, asked.id, terms, seen=seen, form_token=token, now=self.now()
            )
        )

    def counter(self, quote: Quote, price: int = 1_200, *, by: Actor | None = None, quantity: int = 50) -> Counter:
        with reading() as session:
            rfq = session.get_one(Rfq, session.get_one(Asked, quote.asked_id).rfq_id)
        wanted = [CounterLine(self.lines(rfq)[0].id, quantity, price)]
        return in_transaction(
            lambda session: counter_quote(
                session, by or self.buyer, quote.id, wanted, "A little less?", form_token=uuid4(), now=self.now()
            )
        )

    def accept(self, quote: Quote, *, by: Actor | None = None, now: datetime | None = None) -> Deal:
        return in_transaction(
            lambda session: accept_quote(
                session, by or self.buyer, quote.id, order_within=WITHIN, now=now or self.now()
            )
        )

    def withdraw(self, quote: Quote, *, by: Actor | None = None) -> Quote:
        return in_transaction(lambda session: withdraw_quote(session, by or self.shop.owner, quote.id, now=self.now()))

    def decline(self, rfq: Rfq, *, by: Actor | None = None) -> Asked:
        asked = self.asked(rfq)
        return in_transaction(
            lambda session: decline_request(
                session, by or self.shop.owner, asked.id, "No harvest left.", now=self.now()
            )
        )

    def place(self, deal: Deal, **others: Any) -> OrderGroup:
        with reading() as session:
            cart = cart_of_deal(session, deal.id, deal.buyer_id)
            assert cart is not None
        return self.trade.place(cart.id, self.trade.request(cart.id, buyer_id=deal.buyer_id, **others))

    def state(self, one: Rfq | Quote | Asked) -> str:
        with reading() as session:
            return session.get_one(type(one), one.id).state

    def slug(self, variant_id: UUID) -> str:
        with reading() as session:
            return session.get_one(Variant, variant_id).listing.slug

    def slug_of(self, shop: Shop) -> str:
        with reading() as session:
            return session.get_one(Organization, shop.id).slug


def asked_for_quotes(asking: Asking) -> dict[str, str]:
    """A request with a file that one shop has quoted, and a draft; by their names in routes."""
    file = prepare_private("drawing.png", picture_bytes())
    rfq = asking.sent(f"/p/{asking.slug(asking.pepper)} 5 kg", files=[file], shops=[asking.slug_of(asking.shop)])
    quote, draft = asking.quote(rfq, quantity=5), asking.draft(files=[file])
    with reading() as session:
        sent, kept = (session.scalars(select(RfqFile.id).where(RfqFile.rfq_id == one.id)).one() for one in (rfq, draft))
    ids = {"rfq": rfq.id, "asked": asking.asked(rfq).id, "quote": quote.id, "rfq_draft": draft.id}
    return {name: str(value) for name, value in {**ids, "rfq_file": sent, "draft_file": kept}.items()}


class Company:
    """A company whose purchaser may order up to 500 dollars at once; both buy for it just now."""

    def __init__(self, trade: Trade) -> None:
        approver, purchaser = trade.person("boss@mekong.example"), trade.person("buyer@mekong.example")
        with transaction() as session:
            terms = CompanyTerms("Mekong Foods", "company", "KH", tax_number="K001-123", needs_po=True)
            self.id = open_company(session, approver, terms)
            member = Member(organization_id=self.id, user_id=purchaser.user_id, role="purchaser")
            session.add(member)
            session.flush()
            session.add(SpendingLimit(member_id=member.id, limit_cents=50_000))
        with transaction() as session:
            self.approver, self.purchaser = (actor_of(session, one.user_id) for one in (approver, purchaser))
            choose_company(session, self.purchaser, self.id)


@pytest.fixture
def asking(trade: Trade) -> Asking:
    shop, rival = trade.shop_of(), trade.shop_of(name="Mekong Silk")
    pepper = trade.goods(shop, stock=500)
    foreign = trade.goods(rival, title="Mondulkiri pepper", stock=500)
    return Asking(trade, shop, rival, pepper, foreign, trade.person("dara@people.example"))


@pytest.fixture
def company(trade: Trade) -> Company:
    return Company(trade)
