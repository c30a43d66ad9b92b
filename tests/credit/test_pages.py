"""What the pages say of orders on terms, to whom, and what the market's books have of them."""

import csv
import io
from datetime import timedelta

import pytest

from app.companies.errors import CompanyNotFound
from app.config.days import market_day
from app.credit.models import Debt
from app.db.session import transaction
from app.identity.models import Organization
from app.orders.models import Order
from tests.support.front import Front, Visitor, hidden_fields
from tests.support.on_terms import BUYER, OnTerms
from tests.support.outcome import requires_tie_out
from tests.support.trade import Trade

NOT_IN_ESCROW = "Not paid yet: nothing is held in escrow."
OFFERED = "Order now, pay within 30 days"


@pytest.fixture
def terms(trade: Trade, front: Front) -> OnTerms:
    return OnTerms(trade)


def reviewed(visitor: Visitor, terms: OnTerms, quantity: int = 1) -> str:
    visitor.add(terms.goods, quantity)
    visitor.fill("/checkout", email=BUYER, name="Dara", phone="091 234 567")
    visitor.fill("/checkout/address", country="KH", street="St 178", city="Phnom Penh")
    visitor.fill("/checkout/shipping")
    return visitor.look("/checkout/review")


def ordered(front: Front, visitor: Visitor, terms: OnTerms) -> str:
    """On terms; gives the number of the one order."""
    review = reviewed(visitor, terms)
    assert visitor.send(review, "/checkout/terms").status_code == 303
    return front.group().orders[0].number


def test_an_order_on_terms_says_on_every_page_that_nothing_is_in_escrow_until_it_is_paid(
    front: Front, terms: OnTerms
) -> None:
    buyer, seller = front.member(terms.buyer), front.member(terms.shop.owner)
    review = reviewed(buyer, terms)
    assert OFFERED in review
    assert "nothing of it is held in escrow" in review
    answer = buyer.send(review, "/checkout/terms")
    assert answer.status_code == 303
    again = buyer.send(review, "/checkout/terms")
    assert again.headers["Location"] == answer.headers["Location"]
    group, number = front.group(), front.group().orders[0].number
    assert "Your cart is empty" in buyer.look("/cart")
    for page in (
        buyer.look(f"/orders/group/{group.id}"),
        buyer.look(f"/orders/{number}"),
        buyer.look(f"/orders/{number}/details"),
        seller.look(f"/desk/orders/{number}"),
        seller.look(f"/desk/customers/terms/orders/{number}"),
    ):
        assert NOT_IN_ESCROW in page
    for page in (buyer.look("/orders"), seller.look("/desk/orders")):
        assert "not paid, not in escrow" in page
    assert number in seller.look("/desk/orders?tab=to_ship")
    assert "The money is held for you" not in seller.look(f"/desk/orders/{number}")
    terms.trade.settle()
    requires_tie_out()

    sold = seller.look(f"/desk/orders/{number}")
    assert seller.send(sold, f"/desk/orders/{number}/ship", carrier="VET", tracking="KP 1").status_code == 303
    assert number in seller.look("/desk/orders?tab=on_the_way")
    received = buyer.look(f"/orders/{number}/received")
    assert "You have not paid" in received
    assert buyer.send(received, f"/orders/{number}/received").status_code == 303
    assert "Once you have paid" in buyer.look(f"/orders/{number}")

    page = buyer.look(f"/orders/{number}")
    card_page = buyer.send(page, f"/checkout/resume/{group.id}").headers["Location"]
    assert buyer.send(page, f"/checkout/resume/{group.id}").headers["Location"] == card_page  # twice is one page
    canceled = buyer.browser.get(f"/checkout/canceled/{group.id}")
    assert "You can pay later" in buyer.look(canceled.headers["Location"])
    front.come_back(buyer, front.pay_at_card_service(card_page))
    front.work()
    terms.trade.settle()
    terms.trade.settle()
    done = buyer.look(f"/orders/{number}")
    assert "All done. The seller is paid." in done
    assert NOT_IN_ESCROW not in done
    assert number in seller.look("/desk/orders?tab=done")
    assert number in seller.look("/books/settlement")
    front.work()
    requires_tie_out()


def test_what_is_canceled_or_settled_outside_leaves_the_books_in_step_and_its_pages_clear(
    front: Front, terms: OnTerms
) -> None:
    buyer, seller = front.member(terms.buyer), front.member(terms.shop.owner)
    number = ordered(front, buyer, terms)
    page = buyer.look(f"/orders/{number}/cancel")
    assert "Nothing was paid, so nothing comes back" in page
    assert buyer.send(page, f"/orders/{number}/cancel").status_code == 303
    assert "Canceled before it was paid." in buyer.look(f"/orders/{number}")
    assert "canceled, unpaid" in buyer.look("/orders")
    assert "Canceled before it was paid." in seller.look(f"/desk/orders/{number}")

    second = terms.order(terms.boss).orders[0].number
    path = f"/desk/customers/terms/orders/{second}"
    page = seller.look(path)
    assert seller.send(page, f"{path}/outside", reason="").status_code == 422
    assert seller.send(page, f"{path}/more-time", due_on="2020-01-01").status_code == 422
    assert seller.send(page, f"{path}/outside", reason="=cash").status_code == 303
    sold = seller.look(f"/desk/orders/{second}")
    assert "Settled outside the market" in sold
    assert number not in seller.look("/desk/orders?tab=to_ship")
    assert seller.send(sold, f"/desk/orders/{second}/ship", carrier="VET", tracking="KP 1").status_code == 303
    assert second in seller.look("/desk/orders?tab=done")
    assert "settled outside" in seller.look("/desk/orders?tab=done")
    terms.trade.settle()
    requires_tie_out()


def test_a_person_a_guest_and_a_company_without_terms_are_not_offered_to_pay_later(
    front: Front, trade: Trade, terms: OnTerms
) -> None:
    for visitor in (front.visitor(), front.member(trade.person())):
        review = reviewed(visitor, terms)
        assert "pay within" not in review
        fields = hidden_fields(review, "/checkout/pay")
        refused = visitor.browser.post("/checkout/terms", data={**fields, "paid_by": "terms"})
        assert refused.status_code == 409
        assert "does not let your company pay later" in refused.get_data(as_text=True)
    terms.change(is_paused=True)
    assert "pay within" not in reviewed(front.member(terms.buyer), terms)


def test_the_review_says_why_it_cannot_be_paid_later(front: Front, trade: Trade, terms: OnTerms) -> None:
    buyer = front.member(terms.buyer)
    review = reviewed(buyer, terms, 3)  # $147 of $100
    assert OFFERED not in review
    assert "your company may owe" in review
    order = terms.order(terms.boss).orders[0]
    terms.overdue(order)
    assert "your company has an overdue order" in buyer.look("/checkout/review")
    buyer.add(trade.goods(trade.shop_of(name="Mekong Silk")))
    buyer.fill("/checkout/shipping")
    assert "goods of one shop at a time" in buyer.look("/checkout/review")


def test_an_approved_order_can_be_paid_later_and_is_then_told_as_such(front: Front, terms: OnTerms) -> None:
    terms.spending_limit(100)
    buyer, boss = front.member(terms.buyer), front.member(terms.boss)
    review = reviewed(buyer, terms)
    assert OFFERED not in review  # an approver first
    path = buyer.send(review, "/checkout/approval").headers["Location"]
    assert boss.send(boss.look(path), f"{path}/approve").status_code == 303
    page = buyer.look(path)
    assert OFFERED in page
    assert buyer.send(page, f"{path}/later").status_code == 303
    assert terms.used() == 5_000
    assert "Ordered, to be paid later" in boss.look(path)
    assert "Ordered and paid" not in boss.look(path)


def test_the_seller_sees_who_owes_what_by_age_and_takes_it_as_a_file_without_formulas(
    front: Front, trade: Trade, terms: OnTerms
) -> None:
    terms.change(limit=100_000)
    seller = front.member(terms.shop.owner)
    today, orders = market_day(trade.now()), []
    for days in (-5, 1, 31, 61):
        order = terms.order(terms.boss).orders[0]
        orders.append((order, days))
    with transaction() as session:
        session.get_one(Organization, terms.company).name = "=HYPERLINK Foods"
        for order, days in orders:
            session.get_one(Debt, order.id).due_on = today - timedelta(days=days)
    page = seller.look("/desk/customers/terms")
    for words in ("not due", "1–30 days overdue", "31–60 days overdue", "over 60 days overdue", "$200.00"):
        assert words in page
    file = seller.browser.get("/desk/customers/terms/owed.csv")
    assert file.headers["Content-Disposition"].startswith("attachment")
    head, *rows = csv.reader(io.StringIO(file.get_data(as_text=True).removeprefix("\ufeff")))
    told = [dict(zip(head, row, strict=True)) for row in rows]
    assert [row["order"] for row in told] == [order.number for order, _days in reversed(orders)]
    assert [row["age"] for row in told] == ["over_60", "up_to_60", "up_to_30", "not_due"]
    assert [row["days_overdue"] for row in told] == ["61", "31", "1", "0"]
    assert {row["amount_usd"] for row in told} == {"50.00"}
    assert {row["company"] for row in told} == {"'=HYPERLINK Foods"}
    nobody = front.member(trade.shop_of(name="Mekong Silk").owner)
    assert "Nobody buys on terms yet" in nobody.look("/desk/customers/terms")
    assert orders[0][0].number not in nobody.browser.get("/desk/customers/terms/owed.csv").get_data(as_text=True)


def test_terms_are_granted_and_changed_at_the_desk(front: Front, trade: Trade, terms: OnTerms) -> None:
    seller = front.member(terms.shop.owner)
    path = f"/desk/customers/terms/{terms.grant}"
    page = seller.look(path)
    assert seller.send(page, path, limit="0", days="30").status_code == 422
    assert seller.send(page, path, limit="250", days="31").status_code == 422
    assert seller.send(page, path, limit="250.00", days="60", is_paused="y", note="Call Sok.").status_code == 303
    assert "Call Sok." in seller.look(path)
    page = seller.look("/desk/customers/terms")
    assert "$250.00" in page
    assert "paused" in page
    assert "There is no company to grant terms to" in seller.look("/desk/customers/terms/new")
    stranger = front.member(trade.shop_of(name="Mekong Silk").owner)
    stranger.look(path, status=404)


def test_approvers_see_all_that_is_owed_and_a_purchaser_the_own_orders(
    front: Front, trade: Trade, terms: OnTerms
) -> None:
    terms.change(limit=100_000)
    mine, bosses = terms.order(terms.buyer).orders[0].number, terms.order(terms.boss).orders[0].number
    path = f"/companies/{terms.company}/owed"
    page = front.member(terms.boss).look(path)
    assert mine in page
    assert bosses in page
    assert "Sothy" in page
    page = front.member(terms.buyer).look(path)
    assert mine in page
    assert bosses not in page
    assert CompanyNotFound.message in front.member(trade.person()).look(path, status=404)
    assert CompanyNotFound.message in front.member(terms.shop.owner).look(path, status=404)


def test_orders_of_others_and_orders_paid_at_once_have_no_terms_page(
    front: Front, trade: Trade, terms: OnTerms
) -> None:
    number = terms.order().orders[0].number
    front.member(trade.shop_of(name="Mekong Silk").owner).look(f"/desk/customers/terms/orders/{number}", status=404)
    front.member(terms.buyer).look(f"/desk/customers/terms/orders/{number}", status=404)
    paid: Order = trade.paid_group({terms.goods: 1}).orders[0]
    front.member(terms.shop.owner).look(f"/desk/customers/terms/orders/{paid.number}", status=404)


def test_the_payment_of_a_suspended_shop_that_sent_nothing_is_refused(front: Front, terms: OnTerms) -> None:
    buyer = front.member(terms.buyer)
    number = ordered(front, buyer, terms)
    page = buyer.look(f"/orders/{number}")
    with transaction() as session:
        session.get_one(Organization, terms.shop.id).status = "suspended"
    refused = buyer.send(page, f"/checkout/resume/{front.group().id}")
    assert refused.status_code == 409
    assert "Do not pay: cancel the order." in refused.get_data(as_text=True)
