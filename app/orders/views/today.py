"""The first page of a shop's desk: what needs somebody today, and where the money is."""

from datetime import UTC, datetime

from flask.typing import ResponseReturnValue

from app.catalog.queries.desk import goods_counts, low_stock
from app.db.session import reading
from app.identity.current import acting_shop, current_actor, require_shop
from app.identity.queries import shop_run_by
from app.identity.rules.roles import ACCOUNTING, OWNING, SELLING
from app.identity.rules.shops import SHOWN
from app.messages.parties import Party
from app.messages.queries import unread_threads
from app.messages.rules import SHOP
from app.money.amounts import TokenAmount
from app.orders.lists import work_of_shop
from app.orders.views import bp
from app.parties.queries import file_of_shop
from app.payouts.queries import seller_money
from app.shipping.queries import sends_goods
from app.web.pages import page


@bp.get("/desk")
@require_shop
def today() -> ResponseReturnValue:
    """Of one shop: orders to ship and in trouble, messages to answer, goods that are nearly gone, and the money for who may see it."""
    actor, shop_id = current_actor(), acting_shop()
    with reading() as session:
        shop = shop_run_by(session, actor, shop_id)
        work = work_of_shop(session, shop_id)
        goods, nearly_gone = goods_counts(session, shop_id), low_stock(session, shop_id)
        needs_sending = actor.member_of(shop_id, SELLING) and not sends_goods(session, shop_id)
        is_new = shop.status not in SHOWN and actor.member_of(shop_id, OWNING)
        told = file_of_shop(session, shop) if is_new else None
        to_answer = unread_threads(session, Party(actor), SHOP, shop_id=shop_id)
        money = seller_money(session, shop_id) if actor.member_of(shop_id, ACCOUNTING) else None
    return page(
        "orders/today.html",
        shop=shop,
        work=work,
        to_answer=to_answer,
        nearly_gone=nearly_gone,
        has_goods=bool(goods),
        needs_sending=needs_sending,
        money=money,
        told=told,
        units=TokenAmount,
        now=datetime.now(UTC),
    )
