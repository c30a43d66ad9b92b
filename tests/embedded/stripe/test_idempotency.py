"""The same key is the same request, whatever happens in between."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
import stripe

from tests.embedded.stripe.conftest import Shop
from tests.support.stripe_server import API_KEY

PAYMENT = {"amount": "1500", "currency": "usd", "payment_method": "pm_card_visa", "confirm": "true",
           "return_url": "http://shop.example"}  # fmt: skip


def create(shop: Shop, key: str, **changes: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {API_KEY}", "Idempotency-Key": key}
    return requests.post(f"{shop.server.url}/v1/payment_intents", data=PAYMENT | changes, headers=headers, timeout=30)


def test_a_repeated_key_gives_the_first_answer_and_charges_once(shop: Shop) -> None:
    first, again = create(shop, "order-1"), create(shop, "order-1")
    assert first.json() == again.json()
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Original-Request"] == first.headers["Request-Id"]
    assert len(shop.api.v1.charges.list({"payment_intent": first.json()["id"]}).data) == 1


def test_the_same_key_with_other_parameters_is_an_error(shop: Shop) -> None:
    create(shop, "order-2")
    with pytest.raises(stripe.IdempotencyError) as refused:
        shop.api.v1.payment_intents.create({"amount": 9, "currency": "usd"}, {"idempotency_key": "order-2"})
    assert refused.value.http_status == 400


def test_a_decline_is_replayed_as_a_decline(shop: Shop) -> None:
    first = create(shop, "order-3", payment_method="pm_card_chargeDeclined")
    again = create(shop, "order-3", payment_method="pm_card_chargeDeclined")
    assert (first.status_code, again.status_code) == (402, 402)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json() == first.json()


def test_a_request_refused_by_validation_leaves_the_key_free(shop: Shop) -> None:
    assert create(shop, "order-4", amount="1").status_code == 400
    assert create(shop, "order-4").json()["status"] == "succeeded"


def test_two_requests_at_once_with_one_key_charge_once(shop: Shop) -> None:
    shop.server.faults(requests={"delay_seconds": 1, "path": "/v1/payment_intents"})
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: create(shop, "order-5"), range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert refused.json()["error"]["code"] == "idempotency_key_in_use"


def test_a_key_outlives_a_kill(fresh_shop: Shop) -> None:
    first = create(fresh_shop, "order-6")
    fresh_shop.server.restart(kill=True)
    again = create(fresh_shop, "order-6")
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"


def test_an_answer_lost_on_the_way_is_found_by_the_sdks_own_retry(shop: Shop) -> None:
    patient = shop.server.client(max_network_retries=2)
    before = len(shop.api.v1.payment_intents.list({"limit": 100}).data)
    shop.server.faults(requests={"fail_next": 1, "kind": "reset", "when": "after", "path": "/v1/payment_intents"})
    intent = patient.v1.payment_intents.create(dict(PAYMENT))
    assert intent.status == "succeeded"
    assert len(shop.api.v1.payment_intents.list({"limit": 100}).data) == before + 1


def test_an_answer_is_forgotten_after_a_day(fresh_shop: Shop) -> None:
    first = create(fresh_shop, "order-7")
    fresh_shop.server.advance_clock(86_400)
    again = create(fresh_shop, "order-7")
    assert again.json()["id"] != first.json()["id"]
