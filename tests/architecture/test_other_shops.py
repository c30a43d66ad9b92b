"""What one shop has is nowhere on the desk of another."""

import pytest

from tests.architecture.access import Person
from tests.architecture.market import Market

NOBODYS = "00000000-0000-4000-8000-000000000000"
OWN_DESK = (
    "/desk",
    "/desk/goods",
    "/desk/orders",
    "/desk/orders?tab=on_the_way",
    "/desk/orders?tab=done",
    "/desk/orders?tab=problems",
    "/desk/messages",
    "/desk/money",
    "/desk/money/account",
    "/desk/shipping",
    "/desk/shop",
    "/books/settlement",
    "/books/settlement.csv",
    "/orders",
    "/messages",
    "/notifications",
    "/account",
)
ONLY_THE_SHOPS = (
    "/desk/orders/{order}",
    "/desk/goods/{listing}",
    "/desk/messages/{thread}",
    "/desk/messages?shop={shop}",
    "/desk?shop={shop}",
    "/desk/goods?shop={shop}",
    "/desk/money?shop={shop}",
    "/desk/money/account?shop={shop}",
    "/books/settlement?shop={shop_slug}",
    "/books/settlement.csv?shop={shop_slug}",
    "/books/settlement.xlsx?shop={shop_slug}",
    "/books/settlement.pdf?shop={shop_slug}",
)


@pytest.mark.parametrize("path", OWN_DESK)
def test_a_desk_shows_nothing_of_another_shop(market: Market, path: str) -> None:
    answer = market.browser(Person.OTHER_SHOP).get(path, buffered=True)
    assert answer.status_code == 200
    shown = answer.get_data(as_text=True)
    secrets = ("order", "sold_order", "listing", "variant", "thread", "shop", "shop_slug", "bank_number")
    assert [name for name in secrets if market.things[name] in shown] == []


@pytest.mark.parametrize("path", ONLY_THE_SHOPS)
def test_what_is_named_of_another_shop_does_not_exist(market: Market, path: str) -> None:
    theirs = path.format_map(market.things)
    assert market.browser(Person.OWNER).get(theirs, buffered=True).status_code == 200
    answer = market.browser(Person.OTHER_SHOP).get(theirs, buffered=True)
    unknown = market.browser(Person.OTHER_SHOP).get(
        path.format_map(dict.fromkeys(market.things, NOBODYS)), buffered=True
    )
    assert (answer.status_code, unknown.status_code) == (404, 404)


def test_the_link_of_the_mail_opens_its_own_order_and_no_other(market: Market) -> None:
    guest = market.browser(Person.GUEST)
    assert guest.get(f"/orders/{market.things['order']}").status_code == 404
    guest.get(f"/orders/key/{market.things['key']}")
    assert guest.get(f"/orders/{market.things['order']}").status_code == 200
    assert guest.get(f"/orders/{market.things['other_order']}").status_code == 404
