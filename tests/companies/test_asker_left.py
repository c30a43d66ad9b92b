"""Who asked for an order leaves the company: an approver takes it over and pays it, or declines it."""

import pytest

from app.checkout.actions.decide_approval import approve, price_of_request
from app.checkout.actions.take_over_approval import take_over
from app.checkout.errors import AlreadyDecided, ApprovalNotFound
from app.checkout.models import ApprovalEvent, ApprovalRequest, Cart
from app.checkout.schemas import ApprovalSchema
from app.companies.actions.change_colleague import remove_colleague
from app.db.session import in_transaction, reading, transaction
from app.identity.models import Member
from app.identity.queries import actor_of
from app.notify.models import OutgoingMail
from app.orders.rules.pricing import seen_amounts
from app.orders.rules.purchase import Contact
from app.quotes.models import Deal
from tests.companies.test_company_orders import Company, company, request_of, reviewed  # noqa: F401 - a fixture
from tests.quotes.bargain import Bargain, bargain  # noqa: F401 - a fixture
from tests.quotes.test_approvers_decide_on_deals import reviewed as reviewed_deal
from tests.support.front import Front, Visitor
from tests.support.programs import Program, a_token, as_documented
from tests.support.trade import Trade

MARKET = {"market": "Phsar", "base": "http://localhost"}
BOSS = {"name": "Bopha Boss", "email": "boss@mekong.example", "phone": "012 999 888"}
CONTACT = Contact("boss@mekong.example", "Bopha Boss", "+855 12 999 888", "en")


def say_yes(trade: Trade, company: Company) -> None:  # noqa: F811
    with transaction() as session:
        found = session.query(ApprovalRequest).one()
        seen = seen_amounts(price_of_request(session, found, trade.now()).orders())
        approve(session, company.approver, found.id, seen=seen, now=trade.now(), **MARKET)


def leave(company: Company) -> None:  # noqa: F811
    in_transaction(lambda session: remove_colleague(session, company.approver, company.member_id))


@pytest.fixture
def abandoned(front: Front, trade: Trade, company: Company) -> str:  # noqa: F811
    """An approved order whose asker has left; gives its page."""
    visitor = front.member(company.purchaser)
    visitor.send(reviewed(visitor, trade.goods(trade.shop_of()), 3), "/checkout/approval")
    say_yes(trade, company)
    leave(company)
    return f"/approvals/{request_of().id}"


def take(visitor: Visitor, path: str) -> int:
    return visitor.send(visitor.look(path), f"{path}/takeover", **BOSS).status_code


def test_an_approver_takes_it_over_and_pays_it_as_their_own(
    front: Front,
    company: Company,  # noqa: F811
    abandoned: str,
) -> None:
    boss = front.member(company.approver)
    page = boss.look(abandoned)
    assert "does not buy for Mekong Foods any more." in page
    assert f'action="{abandoned}/pay"' not in page
    form = page
    assert boss.send(form, f"{abandoned}/takeover", **BOSS).status_code == 303
    assert boss.send(form, f"{abandoned}/takeover", **BOSS).status_code == 303
    page = boss.look(abandoned)
    assert page.count("Taken over") == 1
    back = front.pay_at_card_service(boss.send(page, f"{abandoned}/pay").headers["Location"])
    front.come_back(boss, back)
    group = front.group()
    assert (group.state, group.buyer_id, group.company_id) == ("paid", company.approver.user_id, company.id)
    assert (group.email, group.name, group.address["name"]) == ("boss@mekong.example", "Bopha Boss", "Bopha Boss")
    assert group.address["street"] == "St 178"
    assert group.company["po_number"] == "PO-77"
    assert request_of().state == "ordered"


def test_the_approvers_are_told_by_mail_that_it_waits_for_them(company: Company, abandoned: str) -> None:  # noqa: F811
    with reading() as session:
        mails = {(mail.recipient, mail.subject) for mail in session.query(OutgoingMail)}
        body = next(mail.body for mail in session.query(OutgoingMail) if "who asked has left" in mail.subject)
    assert ("boss@mekong.example", "An order of $45.00 waits, and who asked has left") in mails
    assert "Take it over" in body
    assert abandoned in body


def test_paying_a_form_from_before_says_who_has_to_take_it_over(
    front: Front,
    trade: Trade,
    company: Company,  # noqa: F811
) -> None:
    visitor, boss = front.member(company.purchaser), front.member(company.approver)
    visitor.send(reviewed(visitor, trade.goods(trade.shop_of()), 3), "/checkout/approval")
    say_yes(trade, company)
    path = f"/approvals/{request_of().id}"
    page = boss.look(path)
    leave(company)
    answer = boss.send(page, f"{path}/pay")
    assert answer.status_code == 409
    assert "An approver takes it over first." in answer.get_data(as_text=True)
    visitor.look(path, status=404)


def test_only_an_approver_of_the_company_takes_over_and_only_from_who_has_left(
    front: Front,
    trade: Trade,
    company: Company,  # noqa: F811
) -> None:
    colleague = trade.person("other@mekong.example")
    with transaction() as session:
        session.add(Member(organization_id=company.id, user_id=colleague.user_id, role="purchaser"))
        session.flush()
        colleague = actor_of(session, colleague.user_id)
    visitor, boss = front.member(company.purchaser), front.member(company.approver)
    visitor.send(reviewed(visitor, trade.goods(trade.shop_of()), 3), "/checkout/approval")
    found = request_of()
    path = f"/approvals/{found.id}"
    assert "Take it over" not in boss.look(path)
    program = Program(front.app, a_token(company.approver, "companies"))
    body = {"contact": BOSS}
    assert program.ask("POST", f"{path}/takeover", body, status=409)["code"] == "asker-still-buys"
    leave(company)
    for somebody in (colleague, trade.person(), company.purchaser):
        with pytest.raises(ApprovalNotFound), transaction() as session:
            take_over(session, somebody, found.id, CONTACT, now=trade.now())


def test_a_wrong_phone_number_is_told_beside_its_field_and_nothing_is_taken_over(
    front: Front,
    company: Company,  # noqa: F811
    abandoned: str,
) -> None:
    boss = front.member(company.approver)
    answer = boss.send(boss.look(abandoned), f"{abandoned}/takeover", **{**BOSS, "phone": "12"})
    assert answer.status_code == 422
    assert "Enter a phone number the courier can call" in answer.get_data(as_text=True)
    assert request_of().asked_by == company.purchaser.user_id


def test_it_can_be_declined_too_and_is_then_nobodys_to_take_over(
    front: Front,
    company: Company,  # noqa: F811
    trade: Trade,
    abandoned: str,
) -> None:
    boss = front.member(company.approver)
    page = boss.look(abandoned)
    assert boss.send(page, f"{abandoned}/decline", reason="Not needed.").status_code == 303
    assert boss.send(page, f"{abandoned}/takeover", **BOSS).status_code == 409
    with pytest.raises(AlreadyDecided), transaction() as session:
        take_over(session, company.approver, request_of().id, CONTACT, now=trade.now())


def test_a_program_of_the_approver_takes_it_over_and_orders_it(
    front: Front,
    company: Company,  # noqa: F811
    abandoned: str,
) -> None:
    program = Program(front.app, a_token(company.approver, "buy", "companies"))
    shown = program.ask("GET", abandoned)
    assert shown["has_asker_left"] is True
    assert program.ask("POST", f"{abandoned}/order", status=409)["code"] == "asker-left"
    wrong = {"contact": {**BOSS, "email": "nobody"}}
    assert program.ask("POST", f"{abandoned}/takeover", wrong, status=422)["errors"][0]["field"] == "contact.email"
    taken = program.twice("POST", f"{abandoned}/takeover", {"contact": BOSS})
    as_documented(ApprovalSchema, taken)
    assert (taken["state"], taken["has_asker_left"]) == ("approved", False)
    assert [event["kind"] for event in taken["history"]] == ["asked", "approved", "taken_over"]
    assert program.ask("POST", f"{abandoned}/order", status=201)["pay_url"]
    assert front.group().buyer_id == company.approver.user_id


def test_an_unpaid_checkout_of_who_left_ends_when_it_is_taken_over(
    front: Front,
    trade: Trade,
    company: Company,  # noqa: F811
) -> None:
    goods = trade.goods(trade.shop_of(), stock=3)
    visitor, boss = front.member(company.purchaser), front.member(company.approver)
    visitor.send(reviewed(visitor, goods, 3), "/checkout/approval")
    say_yes(trade, company)
    path = f"/approvals/{request_of().id}"
    assert visitor.send(visitor.look(path), f"{path}/pay").status_code == 303
    assert trade.stock(goods) == (3, 3)
    leave(company)
    assert take(boss, path) == 303
    assert front.group().state == "expired"
    assert boss.send(boss.look(path), f"{path}/pay").status_code == 303


def test_a_deal_goes_along_to_who_takes_it_over(
    front: Front,
    bargain: Bargain,  # noqa: F811
    company: Company,  # noqa: F811
) -> None:
    deal = bargain.accept(bargain.offer(1_400, 3, buyer=company.purchaser))
    visitor, boss = front.member(company.purchaser), front.member(company.approver)
    visitor.send(reviewed_deal(visitor, deal), f"/deals/{deal.id}/checkout/approval")
    say_yes(bargain.trade, company)
    leave(company)
    path = f"/approvals/{request_of().id}"
    assert take(boss, path) == 303
    assert "To the deal" in boss.look(path)
    boss.look(f"/deals/{deal.id}")
    visitor.look(f"/deals/{deal.id}", status=404)
    back = front.pay_at_card_service(boss.send(boss.look(path), f"{path}/pay").headers["Location"])
    front.come_back(boss, back)
    with reading() as session:
        assert session.get_one(Deal, deal.id).state == "ordered"
        assert session.query(ApprovalEvent).filter_by(kind="taken_over").count() == 1
    assert front.group().buyer_id == company.approver.user_id


def test_what_is_declined_after_it_was_taken_over_comes_into_the_new_ones_cart(
    front: Front,
    trade: Trade,
    company: Company,  # noqa: F811
    abandoned: str,
) -> None:
    boss = front.member(company.approver)
    assert take(boss, abandoned) == 303
    assert boss.send(boss.look(abandoned), f"{abandoned}/withdraw").status_code == 303
    with reading() as session:
        carts = session.query(Cart).filter_by(user_id=company.approver.user_id).all()
        assert [line.quantity for cart in carts for line in cart.lines] == [3]
