"""The seller's desk, asked for by somebody who has no shop."""

from uuid import uuid4

import pytest

from tests.identity.test_accounts_pages import signed_up

DESK = (
    "/desk",
    "/desk/goods",
    "/desk/goods/new",
    "/desk/orders",
    "/desk/money",
    "/desk/money/account",
    "/desk/shipping",
    "/desk/shop",
    "/desk/shop/pause",
)


@pytest.fixture(scope="module")
def buyer(market_pages):
    return signed_up(market_pages, "no-shop@market.example")


@pytest.mark.parametrize("path", DESK)
def test_who_has_no_shop_is_led_to_where_one_is_opened(buyer, path):
    buyer.open(path)
    assert (buyer.answer.status_code, buyer.answer.request.path) == (200, "/sell")
    assert "You have no shop yet" in buyer.text
    assert buyer.page.select_one("main a[href='/sell/shop']")


@pytest.mark.parametrize("path", DESK)
def test_a_guest_is_led_to_sign_in_first(market_pages, path):
    guest = market_pages.visitor()
    guest.open(path)
    assert guest.answer.request.path == "/sign-in"


def test_the_owner_of_a_shop_sees_the_desk(market_pages):
    owner = market_pages.visitor("owner@market.example")
    for path in DESK:
        owner.open(path)
        assert (owner.answer.status_code, owner.answer.request.path) == (200, path)


@pytest.mark.parametrize("path", ["/desk?shop={}", "/desk/money?shop={}", "/desk/goods/{}"])
def test_what_is_named_of_a_shop_looks_the_same_whether_it_exists_or_not(market_pages, buyer, path):
    thing = market_pages.listing_id if path.endswith("/{}") else market_pages.shop_id
    theirs, nothing = (buyer.client.get(path.format(name)) for name in (thing, uuid4()))
    assert (theirs.status_code, nothing.status_code) == (404, 404)
    assert "Location" not in theirs.headers


def test_what_is_sent_to_a_desk_without_a_shop_is_refused(buyer):
    buyer.open("/account")
    answer = buyer.client.post("/desk/money", data={"csrf_token": buyer.token(), "amount": "1.00"})
    assert answer.status_code == 404
