"""Approval requests and invitations of companies: in every state, by everybody."""

from typing import Any
from uuid import UUID

import pytest

from app.audit.models import AuditEntry
from app.checkout.actions.ask_approval import ask_approval
from app.checkout.actions.change_cart import add_to_cart, open_cart
from app.checkout.actions.decide_approval import approve, ask_again, decline, price_of_request, withdraw
from app.checkout.actions.place_cart import place_cart
from app.checkout.errors import AlreadyDecided
from app.checkout.models import ApprovalEvent, ApprovalRequest
from app.checkout.rules.approvals import APPROVAL, APPROVED
from app.companies.actions.answer_invitation import answer_invitation
from app.companies.actions.invite_colleague import invite_colleague, withdraw_invitation
from app.companies.models import CompanyInvitation
from app.companies.rules.spending import INVITATION
from app.db.session import in_transaction, reading, transaction
from app.identity.models import User
from app.orders.rules.pricing import seen_amounts
from app.quotes.actions.end_deal import cancel_deal, lapse_deal
from app.quotes.models import Deal
from app.states.edges import By
from tests.companies.test_company_orders import Company
from tests.quotes.bargain import Bargain, takes_offers
from tests.states.matrix import Act, Person, Stage
from tests.support.trade import Trade

MARKET = {"market": "Phsar", "base": "http://localhost"}


class Approvals(Stage):
    def __init__(self, trade: Trade) -> None:
        self.trade, self.company, self.shop = trade, Company(trade), trade.shop_of()
        another = trade.person()
        super().__init__(
            APPROVAL,
            [
                Person("who asked", By.BUYER, self.company.purchaser),
                Person("approver", By.BUYER, self.company.approver),
                Person("seller", None, self.shop.owner),
                Person("stranger", None, another),
                Person("operator", None, trade.operator),
            ],
            [
                Act("checkout.decide_approval", ("approved",), self.approve, only=("approver",)),
                Act("checkout.decide_approval", ("declined",), self.decline, only=("approver",)),
                Act("checkout.decide_approval", ("withdrawn",), self.withdraw, only=("who asked",)),
                Act("checkout.decide_approval", ("asked",), self.ask_again, only=("who asked", "approver")),
                Act("checkout.handlers", ("ordered",), self.pay, By.NEWS),
            ],
            self.come_to,
            lambda request: self.now_of(request).state,
            self.told,
        )

    def now_of(self, request: ApprovalRequest) -> ApprovalRequest:
        with reading() as session:
            return session.get_one(ApprovalRequest, request.id)

    def told(self, request: ApprovalRequest) -> int:
        with reading() as session:
            return session.query(ApprovalEvent).filter_by(request_id=request.id).count()

    def come_to(self, state: str) -> ApprovalRequest:
        request = self.asked()
        if state in ("approved", "ordered"):
            self.approve(request, self.company.approver)
        if state == "ordered":
            self.pay(request, None)
        elif state == "declined":
            self.decline(request, self.company.approver)
        elif state == "withdrawn":
            self.withdraw(request, self.company.purchaser)
        return request

    def asked(self) -> ApprovalRequest:
        now, buyer = self.trade.now(), self.company.purchaser.user_id
        with transaction() as session:
            cart = open_cart(session, token=None, user_id=buyer)
            add_to_cart(session, cart.id, self.trade.goods(self.shop), 3, now=now)
        sent = self.trade.request(cart.id, buyer_id=buyer, company_id=self.company.id, po_number="PO-1")
        return in_transaction(lambda s: ask_approval(s, cart.id, sent, note="", now=now, **MARKET))

    def approve(self, request: ApprovalRequest, who: Any) -> None:
        now = self.trade.now()
        with transaction() as session:
            seen = seen_amounts(price_of_request(session, self.now_of(request), now).orders())
            approve(session, who, request.id, seen=seen, now=now, **MARKET)

    def decline(self, request: ApprovalRequest, who: Any) -> None:
        in_transaction(lambda s: decline(s, who, request.id, reason="No.", now=self.trade.now(), **MARKET))

    def withdraw(self, request: ApprovalRequest, who: Any) -> None:
        in_transaction(lambda s: withdraw(s, who, request.id, now=self.trade.now()))

    def ask_again(self, request: ApprovalRequest, who: Any) -> None:
        in_transaction(lambda s: ask_again(s, who, request.id, now=self.trade.now()))

    def pay(self, request: ApprovalRequest, _nobody: None) -> None:
        """Ordered as approved, and paid by card."""
        found = self.now_of(request)
        if found.state != APPROVED:
            raise AlreadyDecided
        sent = self.trade.request(
            found.cart_id,
            buyer_id=found.asked_by,
            company_id=found.company_id,
            po_number=found.po_number,
            seen=found.seen,
        )
        group = in_transaction(lambda s: place_cart(s, found.cart_id, sent, self.trade.policy, self.trade.now()))
        self.trade.charge(self.trade.open_card_page(group), group.total_cents)


class ApprovalsOfDeals(Approvals):
    """The same about a deal, which can end first: by its time, by its buyer, by its shop."""

    def __init__(self, trade: Trade) -> None:
        super().__init__(trade)
        self.people = [
            *(one for one in self.people if one.name != "seller"),
            Person("seller", By.SELLER, self.shop.owner),
        ]
        self.acts = [
            *self.acts,
            Act("checkout.handlers", ("expired",), self.lapse, By.CLOCK),
            Act("checkout.handlers", ("expired",), self.cancel, only=("who asked", "seller"), is_free=True),
        ]

    def come_to(self, state: str) -> ApprovalRequest:
        request = super().come_to(state)
        if state == "expired":
            self.lapse(request, None)
        return request

    def asked(self) -> ApprovalRequest:
        goods = self.trade.goods(self.shop)
        takes_offers(goods)
        bargain = Bargain(self.trade, self.shop, goods, self.company.purchaser)
        cart = bargain.cart(bargain.deal(1_400, 3))
        sent = self.trade.request(
            cart.id, buyer_id=self.company.purchaser.user_id, company_id=self.company.id, po_number="PO-1"
        )
        now = self.trade.now()
        return in_transaction(lambda s: ask_approval(s, cart.id, sent, note="", now=now, **MARKET))

    def lapse(self, request: ApprovalRequest, _nobody: None) -> None:
        with reading() as session:
            deal = session.get_one(Deal, request.deal_id)
        in_transaction(lambda s: lapse_deal(s, deal.id, deal.valid_until))

    def cancel(self, request: ApprovalRequest, who: Any) -> None:
        assert request.deal_id is not None
        in_transaction(lambda s: cancel_deal(s, who, request.deal_id, self.trade.now()))


class Invitations(Stage):
    def __init__(self, trade: Trade) -> None:
        self.trade, self.company = trade, Company(trade)
        self.invited = trade.person("new@mekong.example")
        with transaction() as session:
            session.get_one(User, self.invited.user_id).confirmed_at = trade.now()
        super().__init__(
            INVITATION,
            [
                Person("invited", By.BUYER, self.invited),
                Person("approver", By.BUYER, self.company.approver),
                Person("purchaser", By.BUYER, self.company.purchaser),
                Person("seller", None, trade.shop_of().owner),
                Person("stranger", None, trade.person()),
                Person("operator", None, trade.operator),
            ],
            [
                Act("companies.answer_invitation", ("accepted",), self.accept, only=("invited",)),
                Act("companies.answer_invitation", ("declined",), self.decline, only=("invited",)),
                Act("companies.invite_colleague", ("withdrawn",), self.withdraw, only=("approver",)),
            ],
            self.come_to,
            self.state_of,
            self.told,
        )

    def state_of(self, invitation_id: UUID) -> str:
        with reading() as session:
            return session.get_one(CompanyInvitation, invitation_id).state

    def told(self, _invitation_id: UUID) -> int:
        with reading() as session:
            return session.query(AuditEntry).filter(AuditEntry.action.startswith("company.")).count()

    def come_to(self, state: str) -> UUID:
        for open_one in self.open_ones():
            self.withdraw(open_one, self.company.approver)
        made = in_transaction(
            lambda s: invite_colleague(
                s,
                self.company.approver,
                self.company.id,
                email="new@mekong.example",
                role="purchaser",
                limit_cents=None,
                market="Phsar",
                link="http://localhost",
            )
        )
        if state in ("accepted", "declined"):
            (self.accept if state == "accepted" else self.decline)(made, self.invited)
        elif state == "withdrawn":
            self.withdraw(made, self.company.approver)
        return made

    def open_ones(self) -> list[UUID]:
        with reading() as session:
            return [one.id for one in session.query(CompanyInvitation).filter_by(state="open")]

    def accept(self, invitation_id: UUID, who: Any) -> None:
        self.answer(invitation_id, who, agrees=True)

    def decline(self, invitation_id: UUID, who: Any) -> None:
        self.answer(invitation_id, who, agrees=False)

    def answer(self, invitation_id: UUID, who: Any, *, agrees: bool) -> None:
        in_transaction(lambda s: answer_invitation(s, who, invitation_id, agrees=agrees, now=self.trade.now()))

    def withdraw(self, invitation_id: UUID, who: Any) -> None:
        in_transaction(lambda s: withdraw_invitation(s, who, invitation_id))


@pytest.mark.parametrize("state", [state for state in APPROVAL.states if state != "expired"])
def test_an_approval_request_goes_only_where_its_table_leads(trade: Trade, state: str) -> None:
    Approvals(trade).try_everything_in(state)


@pytest.mark.parametrize("state", APPROVAL.states)
def test_an_approval_request_about_a_deal_goes_only_where_its_table_leads(trade: Trade, state: str) -> None:
    ApprovalsOfDeals(trade).try_everything_in(state)


@pytest.mark.parametrize("state", INVITATION.states)
def test_an_invitation_goes_only_where_its_table_leads(trade: Trade, state: str) -> None:
    Invitations(trade).try_everything_in(state)


def test_every_edge_of_an_approval_request_is_tried(trade: Trade) -> None:
    assert ApprovalsOfDeals(trade).untried() == []


def test_every_edge_of_an_invitation_is_tried(trade: Trade) -> None:
    assert Invitations(trade).untried() == []
