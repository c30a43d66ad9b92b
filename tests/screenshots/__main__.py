"""`make screenshots`: the main pages as pictures, in both languages, on a desk and a phone, some of them in the dark.

Ends with 1 when the browser's console complained, or a page was wider than the screen. What axe says of every page is
a test: tests/whole_market/test_every_page.py."""

import argparse
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.screenshots import newcomer, people, places
from tests.screenshots.accountants import kept_books, new_books
from tests.screenshots.camera import Camera
from tests.screenshots.firms import buyer_of_the_demo, firm_and_shop
from tests.screenshots.market import Market, pictured_market
from tests.screenshots.newcomer import LongNamed, Newcomer
from tests.screenshots.places import Place
from tests.support.browser import chromium_path

FOLDER = Path("build/screenshots")


def main() -> int:
    options = _options()
    options.folder.mkdir(parents=True, exist_ok=True)
    with pictured_market(options.of) as market, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        camera = Camera(browser, market.url, options.folder, tuple(options.pages))
        take_all(browser, market, camera)
        browser.close()
    for fault in camera.faults:
        print(f"✗ {fault}")
    print(f"{camera.taken} pictures in {options.folder}, {len(camera.faults)} faults.")
    return 1 if camera.faults else 0


def take_all(browser: Browser, market: Market, camera: Camera) -> None:
    """One story: a guest buys of three sellers; one order goes well, one into a dispute, one is canceled."""
    base = market.url
    camera.picture(places.ANYBODY)
    new_books(browser, base, camera)
    guest = people.Guest(browser, base)
    guest.walk_to_review()
    camera.picture(places.BUYER, guest.cookies)
    card_page, pending = guest.go_to_card_page()
    camera.picture([card_page])
    camera.picture([pending], guest.cookies)
    bought = guest.pay()
    camera.picture([bought], guest.cookies)
    disputed, well, canceled = (guest.order_with(name) for name in ("Sothy", "Oudong", "Andong Russey"))
    for number in (disputed, well, canceled):
        guest.wait_for(number, "held")
    shop = people.Worker(browser, base, people.FIRST_SELLER)
    shop.wait_for(f"/desk/orders/{disputed}", f"form[action='/desk/orders/{disputed}/ship']")
    camera.picture(
        [*places.SELLER, *places.sold("to-ship", disputed), *places.shipping_wrongly(disputed)],
        shop.cookies,
    )
    camera.picture([*places.of_order("paid", well), *places.asking(well), Place("orders", "/orders")], guest.cookies)
    people.ship(browser, base, people.FIRST_SELLER, disputed)
    people.ship(browser, base, people.SECOND_SELLER, well)
    camera.picture(places.of_order("shipped", well), guest.cookies)
    guest.wait_for(well, "I have it")
    camera.picture([Place("received", f"/orders/{well}/received")], guest.cookies)
    guest.receive(well)
    guest.report_problem(disputed)
    guest.cancel(canceled)
    guest.wait_for(disputed, "held until it is decided")
    guest.wait_for(canceled, "went back")
    guest.wait_for(well, "All done")
    for state, number in (("disputed", disputed), ("refunded", canceled), ("completed", well)):
        camera.picture([*places.of_order(state, number), *places.details(state, number)], guest.cookies)
    seller = people.Worker(browser, base, people.SECOND_SELLER)
    seller.ask_for_money()
    camera.picture([*places.PAID_SELLER, *places.sold("completed", well)], seller.cookies)
    operator = people.Worker(browser, base, people.OPERATOR)
    camera.picture([*places.OPERATOR, *places.deciding(disputed)], operator.cookies)
    operator.fill(f"/console/disputes/{disputed}", seller_amount="4.00", resolution="Two jars of four came whole.")
    camera.picture(places.dispute("decided", disputed), operator.cookies)
    kept_books(market, browser, camera, well)
    firm_and_shop(browser, base, camera)
    buyer_of_the_demo(browser, base, camera)
    newcomer_and_a_guest(browser, base, camera)
    by_wallet = people.WalletBuyer(browser, base)
    camera.picture([by_wallet.go_to_signing()], by_wallet.cookies)


def newcomer_and_a_guest(browser: Browser, base: str, camera: Camera) -> None:
    """Nothing there yet, and then the longest names there can be: a new shop, and a guest who buys there."""
    seller = Newcomer(browser, base)
    seller.sign_up()
    camera.picture(places.NEWCOMER, seller.cookies)
    seller.open_shop()
    camera.picture(places.NEW_SELLER, seller.cookies)
    goods = seller.put_on_sale()
    operator = people.Worker(browser, base, people.OPERATOR)
    camera.picture([Place("console-shops-waiting", "/console/shops")], operator.cookies)
    operator.approve(newcomer.SHOP)
    buyer = LongNamed(browser, base)
    buyer.buyer.put_in_cart(goods.removeprefix("/p/"), 7)
    buyer.walk_to_review()
    camera.picture(places.long_named(goods), buyer.cookies)
    buyer.go_to_card_page()
    camera.picture([Place("long-card-page", buyer.page.url)])
    bought = buyer.pay()
    number = buyer.order_with(newcomer.SHOP[:20])
    buyer.wait_for(number, "held")
    camera.picture(
        [Place("long-bought", bought.path), *places.of_order("long", number), Place("long-orders", "/orders")],
        buyer.cookies,
    )
    camera.picture([*places.LONG_NAMED_SELLER, *places.sold("long", number)], seller.cookies)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make screenshots", description=__doc__)
    parser.add_argument("pages", nargs="*", help="only pages whose names begin so: home cart order")
    parser.add_argument("--of", type=Path, metavar="DIR", help="data of a demo market that runs; else one is started")
    parser.add_argument("--folder", type=Path, default=FOLDER, help=f"where the pictures go ({FOLDER})")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
