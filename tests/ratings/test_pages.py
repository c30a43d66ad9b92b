"""Rating from the pages, as buyer and as seller."""

from app.db.session import reading, transaction
from app.orders.actions.confirm_receipt import confirm_receipt
from app.orders.models import Order
from tests.support.trade import buyer_of


def over(front, trade, shop):
    visitor, goods = front.visitor(), trade.goods(shop, stock=5)
    visitor.add(goods, 1)
    front.come_back(visitor, front.pay_at_card_service(visitor.pay(visitor.check_out()).headers["Location"]))
    trade.settle()
    group = front.group()
    number = group.orders[0].number
    seller = front.member(shop.owner)
    answer = seller.send(
        seller.look(f"/desk/orders/{number}"), f"/desk/orders/{number}/ship", carrier="VET", tracking="1"
    )
    assert answer.status_code == 303
    with transaction() as session:
        confirm_receipt(session, buyer_of(group), session.query(Order).one().id, now=trade.now())
    trade.settle()
    return visitor, seller, number


def test_each_side_rates_and_then_both_read_it(front, trade):
    shop = trade.shop_of()
    visitor, seller, number = over(front, trade, shop)
    assert f"/orders/{number}/rating" in visitor.look(f"/orders/{number}")
    rated = visitor.fill(f"/orders/{number}/rating", stars="4", text="Good <b>pepper</b>.")
    assert rated.status_code == 303
    before = seller.look(f"/desk/orders/{number}/rating")
    assert "pepper&lt;/b&gt;" not in before
    assert "The buyer reads it. Other shops see the stars." in before
    assert seller.fill(f"/desk/orders/{number}/rating", stars="5").status_code == 303
    page = seller.look(f"/desk/orders/{number}/rating").replace("\u200b", "")
    assert "Good &lt;b&gt;pepper&lt;/b&gt;." in page
    assert "Both sides have rated" in page
    with reading() as session:
        slug = session.query(Order).one().organization.slug
    stall = visitor.look(f"/s/{slug}")
    assert "4.0 of 5 from 1 order" in stall
    assert "&lt;b&gt;pepper&lt;/b&gt;" in visitor.look(f"/s/{slug}/ratings").replace("\u200b", "")


def test_without_stars_the_words_are_kept_and_the_page_says_so(front, trade):
    visitor, _seller, number = over(front, trade, trade.shop_of())
    answer = visitor.fill(f"/orders/{number}/rating", text="Sweet and dry.")
    assert answer.status_code == 422
    assert "Sweet and dry." in answer.get_data(as_text=True)
