"""The switches and the clock that are ours."""

from typing import Any

import pytest
import requests
import stripe

from tests.embedded.stripe.conftest import Shop
from tests.support.stripe_server import API_KEY


def test_the_next_requests_fail_as_asked_and_then_no_more(shop: Shop) -> None:
    shop.server.faults(requests={"fail_next": 2})
    for _ in range(2):
        with pytest.raises(stripe.APIError) as failed:
            shop.api.v1.balance.retrieve()
        assert failed.value.http_status == 500
    assert shop.api.v1.balance.retrieve().object == "balance"


def test_a_failure_before_does_nothing_and_a_failure_after_has_done_it(shop: Shop) -> None:
    intents = shop.api.v1.payment_intents
    count = len(intents.list({"limit": 100}).data)
    for when, added in (("before", 0), ("after", 1)):
        shop.server.faults(requests={"fail_next": 1, "when": when, "path": "/v1/payment_intents"})
        with pytest.raises(stripe.APIError):
            intents.create({"amount": 500, "currency": "usd"})
        count += added
        assert len(intents.list({"limit": 100}).data) == count


def test_a_connection_can_be_cut_and_a_caller_be_told_to_slow_down(shop: Shop) -> None:
    shop.server.faults(requests={"fail_next": 1, "kind": "reset"})
    with pytest.raises(stripe.APIConnectionError):
        shop.api.v1.balance.retrieve()
    shop.server.faults(requests={"fail_next": 1, "kind": "rate_limit"})
    with pytest.raises(stripe.RateLimitError):
        shop.api.v1.balance.retrieve()


def test_a_request_can_be_left_hanging_until_the_caller_gives_up(shop: Shop) -> None:
    shop.server.faults(requests={"fail_next": 1, "kind": "timeout", "path": "/v1/balance"})
    headers = {"Authorization": f"Bearer {API_KEY}"}
    with pytest.raises(requests.Timeout):
        requests.get(f"{shop.server.url}/v1/balance", headers=headers, timeout=0.3)
    assert shop.api.v1.balance.retrieve().object == "balance"


@pytest.mark.parametrize(
    "switches",
    [{"requests": {"fail_nxt": 1}}, {"webhook": {}}, {"requests": {"kind": "x"}}, {"webhooks": {"duplicates": -1}}],
)
def test_a_switch_that_does_not_exist_is_refused(shop: Shop, switches: dict[str, Any]) -> None:
    headers = {"Authorization": f"Bearer {API_KEY}"}
    answer = requests.post(f"{shop.server.url}/_test/faults", json=switches, headers=headers, timeout=10)
    assert answer.status_code == 400


def test_the_helpers_need_the_key_too(shop: Shop) -> None:
    assert requests.post(f"{shop.server.url}/_test/clock/advance", json={"seconds": 1}, timeout=10).status_code == 401


def test_the_advanced_clock_is_kept_over_a_restart(fresh_shop: Shop) -> None:
    server = fresh_shop.server
    advanced = server.advance_clock(100_000)
    server.restart()
    assert advanced <= server.now() <= advanced + 60
    assert fresh_shop.pay().created >= advanced


def test_stripes_own_test_clock_moves_itself_only(shop: Shop) -> None:
    before = shop.server.now()
    clocks = shop.api.v1.test_helpers.test_clocks
    clock = clocks.create({"frozen_time": 1_800_000_000, "name": "month end"})
    assert clocks.advance(clock.id, {"frozen_time": 1_900_000_000}).status == "advancing"
    clock = clocks.retrieve(clock.id)
    assert (clock.status, clock.frozen_time) == ("ready", 1_900_000_000)
    assert shop.server.now() < before + 60
    with pytest.raises(stripe.InvalidRequestError, match="must be after"):
        clocks.advance(clock.id, {"frozen_time": 5})
    assert clocks.delete(clock.id).deleted
