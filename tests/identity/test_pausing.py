"""A shop that is closed for a while: seen, not sold, and what runs goes on."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from app.db.session import reading, transaction
from app.identity.actions.pause_shop import pause_shop, reopen_due, reopen_shop
from app.identity.errors import PauseEndsTooEarly, ShopNotFound
from app.identity.models import Organization
from tests.support.front import ADDRESS_KH, CONTACT, Front
from tests.support.trade import Shop, Trade

NOTE = "We bring in the harvest."


def status_of(shop_id: UUID) -> str:
    with reading() as session:
        return session.get_one(Organization, shop_id).status


def next_week(shop: Shop) -> date:
    return datetime.now(ZoneInfo("Asia/Phnom_Penh")).date() + timedelta(days=7)


def test_a_closed_shop_is_seen_with_its_words_and_sells_nothing(front: Front, trade: Trade) -> None:
    shop = trade.shop_of(name="Sothy's Farm")
    goods = trade.goods(shop)
    early = front.visitor()
    early.add(goods)
    owner = front.member(shop.owner)
    until = next_week(shop)
    sent = owner.fill(f"/desk/shop/pause?shop={shop.id}", until=until.isoformat(), note=NOTE)
    assert sent.status_code == 303
    visitor = front.visitor()
    shelf = visitor.look("/search")
    assert "Closed for now" in shelf
    slug = shelf.partition('href="/p/')[2].partition('"')[0]
    for path in (f"/p/{slug}", "/s/sothys-farm"):
        page = visitor.look(path)
        assert NOTE in page
        assert f"{until.day}" in page
        assert 'action="/cart/add"' not in page
    added = visitor.browser.post("/cart/add", data={"variant_id": str(goods), "quantity": "1"})
    assert added.status_code in {400, 422}
    cart = early.look("/cart")
    assert "is closed for now and opens again on" in cart
    assert "Check out" not in cart
    early.fill("/checkout", **CONTACT)
    early.fill("/checkout/address", **ADDRESS_KH)
    assert "is closed for now" in early.look("/checkout/shipping")
    assert early.browser.get("/checkout/review").status_code == 303


def test_it_closes_between_review_and_paying_and_nothing_is_charged(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    buyer = front.visitor()
    buyer.add(trade.goods(shop))
    review = buyer.check_out()
    with transaction() as session:
        pause_shop(session, shop.owner, shop.id, until=None, note="", now=datetime.now(UTC))
    answer = buyer.pay(review)
    assert answer.status_code in {303, 409}
    assert "checkout.stripe" not in answer.headers.get("Location", "")
    assert "is closed for now" in buyer.look("/cart")


def test_running_orders_go_on_and_reopening_sells_again(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    goods = trade.goods(shop)
    group = trade.paid_group({goods: 1})
    owner, number = front.member(shop.owner), group.orders[0].number
    owner.fill(f"/desk/shop/pause?shop={shop.id}")
    assert "Nobody can order until you open it again." in owner.look("/desk")
    page = owner.look(f"/desk/orders/{number}")
    assert owner.send(page, f"/desk/orders/{number}/ship", carrier="VET", tracking="1").status_code == 303
    page = owner.look(f"/desk/shop?shop={shop.id}")
    assert owner.send(page, f"/desk/shop/reopen?shop={shop.id}").status_code == 303
    buyer = front.visitor()
    assert buyer.add(goods).status_code == 303
    assert "is closed" not in buyer.look("/cart")


def test_it_opens_by_itself_on_its_day_in_its_own_time_zone(trade: Trade) -> None:
    shop, later = trade.shop_of(), trade.shop_of(name="Mekong Silk")
    until = next_week(shop)
    with transaction() as session:
        pause_shop(session, shop.owner, shop.id, until=until, note=NOTE, now=datetime.now(UTC))
        pause_shop(session, later.owner, later.id, until=None, note=NOTE, now=datetime.now(UTC))
    midnight = datetime.combine(until, datetime.min.time(), ZoneInfo("Asia/Phnom_Penh"))
    with transaction() as session:
        assert reopen_due(session, midnight - timedelta(seconds=1)) == []
    with transaction() as session:
        assert reopen_due(session, midnight) == [shop.id]
    assert (status_of(shop.id), status_of(later.id)) == ("approved", "paused")


def test_only_its_owner_and_only_for_a_day_to_come(front: Front, trade: Trade) -> None:
    shop, other = trade.shop_of(), trade.shop_of(name="Mekong Silk")
    now = datetime.now(UTC)
    with pytest.raises(ShopNotFound), transaction() as session:
        pause_shop(session, other.owner, shop.id, until=None, note="", now=now)
    with pytest.raises(ShopNotFound), transaction() as session:
        reopen_shop(session, other.owner, shop.id)
    with pytest.raises(PauseEndsTooEarly), transaction() as session:
        pause_shop(session, shop.owner, shop.id, until=now.date() - timedelta(days=1), note="", now=now)
    answer = front.member(shop.owner).fill(f"/desk/shop/pause?shop={shop.id}", until="2020-01-01")
    assert answer.status_code == 422
    assert "Choose a day after today" in answer.get_data(as_text=True)
    assert status_of(shop.id) == "approved"
