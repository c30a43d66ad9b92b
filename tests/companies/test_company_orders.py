"""A company buys: up to a member's limit at once, above it with an approver's word."""

from dataclasses import replace
from threading import Thread
from uuid import UUID

import pytest

from app.catalog.actions.set_variant import set_price
from app.checkout.actions.change_cart import add_to_cart, open_cart
from app.checkout.errors import BuyerChanged, OverLimit
from app.checkout.models import ApprovalRequest
from app.companies.actions.change_colleague import change_colleague, remove_colleague
from app.companies.actions.choose_company import choose_company
from app.companies.actions.open_company import CompanyTerms, open_company
from app.companies.errors import LastApprover
from app.companies.models import SpendingLimit
from app.db.session import in_transaction, reading, transaction
from app.identity.models import Member, User
from app.identity.queries import actor_of
from app.notify.models import OutgoingMail
from tests.checkout.test_samples import sampled
from tests.support.front import Front, Visitor, hidden_fields
from tests.support.trade import Trade


class Company:
    """An approver without a limit, and a purchaser who may order up to 20 dollars at once."""

    def __init__(self, trade: Trade) -> None:
        approver, purchaser = trade.person("boss@mekong.example"), trade.person("buyer@mekong.example")
        with transaction() as session:
            terms = CompanyTerms("Mekong Foods", "company", "KH", tax_number="K001-123", needs_po=True)
            self.id = open_company(session, approver, terms)
            member = Member(organization_id=self.id, user_id=purchaser.user_id, role="purchaser")
            session.add(member)
            session.flush()
            self.member_id = member.id
            session.add(SpendingLimit(member_id=member.id, limit_cents=2_000))
        with transaction() as session:
            self.approver, self.purchaser = (actor_of(session, one.user_id) for one in (approver, purchaser))
            choose_company(session, self.purchaser, self.id)

    def limit(self, cents: int | None) -> None:
        with transaction() as session:
            change_colleague(session, self.approver, self.member_id, role="purchaser", limit_cents=cents)


@pytest.fixture
def company(trade: Trade) -> Company:
    return Company(trade)


def reviewed(visitor: Visitor, goods: UUID, quantity: int) -> str:
    visitor.add(goods, quantity)
    visitor.fill("/checkout", email="buyer@mekong.example", name="Dara", phone="091 234 567", po_number="PO-77")
    visitor.fill("/checkout/address", country="KH", street="St 178", city="Phnom Penh")
    visitor.fill("/checkout/shipping")
    return visitor.look("/checkout/review")


def request_of() -> ApprovalRequest:
    with reading() as session:
        return session.query(ApprovalRequest).one()


def test_within_the_limit_the_order_is_paid_at_once_and_carries_the_company(
    front: Front, trade: Trade, company: Company
) -> None:
    shop = trade.shop_of()
    visitor = front.member(company.purchaser)
    review = reviewed(visitor, trade.goods(shop), 1)
    assert "Mekong Foods" in review
    assert "PO-77" in review
    back = front.pay_at_card_service(visitor.pay(review).headers["Location"])
    front.come_back(visitor, back)
    group = front.group()
    assert group.company == {"name": "Mekong Foods", "tax_number": "K001-123", "po_number": "PO-77"}
    number = group.orders[0].number
    assert "PO-77" in visitor.look(f"/orders/{number}")
    assert "PO-77" in front.member(shop.owner).look(f"/desk/orders/{number}")
    approver = front.member(company.approver)
    assert number in approver.look("/orders")
    assert "K001-123" in approver.look(f"/orders/{number}")
    front.member(trade.person()).look(f"/orders/{number}", status=404)
    with reading() as session:
        mails = [
            mail.body for mail in session.query(OutgoingMail) if mail.key.startswith("order") or "PO-77" in mail.body
        ]
    assert sum("PO-77" in body and "K001-123" in body for body in mails) >= 2  # the receipt, and the seller's


def test_above_the_limit_it_waits_for_an_approver_who_sees_the_prices_of_now(
    front: Front, trade: Trade, company: Company
) -> None:
    shop = trade.shop_of()
    goods = trade.goods(shop)
    visitor, approver = front.member(company.purchaser), front.member(company.approver)
    review = reviewed(visitor, goods, 3)
    assert "Ask for approval" in review
    assert visitor.send(review, "/checkout/approval", note="For the kitchen.").status_code == 303
    assert visitor.send(review, "/checkout/approval", note="For the kitchen.").status_code in {303, 409}
    found = request_of()
    assert (found.state, found.total_cents, found.po_number) == ("asked", 3 * 1450 + 150, "PO-77")
    assert "Your cart is empty" in visitor.look("/cart")
    path = f"/approvals/{found.id}"
    front.member(trade.person()).look(path, status=404)
    assert "Approve" not in visitor.look(path).split("What happened")[0].split("<aside")[1]
    own_form = hidden_fields(visitor.look(path), f"{path}/withdraw")
    refused = visitor.browser.post(f"{path}/approve", data={**own_form, "seen": "{}"})
    assert refused.status_code == 404
    page = approver.look(path)
    with transaction() as session:
        set_price(session, shop.owner, goods, price_minor=1_600)
    assert approver.send(page, f"{path}/approve").status_code == 409
    page = approver.look(path)
    assert "Prices moved since it was asked" in page
    assert approver.send(page, f"{path}/approve").status_code == 303
    assert request_of().total_cents == 3 * 1600 + 150
    page = visitor.look(path)
    back = front.pay_at_card_service(visitor.send(page, f"{path}/pay").headers["Location"])
    front.come_back(visitor, back)
    found, group = request_of(), front.group()
    assert (found.state, found.order_group_id) == ("ordered", group.id)
    assert (group.total_cents, group.buyer_id) == (3 * 1600 + 150, company.purchaser.user_id)
    assert "Ordered and paid" in approver.look(path)


def test_an_approver_reads_who_asks_for_which_company_and_what_of_it_is_a_sample(
    front: Front, trade: Trade, company: Company
) -> None:
    goods, sample = sampled(trade)
    with transaction() as session:
        session.get_one(User, company.purchaser.user_id).name = "Dara <Sok>"
    visitor = front.member(company.purchaser)
    visitor.add(sample)
    assert visitor.send(reviewed(visitor, goods, 20), "/checkout/approval").status_code == 303
    page = front.member(company.approver).look(f"/approvals/{request_of().id}").split("<main")[1]
    assert "Dara &lt;Sok&gt;" in page
    assert "Mekong Foods" in page
    assert page.count(">Sample<") == 1


def test_a_declined_order_comes_back_into_the_cart_with_the_reason(
    front: Front, trade: Trade, company: Company
) -> None:
    visitor, approver = front.member(company.purchaser), front.member(company.approver)
    review = reviewed(visitor, trade.goods(trade.shop_of()), 3)
    visitor.send(review, "/checkout/approval")
    path = f"/approvals/{request_of().id}"
    page = approver.look(path)
    assert approver.send(page, f"{path}/decline", reason="").status_code == 422
    assert approver.send(page, f"{path}/decline", reason="We have enough.").status_code == 303
    assert "We have enough." in visitor.look(path)
    assert "Kampot black pepper" in visitor.look("/cart")
    assert approver.send(page, f"{path}/approve").status_code == 409


def test_the_limit_is_the_one_of_the_moment_of_ordering(trade: Trade, company: Company) -> None:
    goods = trade.goods(trade.shop_of())
    with transaction() as session:
        cart = open_cart(session, token=None, user_id=company.purchaser.user_id)
        add_to_cart(session, cart.id, goods, 1, now=trade.now())
    sent = trade.request(cart.id, buyer_id=company.purchaser.user_id, company_id=company.id, po_number="PO-1")
    company.limit(1_599)  # after the cart was filled and looked at: one cent too little
    with pytest.raises(OverLimit):
        trade.place(cart.id, sent)
    company.limit(1_600)
    assert trade.place(cart.id, sent).total_cents == 1_600


def test_a_limit_lowered_while_an_order_is_placed_counts_before_or_after_it_and_never_halfway(
    trade: Trade, company: Company
) -> None:
    goods = trade.goods(trade.shop_of())
    with transaction() as session:
        cart = open_cart(session, token=None, user_id=company.purchaser.user_id)
        add_to_cart(session, cart.id, goods, 1, now=trade.now())
    sent = trade.request(cart.id, buyer_id=company.purchaser.user_id, company_id=company.id, po_number="PO-1")
    outcome: list[object] = []
    now = trade.now()

    def order() -> None:
        try:
            outcome.append(trade.place_at(now, cart.id, sent))
        except OverLimit as refusal:
            outcome.append(refusal)

    with transaction() as session:  # the approver's change is under way, and the order comes meanwhile
        change_colleague(session, company.approver, company.member_id, role="purchaser", limit_cents=100)
        thread = Thread(target=order)
        thread.start()
        thread.join(1.0)
        assert thread.is_alive()  # it waits for the change
    thread.join(20)
    assert [type(one) for one in outcome] == [OverLimit]


def test_who_switched_to_another_buyer_in_another_tab_orders_nothing(trade: Trade, company: Company) -> None:
    goods = trade.goods(trade.shop_of())
    with transaction() as session:
        cart = open_cart(session, token=None, user_id=company.purchaser.user_id)
        add_to_cart(session, cart.id, goods, 1, now=trade.now())
    sent = trade.request(cart.id, buyer_id=company.purchaser.user_id, company_id=company.id, po_number="PO-1")
    with transaction() as session:
        choose_company(session, company.purchaser, None)
    with pytest.raises(BuyerChanged):
        trade.place(cart.id, sent)
    assert trade.place(cart.id, replace(sent, company_id=None)).company_id is None


def test_a_company_keeps_an_approver(trade: Trade, company: Company) -> None:
    with reading() as session:
        boss = session.query(Member).filter_by(user_id=company.approver.user_id).one().id
    with pytest.raises(LastApprover), transaction() as session:
        change_colleague(session, company.approver, boss, role="purchaser", limit_cents=None)


def test_a_person_without_a_company_is_asked_nothing_of_it(front: Front, trade: Trade) -> None:
    visitor = front.member(trade.person())
    visitor.add(trade.goods(trade.shop_of()), 1)
    assert "Purchase order number" not in visitor.look("/checkout")


def test_who_leaves_the_company_opens_none_of_its_orders_any_more_not_even_by_link(
    front: Front, trade: Trade, company: Company
) -> None:
    shop = trade.shop_of()
    visitor = front.member(company.purchaser)
    review = reviewed(visitor, trade.goods(shop), 1)
    front.come_back(visitor, front.pay_at_card_service(visitor.pay(review).headers["Location"]))
    trade.settle()
    group = front.group()
    order, link = f"/orders/{group.orders[0].number}", f"/orders/key/{group.access_token}"
    cancel = visitor.look(f"{order}/cancel")
    in_transaction(lambda session: remove_colleague(session, company.approver, company.member_id))
    visitor.look(order, status=404)
    assert visitor.send(cancel, f"{order}/cancel").status_code == 404
    front.visitor().look(link, status=404)
    assert group.orders[0].number in front.member(company.approver).look(order)
