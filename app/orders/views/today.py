"""The first page of a shop's desk: what needs somebody today, and where the money is."""

from datetime import UTC, datetime

from flask.typing import ResponseReturnValue

from app.catalog.queries.desk import any_goods, low_stock
from app.db.session import reading
from app.db.together import at_once
from app.identity.current import acting_shop, current_actor, require_shop
from app.identity.queries import shop_run_by
from app.identity.rules.roles import ACCOUNTING, OWNING, SELLING
from app.identity.rules.shops import SHOWN
from app.messages.parties import Party
from app.messages.queries import threads_unread
from app.messages.rules import SHOP
from app.money.amounts import TokenAmount
from app.orders.lists import work_of_shop
from app.orders.private_sales import private_year
from app.orders.views import bp
from app.parties.queries import file_of_shop
from app.payouts.queries import seller_money
from app.quotes.queries import waiting_for_shop
from app.shipping.queries import any_way_to_send
from app.web.pages import page


@bp.get("/desk")
@require_shop
def today() -> ResponseReturnValue:
    """Of one shop: orders to ship and in trouble, who waits for an answer, goods nearly gone, and the money for who may see it."""
    actor, shop_id, now = current_actor(), acting_shop(), datetime.now(UTC)
    with reading() as session:
        shop = shop_run_by(session, actor, shop_id)
        (work,), goods, ((nearly_gone,),), sending, ((to_answer,),), ((offers, offers_end),) = at_once(
            session,
            work_of_shop(shop_id),
            any_goods(shop_id),
            low_stock(shop_id),
            any_way_to_send(shop_id),
            threads_unread(Party(actor), SHOP, shop_id=shop_id),
            waiting_for_shop(shop_id, now),
        )
        is_new = shop.status not in SHOWN and actor.member_of(shop_id, OWNING)
        told = file_of_shop(session, shop) if is_new else None
        money = seller_money(session, shop_id) if actor.member_of(shop_id, ACCOUNTING) else None
        year = private_year(session, shop, now)
    return page(
        "orders/today.html",
        shop=shop,
        work=work,
        to_answer=to_answer,
        nearly_gone=nearly_gone,
        has_goods=bool(goods),
        needs_sending=actor.member_of(shop_id, SELLING) and not sending,
        money=money,
        told=told,
        units=TokenAmount,
        year=year,
        offers=offers,
        offers_end=offers_end,
        now=now,
    )
