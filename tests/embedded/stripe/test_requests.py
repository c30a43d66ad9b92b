"""What a request may and may not be."""

from typing import Any

import pytest
import requests
import stripe

from tests.embedded.stripe.conftest import Shop
from tests.support.stripe_server import API_KEY


def test_a_request_without_the_right_key_is_refused(shop: Shop) -> None:
    with pytest.raises(stripe.AuthenticationError, match="Invalid API Key provided"):
        shop.server.client("sk_test_somebody_else").v1.balance.retrieve()
    assert requests.get(f"{shop.server.url}/v1/balance", timeout=10).status_code == 401
    assert requests.get(f"{shop.server.url}/v1/balance", auth=(API_KEY, ""), timeout=10).status_code == 200


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({"currency": "usd"}, "parameter_missing", "amount"),
        ({"amount": "ten", "currency": "usd"}, "parameter_invalid_integer", "amount"),
        ({"amount": -5, "currency": "usd"}, "parameter_invalid_integer", "amount"),
        ({"amount": 10.5, "currency": "usd"}, "parameter_invalid_integer", "amount"),
        ({"amount": 10**40, "currency": "usd"}, "parameter_invalid_integer", "amount"),
        ({"amount": 49, "currency": "usd"}, "amount_too_small", "amount"),
        ({"amount": 100_000_000, "currency": "usd"}, "amount_too_large", "amount"),
        ({"amount": 49, "currency": "jpy"}, "amount_too_small", "amount"),
        ({"amount": 500, "currency": "doubloon"}, None, "currency"),
        ({"amount": 500, "currency": "usd", "colour": "red"}, "parameter_unknown", "colour"),
        ({"amount": 500, "currency": "usd", "shipping": {"name": "A", "adress": {"city": "A"}}}, "parameter_unknown", "shipping[adress]"),
        ({"amount": 500, "currency": "usd", "capture_method": "never"}, None, "capture_method"),
        ({"amount": 500, "currency": "usd", "payment_method": "pm_missing"}, "resource_missing", "payment_method"),
        ({"amount": 500, "currency": "usd", "customer": "cus_1"}, None, "customer"),
        ({"amount": "", "currency": "usd"}, "parameter_invalid_empty", "amount"),
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_named(shop: Shop, params: dict[str, Any], code: str | None, param: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.api.v1.payment_intents.create(params)
    assert (refused.value.http_status, refused.value.code, refused.value.param) == (400, code, param)


@pytest.mark.parametrize("metadata", [{"x" * 41: "a"}, {"a": "x" * 501}, {str(number): "a" for number in range(51)}])
def test_metadata_has_stripes_limits(shop: Shop, metadata: dict[str, str]) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=r"[Mm]etadata"):
        shop.api.v1.payment_intents.create({"amount": 500, "currency": "usd", "metadata": metadata})


def test_metadata_is_merged_and_unset_by_empty_values(shop: Shop) -> None:
    intent = shop.api.v1.payment_intents.create(
        {"amount": 500, "currency": "usd", "metadata": {"keep": "1", "drop": "2", "តម្លៃ": "ផ្សារ"}}
    )
    intent = shop.api.v1.payment_intents.update(intent.id, {"metadata": {"drop": "", "new": "3"}})
    assert intent.metadata.to_dict() == {"keep": "1", "new": "3", "តម្លៃ": "ផ្សារ"}
    assert shop.api.v1.payment_intents.update(intent.id, {"metadata": ""}).metadata.to_dict() == {}


def test_an_id_that_does_not_exist_is_404_and_an_unknown_path_says_so(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.api.v1.charges.retrieve("ch_missing")
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
        shop.api.v1.customers.create({})


def test_json_and_broken_forms_are_refused_with_a_reason(shop: Shop) -> None:
    headers = {"Authorization": f"Bearer {API_KEY}"}
    url = f"{shop.server.url}/v1/payment_intents"
    answer = requests.post(url, json={"amount": 5}, headers=headers, timeout=10)
    assert answer.status_code == 400
    assert "application/x-www-form-urlencoded" in answer.json()["error"]["message"]
    for body in ("amount[=1", "a[b=1&a=2", "metadata=1&metadata[a]=2", "a[b][c][d][e][f][g][h][i][j][k][l]=1"):
        form = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
        answer = requests.post(url, data=body, headers=form, timeout=10)
        assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request_error")


def test_a_body_of_ten_megabytes_is_refused(shop: Shop) -> None:
    headers = {"Authorization": f"Bearer {API_KEY}", "Content-Type": "application/x-www-form-urlencoded"}
    url = f"{shop.server.url}/v1/payment_intents"
    try:
        status = requests.post(url, data=b"description=" + b"x" * 10_000_000, headers=headers, timeout=20).status_code
    except requests.ConnectionError:  # the server may hang up before all of it was sent
        status = 413
    assert status == 413
    assert shop.api.v1.balance.retrieve().object == "balance"


def test_expanding_goes_through_several_objects_and_refuses_what_cannot_be(shop: Shop) -> None:
    charge = shop.settled_charge()
    refund = shop.api.v1.refunds.create({"charge": charge.id, "amount": 100})
    refund = shop.api.v1.refunds.retrieve(refund.id, {"expand": ["charge.payment_intent", "charge.refunds"]})
    assert refund.charge.payment_intent.status == "succeeded"
    assert [row.id for row in refund.charge.refunds.data] == [refund.id]
    listed = shop.api.v1.charges.list({"limit": 1, "expand": ["data.balance_transaction"]})
    assert listed.data[0].balance_transaction.type == "charge"
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        shop.api.v1.charges.retrieve(charge.id, {"expand": ["currency"]})
