"""Programs of the shop asked and of the company that asks hear of requests and quotes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from app.config import current
from app.db.session import in_transaction
from app.rfqs.actions.answer_quote import expire_quote
from app.webhooks.jobs import send
from tests.credit.test_webhooks import kinds, listen
from tests.rfqs.asking import Asking, Company
from tests.support.receiver import receiving
from tests.support.trade import Trade


@pytest.fixture(autouse=True)
def inside(trade: Trade) -> Iterator[None]:
    before = current.settings()
    current.install(replace(before, webhooks_inside="on"))
    yield
    current.install(before)


def test_from_the_request_to_the_accepted_quote_both_sides_are_told_and_the_other_shop_that_it_was_not_chosen(
    asking: Asking, company: Company
) -> None:
    buyer = company.approver
    with receiving() as told, receiving() as shop, receiving() as rival:
        secret = listen(company.approver, company.id, told)
        own = listen(asking.shop.owner, asking.shop.id, shop)
        theirs = listen(asking.rival.owner, asking.rival.id, rival)
        rfq = asking.sent(by=buyer)
        asking.quote(rfq, shop=asking.rival)
        first = asking.quote(rfq)
        asking.counter(first, by=buyer)
        second = asking.quote(rfq, 1_200, seen=1)
        deal = asking.accept(second, by=buyer)
        asking.accept(second, by=buyer)
        send()
        assert kinds(shop, own) == ["rfq.received", "quote.sent", "quote.countered", "quote.sent", "quote.accepted"]
        assert kinds(rival, theirs) == ["rfq.received", "quote.sent", "quote.declined"]
        assert kinds(told, secret) == ["quote.sent", "quote.sent", "quote.countered", "quote.sent", "quote.accepted"]
        last = told.verified(secret)[-1]["data"]
        assert (last["request_id"], last["shop"]) == (str(rfq.id), "Sothy's Farm")
        assert (last["quote"]["quote_id"], last["quote"]["deal_id"]) == (str(second.id), str(deal.id))
        assert last["quote"]["total"] == {"minor": 50 * 1_200 + 12_000, "currency": "USD"}
        assert str(second.id) not in str(rival.verified(theirs))


def test_a_request_declined_a_quote_taken_back_and_one_whose_time_is_over_are_told(
    asking: Asking, company: Company
) -> None:
    buyer = company.approver
    with receiving() as told, receiving() as shop:
        secret = listen(company.approver, company.id, told)
        own = listen(asking.shop.owner, asking.shop.id, shop)
        asking.decline(asking.sent(by=buyer))
        asking.withdraw(asking.quote(asking.sent(by=buyer)))
        late = asking.quote(asking.sent(by=buyer))
        after = late.valid_until + timedelta(seconds=1)
        for _twice in range(2):
            in_transaction(lambda session: expire_quote(session, late.id, now=after))
        send()
        assert kinds(told, secret) == ["rfq.declined", "quote.sent", "quote.withdrawn", "quote.sent", "quote.expired"]
        assert kinds(shop, own) == [
            "rfq.received", "rfq.received", "quote.sent", "rfq.received", "quote.sent", "quote.expired",
        ]  # fmt: skip


def test_what_a_person_asks_for_is_told_to_the_shops_programs_only(asking: Asking) -> None:
    with receiving() as shop:
        own = listen(asking.shop.owner, asking.shop.id, shop)
        asking.accept(asking.quote(asking.sent()))
        send()
        assert kinds(shop, own) == ["rfq.received", "quote.sent", "quote.accepted"]
        assert "dara@people.example" not in str(shop.verified(own))
