"""A deal above a member's limit is put before an approver, as an order is; it waits no longer than the deal stands."""

from typing import Any

import pytest
from sqlalchemy import select, update

from app.catalog.actions.set_variant import set_price
from app.checkout.actions.ask_approval import ask_approval
from app.checkout.actions.decide_approval import approve, price_of_request
from app.checkout.errors import NoCompanyChosen, OverLimit
from app.checkout.jobs import drop_left_carts
from app.checkout.models import ApprovalRequest
from app.checkout.rules.request import CheckoutRequest
from app.checkout.schemas import ApprovalSchema
from app.companies.models import SpendingLimit
from app.db.session import in_transaction, reading, transaction
from app.identity.models import Member
from app.notify.models import OutgoingMail
from app.orders.models import OrderGroup
from app.orders.rules.pricing import seen_amounts
from app.quotes.actions.end_deal import cancel_deal, lapse_deal
from app.quotes.errors import DealIsOver
from app.quotes.models import Deal
from app.quotes.rules.deals import DealState
from app.shipping.models import ShippingRate
from tests.companies.test_company_orders import Company
from tests.quotes.bargain import Bargain
from tests.quotes.test_deal_races import at_once
from tests.support.front import ADDRESS_KH, CONTACT, Front, Visitor, hidden_fields
from tests.support.programs import Program, a_token, as_documented
from tests.support.trade import Trade

MARKET = {"market": "Phsar", "base": "http://localhost"}


@pytest.fixture
def company(trade: Trade) -> Company:
    """Its purchaser may order up to 20 dollars at once; every order has a PO number."""
    return Company(trade)


@pytest.fixture
def deal(bargain: Bargain, company: Company) -> Deal:
    """42 dollars, agreed on by the purchaser."""
    return bargain.accept(bargain.offer(1_400, 3, buyer=company.purchaser))


def reviewed(visitor: Visitor, deal: Deal) -> str:
    path = f"/deals/{deal.id}/checkout"
    visitor.fill(path, email="buyer@mekong.example", name="Dara", phone="091 234 567", po_number="PO-77")
    visitor.fill(f"{path}/address", country="KH", street="St 178", city="Phnom Penh")
    visitor.fill(f"{path}/shipping")
    return visitor.look(f"{path}/review")


def request_of(deal: Deal) -> ApprovalRequest:
    with reading() as session:
        query = select(ApprovalRequest).where(ApprovalRequest.deal_id == deal.id)
        return session.scalars(query.order_by(ApprovalRequest.asked_at.desc()).limit(1)).one()


def asked(bargain: Bargain, company: Company, deal: Deal) -> ApprovalRequest:
    cart, now = bargain.cart(deal), bargain.trade.now()
    buyer = company.purchaser.user_id
    sent = bargain.trade.request(cart.id, buyer_id=buyer, company_id=company.id, po_number="PO-1")
    return in_transaction(lambda session: ask_approval(session, cart.id, sent, note="", now=now, **MARKET))


def say_yes(bargain: Bargain, company: Company, request: ApprovalRequest, **others: Any) -> None:
    now = others.get("now", bargain.trade.now())
    with transaction() as session:
        seen = seen_amounts(price_of_request(session, session.get_one(ApprovalRequest, request.id), now).orders())
        approve(session, company.approver, request.id, seen=seen, now=now, **MARKET)


def mails() -> list[tuple[str, str]]:
    with reading() as session:
        return [(mail.recipient, mail.body) for mail in session.query(OutgoingMail).order_by(OutgoingMail.id)]


def test_it_is_asked_approved_and_paid_while_the_goods_are_kept(
    front: Front, bargain: Bargain, company: Company, deal: Deal
) -> None:
    visitor, approver = front.member(company.purchaser), front.member(company.approver)
    assert "above your limit of $20.00" in visitor.look(f"/deals/{deal.id}")
    on_desk = front.member(bargain.shop.owner).look(f"/deals/{deal.id}")
    assert "when an approver of the company has agreed" in on_desk
    assert "$20.00" not in on_desk
    review = reviewed(visitor, deal)
    assert "as long as the deal stands" in review
    action = f"/deals/{deal.id}/checkout/approval"
    assert visitor.send(review, action, note="For the kitchen.").status_code == 303
    found = request_of(deal)
    assert (found.state, found.total_cents, found.po_number) == ("asked", 3 * 1400 + 150, "PO-77")
    assert bargain.trade.stock(bargain.goods) == (3, 3)
    path = f"/approvals/{found.id}"
    again = visitor.send(review, action)
    assert (again.status_code, again.headers["Location"]) == (303, path)
    told = [body for recipient, body in mails() if recipient == "boss@mekong.example"]
    assert any("agreed on a deal with" in body and path in body and "the deal ends" in body for body in told)
    front.member(bargain.trade.person()).look(path, status=404)
    front.member(bargain.shop.owner).look(path, status=404)
    own = hidden_fields(visitor.look(path), f"{path}/withdraw")
    assert visitor.browser.post(f"{path}/approve", data={**own, "seen": "{}"}).status_code == 404
    page = approver.look(path)
    assert "An approver decides next." in page
    assert approver.send(page, f"{path}/approve").status_code == 303
    back = front.pay_at_card_service(approver.send(approver.look(path), f"{path}/pay").headers["Location"])
    front.come_back(approver, back)
    group = front.group()
    assert (group.total_cents, group.buyer_id, group.company["po_number"]) == (
        3 * 1400 + 150,
        company.purchaser.user_id,
        "PO-77",
    )
    assert (request_of(deal).state, request_of(deal).order_group_id) == ("ordered", group.id)
    assert (bargain.now_of(deal).state, bargain.trade.stock(bargain.goods)) == (DealState.ORDERED, (0, 0))
    assert "Ordered and paid" in visitor.look(path)


def test_who_turns_back_at_the_card_page_is_led_to_the_request(
    front: Front, bargain: Bargain, company: Company, deal: Deal
) -> None:
    request = asked(bargain, company, deal)
    with transaction() as session:
        cart = session.merge(bargain.cart(deal))
        cart.draft = {**cart.draft, "contact": CONTACT, "address": ADDRESS_KH}
    say_yes(bargain, company, request)
    approver, path = front.member(company.approver), f"/approvals/{request.id}"
    assert approver.send(approver.look(path), f"{path}/pay").status_code == 303
    back = approver.browser.get(f"/checkout/canceled/{front.group().id}")
    assert back.headers["Location"] == path


def test_a_declined_deal_stands_until_its_time_and_can_be_asked_about_again(
    front: Front, bargain: Bargain, company: Company, deal: Deal
) -> None:
    visitor, approver = front.member(company.purchaser), front.member(company.approver)
    visitor.send(reviewed(visitor, deal), f"/deals/{deal.id}/checkout/approval")
    path = f"/approvals/{request_of(deal).id}"
    page = approver.look(path)
    assert approver.send(page, f"{path}/decline", reason="Too much pepper.").status_code == 303
    shown = visitor.look(path)
    assert "Too much pepper." in shown
    assert "stands until" in shown
    assert any("still stands until" in body for who, body in mails() if who == "buyer@mekong.example")
    assert bargain.trade.stock(bargain.goods) == (3, 3)
    assert "Your cart is empty" in visitor.look("/cart")
    assert approver.send(page, f"{path}/approve").status_code == 409
    review = visitor.look(f"/deals/{deal.id}/checkout/review")
    assert visitor.send(review, f"/deals/{deal.id}/checkout/approval").status_code == 303
    again = request_of(deal)
    assert (str(again.id) in path, again.state) == (False, "asked")
    assert visitor.send(visitor.look(f"/approvals/{again.id}"), f"/approvals/{again.id}/withdraw").status_code == 303
    assert visitor.look(f"/deals/{deal.id}/checkout/review")


def test_what_waits_for_an_approver_is_not_changed_or_paid_past_the_approver(
    front: Front, bargain: Bargain, company: Company, deal: Deal
) -> None:
    visitor = front.member(company.purchaser)
    review, ask = reviewed(visitor, deal), f"/deals/{deal.id}/checkout/approval"
    visitor.send(review, ask)
    path = f"/approvals/{request_of(deal).id}"
    company.limit(None)
    for screen in ("", "/address", "/shipping", "/review"):
        answer = visitor.browser.get(f"/deals/{deal.id}/checkout{screen}")
        assert (answer.status_code, answer.headers["Location"]) == (303, path)
    paid = visitor.browser.post(f"/deals/{deal.id}/checkout/pay", data=hidden_fields(review, ask))
    assert paid.headers["Location"] == path
    with reading() as session:
        assert session.query(OrderGroup).count() == 0


def test_it_ends_with_the_deal_by_time_or_because_somebody_took_it_back(
    front: Front, bargain: Bargain, company: Company, deal: Deal
) -> None:
    request = asked(bargain, company, deal)
    late = deal.valid_until
    with pytest.raises(DealIsOver):  # also before the job has come by
        say_yes(bargain, company, request, now=late)
    in_transaction(lambda session: lapse_deal(session, deal.id, late))
    assert request_of(deal).state == "expired"
    assert bargain.trade.stock(bargain.goods) == (3, 0)
    page = front.member(company.approver).look(f"/approvals/{request.id}")
    assert "ended before it was paid" in page
    assert "/approve" not in page
    assert any("Nothing was bought" in body for who, body in mails() if who == "buyer@mekong.example")
    other = bargain.accept(bargain.offer(1_400, 3, buyer=company.purchaser))
    say_yes(bargain, company, asked(bargain, company, other))
    in_transaction(lambda session: cancel_deal(session, bargain.shop.owner, other.id, bargain.trade.now()))
    assert request_of(other).state == "expired"


def test_a_limit_lowered_meanwhile_asks_for_a_word_and_a_word_given_holds(bargain: Bargain, company: Company) -> None:
    deal = bargain.accept(bargain.offer(900, 2, buyer=company.purchaser))
    cart = bargain.cart(deal)
    sent = bargain.trade.request(cart.id, buyer_id=company.purchaser.user_id, company_id=company.id, po_number="PO-1")
    company.limit(1_000)  # after it was agreed on, within the limit of then
    with pytest.raises(OverLimit):
        bargain.trade.place(cart.id, sent)
    request = asked(bargain, company, deal)
    say_yes(bargain, company, request)
    company.limit(0)
    assert bargain.trade.place(cart.id, sent).total_cents == 2 * 900 + 150


def test_an_approver_decides_within_the_own_limit_of_that_moment(
    bargain: Bargain, company: Company, deal: Deal
) -> None:
    request = asked(bargain, company, deal)
    with transaction() as session:
        boss = session.scalars(select(Member.id).where(Member.user_id == company.approver.user_id)).one()
        session.add(SpendingLimit(member_id=boss, limit_cents=4_349))
    with pytest.raises(OverLimit):
        say_yes(bargain, company, request)
    with transaction() as session:
        session.execute(update(SpendingLimit).where(SpendingLimit.member_id == boss).values(limit_cents=4_350))
    say_yes(bargain, company, request)
    assert request_of(deal).state == "approved"


def test_asked_from_three_tabs_at_once_is_one_request(bargain: Bargain, company: Company, deal: Deal) -> None:
    cart, now = bargain.cart(deal), bargain.trade.now()
    buyer = company.purchaser.user_id
    forms = [bargain.trade.request(cart.id, buyer_id=buyer, company_id=company.id, po_number="PO-1") for _ in range(3)]

    def ask(sent: CheckoutRequest) -> ApprovalRequest:
        return in_transaction(lambda session: ask_approval(session, cart.id, sent, note="", now=now, **MARKET))

    made = at_once(*[lambda one=form: ask(one) for form in forms])
    assert len({one.id for one in made}) == 1


def test_approved_while_the_deal_ends_is_one_or_the_other(bargain: Bargain, company: Company) -> None:
    for _ in range(3):
        deal = bargain.accept(bargain.offer(1_400, 3, buyer=company.purchaser))
        request, now = asked(bargain, company, deal), bargain.trade.now()
        said, _ended = at_once(
            lambda r=request, n=now: say_yes(bargain, company, r, now=n),
            lambda d=deal, n=now: in_transaction(lambda s: cancel_deal(s, company.purchaser, d.id, n)),
        )
        assert said is None or said.code in {"deal-is-over", "approval-already-decided"}
        assert (request_of(deal).state, bargain.trade.stock(bargain.goods)) == ("expired", (3, 0))


def test_who_agreed_for_oneself_asks_nobody(bargain: Bargain, company: Company) -> None:
    deal = bargain.accept(bargain.offer(1_400, 3))
    cart = bargain.cart(deal)
    sent = bargain.trade.request(cart.id, buyer_id=bargain.buyer.user_id, company_id=company.id)
    with pytest.raises(NoCompanyChosen):
        in_transaction(lambda session: ask_approval(session, cart.id, sent, note="", now=bargain.trade.now(), **MARKET))


def test_a_program_asks_and_decides(front: Front, bargain: Bargain, company: Company, deal: Deal) -> None:
    buyer = Program(front.app, a_token(company.purchaser, "buy", "companies"))
    boss = Program(front.app, a_token(company.approver, "buy", "companies"))
    where = f"/deals/{deal.id}/cart"
    cart = buyer.ask("PATCH", where, {"contact": CONTACT, "address": ADDRESS_KH})
    wish = {"amounts": cart["amounts"], "company_id": str(company.id), "po_number": "PO-77"}
    assert buyer.ask("POST", f"{where}/order", wish, status=409)["code"] == "over-spending-limit"
    assert boss.ask("POST", f"{where}/approval", wish, status=404)["code"] == "deal-not-found"
    assert buyer.ask("POST", f"{where}/approval", {**wish, "amounts": {}}, status=409)["code"] == "prices-changed"
    made = buyer.twice("POST", f"{where}/approval", wish, status=201)
    as_documented(ApprovalSchema, made)
    assert (made["state"], made["deal_id"]) == ("asked", str(deal.id))
    assert made["ends_at"] is not None
    for method, path, body in (("PATCH", where, {"contact": CONTACT}), ("POST", f"{where}/order", wish)):
        assert buyer.ask(method, path, body, status=409)["code"] == "approval-running"
    path = f"/approvals/{made['id']}"
    yes = {"amounts": boss.ask("GET", path)["amounts"]}
    assert boss.twice("POST", f"{path}/approval", yes)["state"] == "approved"
    assert buyer.ask("POST", f"{path}/order", status=201)["pay_url"]
    other = bargain.trade.person()
    assert Program(front.app, a_token(other, "companies")).ask("POST", f"{where}/approval", wish, status=404)


def test_freight_that_rose_after_the_yes_is_asked_about_again(bargain: Bargain, company: Company, deal: Deal) -> None:
    request = asked(bargain, company, deal)
    say_yes(bargain, company, request)
    with transaction() as session:
        session.execute(update(ShippingRate).values(price_minor=ShippingRate.price_minor + 500))
        set_price(session, bargain.shop.owner, bargain.goods, price_minor=9_900)  # no matter: the deal's price counts
    cart = bargain.cart(deal)
    sent = bargain.trade.request(cart.id, buyer_id=company.purchaser.user_id, company_id=company.id, po_number="PO-1")
    with pytest.raises(OverLimit):
        bargain.trade.place(cart.id, sent)


def test_a_cart_that_waits_with_its_deal_is_not_forgotten(bargain: Bargain, company: Company, deal: Deal) -> None:
    asked(bargain, company, deal)
    drop_left_carts()
    assert bargain.cart(deal)
