"""Between paying and knowing it: a page that says so, looks by itself, and leads on to the paid order."""

from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.support.front import Front, Visitor
from tests.support.goods import give_pictures
from tests.support.trade import Trade

NEEDS_CONFIRMATION = "4000002500003155"
ASKED_AGAIN = 3  # the card service's library tries twice more by itself


def at_the_card_page(front: Front, trade: Trade) -> tuple[Visitor, str]:
    buyer = front.visitor()
    buyer.add(trade.goods(trade.shop_of()))
    return buyer, buyer.pay(buyer.check_out()).headers["Location"]


def test_while_the_card_service_cannot_say_the_page_asks_for_patience_and_then_shows_the_order(
    front: Front, trade: Trade
) -> None:
    with front.listening():
        buyer, card_page = at_the_card_page(front, trade)
        front.stripe.faults(webhooks={"delay_seconds": 1})
        back = front.pay_at_card_service(card_page)
        front.stripe.faults(requests={"fail_next": ASKED_AGAIN, "path": "/v1/checkout/sessions"})
        answer = front.come_back(buyer, back)
        to = f"/orders/group/{front.group().id}?confirming=1"
        assert (answer.status_code, answer.headers["Location"]) == (303, to)
        page = buyer.look(to)
        assert "Your payment is being confirmed" in page
        assert "do not pay again" in page
        assert 'data-follow="moving"' in page
        assert '<meta http-equiv="refresh"' in page, "without JavaScript too"
        assert 'class="btn main" type="submit"' not in page.partition("<main")[2]
        front.stripe.clear_faults()
        front.hear_all()
        front.work()
    page = buyer.look(to)
    assert "Thank you, Dara Chan." in page
    assert "being confirmed" not in page


def test_a_tab_closed_at_the_banks_question_is_found_again_and_finished(front: Front, trade: Trade) -> None:
    buyer, card_page = at_the_card_page(front, trade)
    question = front.pay_at_card_service(card_page, card=NEEDS_CONFIRMATION) or ""
    assert "/3ds/" in question
    group = front.group()
    page = buyer.look(f"/orders/{group.orders[0].number}")
    assert group.orders[0].number in buyer.look("/orders"), "a guest's browser remembers it"
    assert 'data-follow="moving"' in page
    page = buyer.look(f"/orders/group/{group.id}")
    assert "Did your bank ask you to confirm?" in page
    again = buyer.send(page, f"/checkout/resume/{group.id}")
    assert again.headers["Location"] == card_page, "the same card page, so nobody pays twice"
    confirmed = requests.post(question, data={"result": "complete"}, allow_redirects=False, timeout=30)
    answer = front.come_back(buyer, confirmed.headers["Location"])
    assert answer.headers["Location"] == f"/orders/group/{group.id}"
    assert "Thank you, Dara Chan." in buyer.look(answer.headers["Location"])


@pytest.mark.browser
def test_the_page_left_open_shows_the_order_by_itself(
    front: Front, trade: Trade, open_page: Callable[..., Page]
) -> None:
    with front.listening() as address:
        buyer, card_page = at_the_card_page(front, trade)
        give_pictures(Path(front.settings.media_url))
        page = open_page(f"{address}/healthz")
        page.context.add_cookies(front.cookies(buyer, address))  # type: ignore[arg-type]
        page.goto(f"{address}/orders/group/{front.group().id}?confirming=1")
        expect(page.get_by_role("heading", name="Your payment is being confirmed")).to_be_visible()
        front.pay_at_card_service(card_page)
        front.hear_all()
        front.work()
        expect(page.get_by_role("heading", name="Thank you, Dara Chan.")).to_be_visible(timeout=10_000)
