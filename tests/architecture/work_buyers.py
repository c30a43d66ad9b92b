"""Of everything that buyers for work and their sellers have, one: a group, a price list, a company, a request, lists."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from app.catalog.actions.write_price_list import make_price_list
from app.catalog.rules.price_lists import PriceListTerms
from app.checkout.actions.ask_approval import ask_approval
from app.checkout.actions.change_cart import add_to_cart, open_cart
from app.checkout.queries.pricing import priced_cart
from app.companies.actions.choose_company import choose_company
from app.companies.actions.invite_colleague import invite_colleague
from app.companies.actions.open_company import CompanyTerms, open_company
from app.credit.actions.grant_terms import grant_terms
from app.db.session import transaction
from app.identity.actor import Actor
from app.identity.models import Member, User
from app.identity.queries import actor_of
from app.orders.models import OrderGroup
from app.orders.rules.pricing import seen_amounts
from app.orders.rules.purchase import CARD, TERMS
from app.pricing.actions.ask_buyers import ask_buyers
from app.pricing.actions.make_group import make_group
from app.pricing.models import GroupMember
from app.purchasing.actions.quick_order import keep_quick_order
from app.purchasing.actions.requisition import make_list
from app.purchasing.rules.lines import read_text
from app.webhooks.actions.keep_endpoint import EndpointTerms, add_endpoint
from app.webhooks.actions.send_again import send_test
from app.webhooks.models import WebhookDelivery
from tests.architecture.access import Person
from tests.support.trade import ADDRESS, Shop, Trade

ABOUT = {"market": "Phsar", "link": "http://localhost"}


def buying_for_work(
    trade: Trade, shop: Shop, people: Mapping[Person, Actor | None], variant_id: UUID
) -> dict[str, str]:
    """The buyer's company, requests and lists; the buyer is named by the first shop, the stranger by the company."""
    buyer, stranger = people[Person.BUYER], people[Person.STRANGER]
    assert buyer is not None
    assert stranger is not None
    with transaction() as work:
        now = datetime.now(UTC)
        mails = {one: work.get_one(User, one.user_id) for one in (buyer, stranger)}
        for user in mails.values():
            user.confirmed_at = user.confirmed_at or now
        own_list = make_list(work, buyer, "Weekly")
        group = make_group(work, shop.owner, shop.id, "Wholesale")
        ask_buyers(work, shop.owner, group, [mails[buyer].email or ""], **ABOUT)
        prices = make_price_list(work, shop.owner, shop.id, PriceListTerms("Dealers", 500, group_ids=[group]))
        company = open_company(work, buyer, CompanyTerms("Mekong Foods", "company", "KH"))
        quick = keep_quick_order(work, buyer.user_id, read_text("A 1\nNOTHING 2"), form_token=uuid4(), shop="")
        buyer = people[Person.BUYER] = actor_of(work, buyer.user_id)  # type: ignore[index]
        invited = invite_colleague(
            work, buyer, company, email=mails[stranger].email or "", role="purchaser", limit_cents=1, **ABOUT
        )
        unanswered = invite_colleague(
            work, buyer, company, email="nobody@people.example", role="purchaser", limit_cents=1, **ABOUT
        )
        found = {
            "customer_group": str(group),
            "group_member": str(work.scalars(select(GroupMember.id)).one()),
            "price_list": str(prices),
            "company": str(company),
            "colleague": str(work.scalars(select(Member.id).where(Member.organization_id == company)).one()),
            "company_invitation": str(invited),
            "unanswered_company_invitation": str(unanswered),
            "quick": quick.token,
            "requisition": str(own_list),
        }
    return {
        **found,
        "approval": _asked(trade, buyer, company, variant_id),
        **_owed(trade, shop, buyer, company, variant_id),
    }


def _owed(trade: Trade, shop: Shop, buyer: Actor, company: UUID, variant_id: UUID) -> dict[str, str]:
    """The company bought from the shop, may pay it later since, and owes it for one order."""
    with transaction() as work:
        choose_company(work, buyer, company)
    bought = _ordered(trade, buyer, company, variant_id, paid_by=CARD)
    trade.charge(trade.open_card_page(bought), bought.total_cents)
    with transaction() as work:
        grant = grant_terms(work, shop.owner, shop.id, company, limit_cents=100_000, days=30, note="")
    owed = _ordered(trade, buyer, company, variant_id, paid_by=TERMS)
    with transaction() as work:
        choose_company(work, buyer, None)
        told = EndpointTerms("https://hooks.example/company", ("order.due",))
        member = actor_of(work, buyer.user_id)
        endpoint, kept = (add_endpoint(work, member, company, told, form_token=uuid4())[0] for _ in range(2))
        send_test(work, member, kept.id, form_token=uuid4(), now=trade.now())
        message = work.query(WebhookDelivery.id).filter_by(endpoint_id=kept.id, kind="test").scalar()
    return {
        "grant": str(grant),
        "owed_order": owed.orders[0].number,
        "owed_group": str(owed.id),
        "company_endpoint": str(endpoint.id),
        "company_webhook": str(kept.id),
        "company_message": str(message),
    }


def _ordered(trade: Trade, buyer: Actor, company: UUID, variant_id: UUID, *, paid_by: str) -> OrderGroup:
    with transaction() as work:
        cart = open_cart(work, token=None, user_id=buyer.user_id)
        add_to_cart(work, cart.id, variant_id, 1, now=trade.now())
    return trade.place(cart.id, trade.request(cart.id, buyer_id=buyer.user_id, company_id=company, paid_by=paid_by))


def _asked(trade: Trade, buyer: Actor, company: UUID, variant_id: UUID) -> str:
    """A request that waits; the buyer buys for themselves again afterwards."""
    now = trade.now()
    with transaction() as work:
        cart = open_cart(work, token=None, user_id=buyer.user_id)
        add_to_cart(work, cart.id, variant_id, 1, now=now)
        add_to_cart(work, cart.id, trade.sample_of(variant_id), 1, now=now)
        cart.draft = {
            "contact": {"email": "a@b.example", "name": "Dara", "phone": "+855 91 234 567"}, "address": ADDRESS
        }  # fmt: skip
        work.flush()
        priced = priced_cart(work, cart.id, country="KH", chosen={}, today=now.date())
        seen = seen_amounts(priced.orders())
    sent = trade.request(cart.id, buyer_id=buyer.user_id, company_id=company, seen=seen)
    with transaction() as work:
        asked = ask_approval(work, cart.id, sent, note="", market="Phsar", base="http://localhost", now=now)
        choose_company(work, buyer, None)
        return str(asked.id)
