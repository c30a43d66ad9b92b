"""An offer made while buying for a company is the company's: its limit, its PO number, its name on the order."""

import pytest

from app.checkout.errors import BuyerChanged, OverLimit, PurchaseNumberMissing
from app.companies.actions.choose_company import choose_company
from app.db.session import in_transaction, transaction
from app.identity.actor import Actor
from app.identity.models import Member
from app.orders.models import OrderGroup
from app.quotes.errors import NotOfTheCompany
from app.quotes.models import Deal
from tests.companies.test_company_orders import Company
from tests.quotes.bargain import Bargain
from tests.support.trade import Trade


@pytest.fixture
def company(trade: Trade) -> Company:
    """Its purchaser may order up to 20 dollars at once; every order has a PO number."""
    return Company(trade)


def buys_for_oneself(who: Actor) -> None:
    in_transaction(lambda session: choose_company(session, who, None))


def place(bargain: Bargain, deal: Deal, **others: object) -> OrderGroup:
    cart = bargain.cart(deal)
    return bargain.trade.place(cart.id, bargain.trade.request(cart.id, buyer_id=deal.buyer_id, **others))


def test_what_comes_of_it_is_ordered_for_the_company_whatever_was_chosen_since(
    bargain: Bargain, company: Company
) -> None:
    deal = bargain.accept(bargain.offer(900, 2, buyer=company.purchaser))
    assert (deal.company_id, bargain.cart(deal).company_id) == (company.id, company.id)
    buys_for_oneself(company.purchaser)
    with pytest.raises(BuyerChanged):
        place(bargain, deal)
    with pytest.raises(PurchaseNumberMissing):
        place(bargain, deal, company_id=company.id)
    group = place(bargain, deal, company_id=company.id, po_number="PO-9")
    assert group.company == {"name": "Mekong Foods", "tax_number": "K001-123", "po_number": "PO-9"}
    assert group.orders[0].goods_cents == 1800


def test_who_buys_for_oneself_offers_for_oneself(bargain: Bargain, company: Company) -> None:
    buys_for_oneself(company.purchaser)
    deal = bargain.accept(bargain.offer(900, 2, buyer=company.purchaser))
    assert (deal.company_id, bargain.cart(deal).company_id) == (None, None)
    in_transaction(lambda session: choose_company(session, company.purchaser, company.id))
    with pytest.raises(BuyerChanged):
        place(bargain, deal, company_id=None)
    buys_for_oneself(company.purchaser)
    assert place(bargain, deal).company == {}


def test_who_agrees_above_the_own_limit_orders_nothing_without_a_word(bargain: Bargain, company: Company) -> None:
    deal = bargain.accept(bargain.offer(1000, 3, buyer=company.purchaser))
    with pytest.raises(OverLimit) as refused:
        place(bargain, deal, company_id=company.id, po_number="PO-9")
    assert refused.value.values["limit"].minor == 2_000
    company.limit(None)
    assert place(bargain, deal, company_id=company.id, po_number="PO-9").company_id == company.id


def test_an_approver_has_no_limit(bargain: Bargain, company: Company) -> None:
    in_transaction(lambda session: choose_company(session, company.approver, company.id))
    deal = bargain.accept(bargain.offer(1300, 3, buyer=company.approver))
    assert deal.company_id == company.id


def test_who_has_left_the_company_does_not_agree_for_it(bargain: Bargain, company: Company) -> None:
    offer = bargain.offer(900, 1, buyer=company.purchaser)
    bargain.counter(offer, 950, by=bargain.shop.owner, seen=1)
    with transaction() as session:
        session.delete(session.get_one(Member, company.member_id))
    with pytest.raises(NotOfTheCompany):
        bargain.accept(offer, by=company.purchaser, seen=2)
