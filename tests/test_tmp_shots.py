from pathlib import Path
import os
import pytest
from app.db.session import transaction, reading
from app.catalog.models import Variant
from tests.support.goods import give_pictures
from tests.support.http import serving
from tests.support.pages import axe_violations
from tests.support.trade import RateTerms

def test_shots(front, trade, open_page, tmp_path):
    out = Path("/tmp/lead/shots-b2c"); out.mkdir(exist_ok=True)
    rates=(RateTerms("domestic","Parcel","VET",1,3,150,max_grams=1000,unknown_grams=400),RateTerms("domestic","Parcel","VET",2,4,400,unknown_grams=400),RateTerms("domestic","Rider","Grab",0,1,250,free_from_minor=5000,unknown_grams=400),RateTerms("country","Border truck","KT",2,3,300,country="TH"))
    shop = trade.shop_of(rates=rates)
    goods = trade.goods(shop, price=10_000); silk = trade.goods(shop, title="Silk scarf", price=4_500)
    trade.voucher(shop, code="RAIN10", most_uses=20); trade.voucher(shop, code="ចូលឆ្នាំ", amount_minor=500, minimum_minor=5000)
    trade.voucher(None, code="MARKET", amount_minor=500)
    give_pictures(tmp_path / "media")
    for _ in range(2):
        g = trade.place(trade.cart({goods: 1, silk: 1})); trade.charge(trade.open_card_page(g), g.total_cents)
    from app.orders.jobs import refresh_together
    refresh_together()
    with reading() as s:
        slug = s.get_one(Variant, goods).listing.slug
    person = trade.person()
    v = front.member(person)
    v.send(v.look(f"/p/{slug}"), f"/wishes/{slug}/keep")
    v.add(goods); v.add(silk)
    v.send(v.look("/cart"), "/cart/voucher", code="RAIN10"); v.send(v.look("/cart"), "/cart/voucher", code="MARKET")
    v.check_out()
    with transaction() as s:
        from app.addresses.actions.keep_address import keep_address
        keep_address(s, person.user_id, {"country":"KH","name":"Dara Chan","street":"St 178, no 12","city":"Phnom Penh"}, now=trade.now())
        keep_address(s, person.user_id, {"country":"VN","name":"Lan","street":"12 Hàng Bông","area":"Hoàn Kiếm","city":"Hà Nội"}, now=trade.now())
    owner, boss = front.member(shop.owner), front.member(trade.operator)
    faults = {}
    with serving(front.app) as address:
        page = open_page(f"{address}/healthz")
        for lang in os.environ.get("LANGS", "en").split(","):
            for who, visitor, places in (("buyer", v, {"cart": "/cart", "review": "/checkout/review", "address": "/checkout/address", "addresses": "/account/addresses", "editaddress": "/account/addresses/new", "wishes": "/wishes", "seen": "/seen", "product": f"/p/{slug}", "account": "/account"}),
                                         ("seller", owner, {"vouchers": "/desk/vouchers", "shipping": "/desk/shipping"}), ("operator", boss, {"market": "/console/vouchers"})):
                page.context.clear_cookies()
                page.context.add_cookies(front.cookies(visitor, address))
                page.request.post(f"{address}/language", form={"language": lang, "next": "/"}, headers={"Origin": address})
                for name, path in places.items():
                    for width in (1280, 360):
                        page.set_viewport_size({"width": width, "height": 900})
                        page.goto(address + path)
                        page.wait_for_load_state("networkidle")
                        page.screenshot(path=str(out / f"{name}-{width}-{lang}.png"), full_page=True)
                        over = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
                        bad = axe_violations(page)
                        if bad or over: faults[f"{name}-{width}-{lang}"] = (bad, over)
    print("FAULTS", faults)
    print("SAID", page.said)
