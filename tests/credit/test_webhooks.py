"""Programs of both sides hear of terms and of what is owed, signed, once each."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from app.companies.actions.open_company import CompanyTerms, open_company
from app.config import current
from app.credit.actions.change_debt import extend_due, settle_outside
from app.credit.actions.grant_terms import withdraw_terms
from app.credit.jobs import remind_at
from app.db.session import transaction
from app.identity.actor import Actor
from app.identity.errors import ShopNotFound
from app.webhooks.actions.keep_endpoint import EndpointTerms, add_endpoint
from app.webhooks.jobs import send
from app.webhooks.rules import KINDS
from tests.credit.test_paying_later import pay, ship
from tests.support.front import Front
from tests.support.on_terms import OnTerms
from tests.support.programs import Program, a_token
from tests.support.receiver import Receiver, receiving
from tests.support.trade import Trade


@pytest.fixture(autouse=True)
def inside(trade: Trade) -> Iterator[None]:
    before = current.settings()
    current.install(replace(before, webhooks_inside="on"))
    yield
    current.install(before)


@pytest.fixture
def terms(trade: Trade) -> OnTerms:
    return OnTerms(trade, limit=100_000)


def listen(who: Actor, organization_id: UUID, receiver: Receiver) -> str:
    with transaction() as session:
        told = EndpointTerms(receiver.url, tuple(KINDS))
        _made, secret = add_endpoint(session, who, organization_id, told, form_token=uuid4())
    assert secret is not None
    return secret


def kinds(receiver: Receiver, secret: str) -> list[str]:
    return [one["type"] for one in receiver.verified(secret)]


def test_terms_that_change_are_paused_withdrawn_and_given_again_are_told_to_both_sides(terms: OnTerms) -> None:
    with receiving() as company, receiving() as shop:
        secret, own = listen(terms.boss, terms.company, company), listen(terms.shop.owner, terms.shop.id, shop)
        terms.change(limit=200_000)
        terms.change(limit=200_000)  # nothing is different
        for _twice in range(2):
            with transaction() as session:
                withdraw_terms(session, terms.shop.owner, terms.grant)
        terms.change(limit=200_000)
        send()
        assert kinds(company, secret) == kinds(shop, own) == ["terms.changed", "terms.withdrawn", "terms.given"]
        told = company.verified(secret)[0]["data"]
        assert (told["company"], told["seller"], told["limit_usd"]["minor"]) == (
            "Mekong Foods",
            "Sothy's Farm",
            200_000,
        )
        assert "note" not in told


def test_the_life_of_a_debt_is_told_to_the_shop_and_to_the_company(terms: OnTerms) -> None:
    with receiving() as company, receiving() as shop, receiving() as elsewhere:
        secret, own = listen(terms.boss, terms.company, company), listen(terms.shop.owner, terms.shop.id, shop)
        other = terms.trade.shop_of(name="Mekong Silk")
        listen(other.owner, other.id, elsewhere)
        group = terms.order()
        (order,) = group.orders
        due = terms.debt(order).due_on
        for days in (-3, -3, 0, 1, 1, 5):
            remind_at(terms.age(order, days))
        with transaction() as session:
            day = due + timedelta(days=10)
            extend_due(session, terms.shop.owner, order.id, due_on=day, now=terms.trade.now())
        remind_at(day + timedelta(days=1))
        ship(terms, order)
        pay(terms, group)
        send()
        expected = [
            "order.on_terms", "order.due", "order.overdue", "order.due_moved", "order.overdue", "order.shipped", "order.paid",
        ]  # fmt: skip
        assert kinds(company, secret) == kinds(shop, own) == expected
        told = company.verified(secret)
        assert [one["data"].get("due_on") for one in told[:5]] == [
            due.isoformat(), due.isoformat(), due.isoformat(), day.isoformat(), day.isoformat(),
        ]  # fmt: skip
        assert {one["data"]["number"] for one in told} == {order.number}
        assert elsewhere.heard == []


def test_settled_outside_and_canceled_are_told(terms: OnTerms) -> None:
    with receiving() as company:
        secret = listen(terms.boss, terms.company, company)
        group = terms.order()
        with transaction() as session:
            settle_outside(session, terms.shop.owner, group.orders[0].id, reason="Cash.", now=terms.trade.now())
        send()
        assert kinds(company, secret) == ["order.on_terms", "order.settled_outside"]
        assert company.verified(secret)[-1]["data"]["payment_status"] == "settled_outside"


def test_an_approver_says_by_program_where_a_companys_news_goes_and_a_purchaser_cannot(
    front: Front, trade: Trade, terms: OnTerms
) -> None:
    boss = Program(front.app, a_token(terms.boss, "companies", "webhooks"))
    path = f"/companies/{terms.company}/webhooks"
    with receiving() as receiver:
        current.install(replace(current.settings(), webhooks_inside="on"))
        wish = {"url": receiver.url, "kinds": ["order.due", "quote.sent"]}
        made = boss.ask("POST", path, wish, status=201)
        assert made["secret"].startswith("whsec_")
        order = terms.order().orders[0]
        remind_at(terms.age(order, 0))
        send()
        assert kinds(receiver, made["secret"]) == ["order.due"]
        assert [row["id"] for row in boss.ask("GET", path)["rows"]] == [made["id"]]
        for who in (terms.buyer, trade.person(), terms.shop.owner):
            other = Program(front.app, a_token(who, "companies", "webhooks"))
            assert other.ask("GET", path, status=404)["code"] == "company-not-found"
            assert other.ask("POST", path, wish, status=404)["code"] == "company-not-found"
            assert other.send("DELETE", f"{path}/{made['id']}").status_code == 404
        lacking = Program(front.app, a_token(terms.boss, "companies"))
        assert lacking.ask("POST", path, wish, status=403)["values"] == {"scope": "webhooks"}
        with transaction() as session:
            second = open_company(session, terms.boss, CompanyTerms("Mekong Inns", "company", "KH"))
        assert boss.send("DELETE", f"/companies/{second}/webhooks/{made['id']}").status_code == 404
        assert boss.send("DELETE", f"{path}/{made['id']}").status_code == 204
        assert boss.ask("GET", path)["rows"] == []
    with pytest.raises(ShopNotFound), transaction() as session:
        told = EndpointTerms("https://hooks.example/x", ("order.due",))
        add_endpoint(session, terms.buyer, terms.company, told, form_token=uuid4())
