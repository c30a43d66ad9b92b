"""Lists come newest first, page by cursor, and lose or repeat nothing."""

from typing import Any

import pytest
import stripe

from tests.embedded.stripe.conftest import Shop


@pytest.fixture(scope="module")
def intents(module_shop: Shop) -> list[str]:
    """Seven intents, newest first."""
    api = module_shop.api.v1.payment_intents
    return [api.create({"amount": 100 + number, "currency": "usd"}).id for number in range(7)][::-1]


def test_pages_forward_hold_everything_once(shop: Shop, intents: list[str]) -> None:
    first = shop.api.v1.payment_intents.list({"limit": 3})
    assert ([row.id for row in first.data], first.has_more) == (intents[:3], True)
    last = shop.api.v1.payment_intents.list({"limit": 4, "starting_after": intents[2]})
    assert ([row.id for row in last.data], last.has_more) == (intents[3:], False)
    assert [row.id for row in shop.api.v1.payment_intents.list({"limit": 2}).auto_paging_iter()] == intents


def test_pages_backward_stand_in_the_same_order(shop: Shop, intents: list[str]) -> None:
    page = shop.api.v1.payment_intents.list({"limit": 2, "ending_before": intents[5]})
    assert ([row.id for row in page.data], page.has_more) == (intents[3:5], True)
    page = shop.api.v1.payment_intents.list({"limit": 10, "ending_before": intents[2]})
    assert ([row.id for row in page.data], page.has_more) == (intents[:2], False)


def test_a_cursor_that_does_not_exist_is_refused(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.api.v1.payment_intents.list({"starting_after": "pi_missing"})
    assert (refused.value.param, refused.value.http_status) == ("starting_after", 400)


@pytest.mark.parametrize("limit", [0, 101, "many"])
def test_a_page_has_one_to_a_hundred_rows(shop: Shop, limit: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        shop.api.v1.payment_intents.list({"limit": limit})


def test_ten_rows_are_a_page_when_nothing_is_said(fresh_shop: Shop) -> None:
    for _ in range(11):
        fresh_shop.api.v1.payment_intents.create({"amount": 100, "currency": "usd"})
    page = fresh_shop.api.v1.payment_intents.list()
    assert (len(page.data), page.has_more, page.url) == (10, True, "/v1/payment_intents")


def test_events_are_listed_by_type_and_by_pattern(shop: Shop) -> None:
    charge = shop.settled_charge()
    shop.api.v1.refunds.create({"charge": charge.id})
    events = shop.api.v1.events
    assert {row.type for row in events.list({"type": "charge.*"}).data} >= {"charge.succeeded", "charge.refunded"}
    wanted = ["charge.refunded", "refund.created"]
    assert {row.type for row in events.list({"types": wanted}).data} == set(wanted)
    row = events.list({"limit": 1}).data[0]
    assert events.retrieve(row.id).type == row.type
