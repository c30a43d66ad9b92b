"""The rate at which a buyer read the prices is kept with the order, whatever rates come after."""

from datetime import UTC, datetime

from app.db.session import reading, transaction
from app.fx.actions.load_rates import NewRate, load_rates
from app.orders.models import OrderGroup
from tests.support.trade import RATES


def plain(page):
    return page.replace("\u200b", "")


def test_the_rate_of_the_day_of_the_order_stays_on_it(front, trade):
    visitor, goods = front.visitor(), trade.goods(trade.shop_of(), price=10_000, stock=10)
    visitor.browser.set_cookie("currency", "THB")
    visitor.add(goods, 1)
    answer = visitor.pay(visitor.check_out())
    front.come_back(visitor, front.pay_at_card_service(answer.headers["Location"]))
    with reading() as session:
        group = session.query(OrderGroup).order_by(OrderGroup.placed_at.desc()).first()
        number = group.orders[0].number
        assert (group.shown_currency, group.shown_per_usd_micro) == ("THB", RATES["THB"])
    with transaction() as session:
        load_rates(session, [NewRate("THB", datetime.now(UTC).date(), 99_000_000, "dearer")])
    page = plain(visitor.look(f"/orders/{number}"))
    assert "When you ordered, that was" in page
    assert "(test)" in page
    visitor.browser.set_cookie("currency", "USD")
    assert "When you ordered, that was" in plain(visitor.look(f"/orders/{number}"))
