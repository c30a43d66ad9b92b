"""A company that may pay a shop later, and what its people order."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from eth_account.signers.local import LocalAccount

from app.chain.typed_data import sign
from app.checkout.actions.change_cart import add_to_cart, open_cart
from app.checkout.actions.pay_later_order import ToSign, pay_from_wallet
from app.checkout.rules.request import CheckoutRequest
from app.companies.actions.choose_company import choose_company
from app.companies.actions.open_company import CompanyTerms, open_company
from app.companies.models import SpendingLimit
from app.config.days import market_day
from app.credit.actions.grant_terms import change_terms, grant_terms
from app.credit.models import Debt
from app.db.session import reading, transaction
from app.identity.actor import Actor
from app.identity.models import Member, User
from app.identity.queries import actor_of
from app.orders.actions.pay_group import sign_by_wallet
from app.orders.models import Order, OrderGroup
from app.orders.rules.purchase import TERMS
from app.pricing.actions.answer_offer import answer_offer
from app.pricing.actions.ask_buyers import ask_buyers
from app.pricing.actions.make_group import make_group
from app.pricing.models import GroupMember
from app.shipping.rules import RateTerms
from tests.support.trade import ABROAD, HOME, Trade, buyer_of
from tests.support.wallet import address_of

BOSS, BUYER = "boss@mekong.example", "buyer@mekong.example"


class OnTerms:
    """Mekong Foods, with an approver and a purchaser, known to the shop as one of its wholesale customers."""

    def __init__(
        self, trade: Trade, *, limit: int = 10_000, days: int = 30, rates: Sequence[RateTerms] = (HOME, ABROAD)
    ) -> None:
        self.trade, self.shop = trade, trade.shop_of(rates=rates)
        self.goods = trade.goods(self.shop, price=4_850, stock=50)  # with the parcel, $50
        boss, buyer = trade.person(BOSS), trade.person(BUYER)
        with transaction() as session:
            self.company = open_company(session, boss, CompanyTerms("Mekong Foods", "company", "KH"))
            member = Member(organization_id=self.company, user_id=buyer.user_id, role="purchaser")
            session.add(member)
            session.flush()
            self.member_id = member.id
            self.boss, self.buyer = (actor_of(session, one.user_id) for one in (boss, buyer))
            choose_company(session, self.buyer, self.company)
        self._become_customer()
        self.grant = self.granted(limit, days)

    def _become_customer(self) -> None:
        """Of the shop's wholesale group, as the company's approver agreed."""
        with transaction() as session:
            session.get_one(User, self.boss.user_id).confirmed_at = self.trade.now()
            group = make_group(session, self.shop.owner, self.shop.id, "Wholesale")
            ask_buyers(session, self.shop.owner, group, [BOSS], market="Phsar", link="http://localhost")
            asked = session.query(GroupMember.id).scalar()
            answer_offer(session, self.boss, asked, agrees=True, company_id=self.company, now=self.trade.now())

    def granted(self, limit: int, days: int) -> UUID:
        with transaction() as session:
            return grant_terms(
                session, self.shop.owner, self.shop.id, self.company, limit_cents=limit, days=days, note="",
            )  # fmt: skip

    def change(self, *, limit: int = 10_000, days: int = 30, is_paused: bool = False) -> None:
        with transaction() as session:
            change_terms(
                session, self.shop.owner, self.grant, limit_cents=limit, days=days, is_paused=is_paused, note=""
            )

    def spending_limit(self, cents: int) -> None:
        with transaction() as session:
            session.add(SpendingLimit(member_id=self.member_id, limit_cents=cents))

    def request(self, actor: Actor, quantity: int = 1, **others: object) -> tuple[UUID, CheckoutRequest]:
        """A cart of this member, and what is sent of it to order on terms."""
        with transaction() as session:
            cart = open_cart(session, token=None, user_id=actor.user_id)
            add_to_cart(session, cart.id, self.goods, quantity, now=self.trade.now())
        wanted = {"paid_by": TERMS, "buyer_id": actor.user_id, "company_id": self.company, **others}
        return cart.id, self.trade.request(cart.id, **wanted)

    def order(self, actor: Actor | None = None, quantity: int = 1) -> OrderGroup:
        """$50 for the first piece, $48.50 for each more."""
        return self.trade.place(*self.request(actor or self.buyer, quantity))

    def debt(self, order: Order) -> Debt:
        with reading() as session:
            return session.get_one(Debt, order.id)

    def used(self) -> int:
        with reading() as session:
            return sum(debt.cents for debt in session.query(Debt).filter_by(state="unpaid"))

    def age(self, order: Order, days: int) -> date:
        """So many days after the day to pay: what the clock would say then."""
        return self.debt(order).due_on + timedelta(days=days)

    def overdue(self, order: Order) -> None:
        """The day to pay is yesterday: the order was placed a while ago."""
        with transaction() as session:
            session.get_one(Debt, order.id).due_on = market_day(self.trade.now()) - timedelta(days=1)

    def begin(self, group: OrderGroup, wallet: LocalAccount) -> ToSign:
        """What a wallet is given to sign to pay this."""
        with transaction() as session:
            return pay_from_wallet(session, buyer_of(group), group.id, address_of(wallet), now=self.trade.now())

    def sign(self, group: OrderGroup, wallet: LocalAccount, document: dict[str, Any]) -> None:
        message = document["message"]
        with transaction() as session:
            sign_by_wallet(
                session, group.id, valid_after=message["validAfter"], valid_before=message["validBefore"],
                signature=sign(wallet, document), now=self.trade.now(),
            )  # fmt: skip

    def pay_from(self, group: OrderGroup, wallet: LocalAccount) -> None:
        """Signed, deposited and final."""
        document = self.begin(group, wallet).document
        assert document is not None
        self.sign(group, wallet, document)
        self.trade.settle()
        self.trade.settle()
