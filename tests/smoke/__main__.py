"""Buys by card and by wallet, ships, lets time pass, pays out, downloads the report and ties out."""

import argparse
import csv
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial

import stripe
from playwright.sync_api import Browser, sync_playwright

from app.chain.reads import token_balances
from app.chain.rpc import Rpc
from app.cli.demo.load import PASSWORD
from app.cli.demo.wallets import demo_wallet
from app.cli.instance import Instance
from app.embedded.inner_address import inner_rpc
from tests.support.browser import chromium_path
from tests.support.browser_wallet import BrowserWallet
from tests.support.own_market import own_market
from tests.support.people import Buyer, Seller, sign_in

CARD_GOODS = ("kampot-pepper-and-palm-sugar-glaze", "capiz-parol-star-lantern")
WALLET_GOODS = ("kampot-red-pepper-fully-ripe",)
DAY = 86_400
PATIENCE_SECONDS = 120


class Story:
    """One run; `say` prints a line per step."""

    def __init__(self, instance: Instance, browser: Browser, quiet: bool) -> None:
        self.instance, self.browser = instance, browser
        self.base = instance.web_url
        self.began = time.monotonic()
        self.chain = inner_rpc(instance.chain_folder)
        self.quiet = quiet

    def say(self, text: str) -> None:
        print(f"✓ {text} ({time.monotonic() - self.began:.0f} s)", flush=True)

    def phsar(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "app.cli", *words],
            env=os.environ | self.instance.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"✗ phsar {' '.join(words)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def buyer(self, *, wallet: bool = False) -> Buyer:
        context = self.browser.new_context(viewport={"width": 1280, "height": 900})
        if wallet:
            BrowserWallet(context, demo_wallet("buyer").key, int(self.instance.environment["CHAIN_ID"]))
        return Buyer(context.new_page(), self.base)

    def owner_of(self, email: str) -> Seller:
        return Seller(self.browser.new_context().new_page(), self.base, email, PASSWORD)

    def wait_until(self, page_shows: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not page_shows():
            if time.monotonic() > deadline:
                raise SystemExit(f"✗ waited in vain: {what}{self._last_page()}")
            time.sleep(0.5)

    def _last_page(self) -> str:
        pages = [page for context in self.browser.contexts for page in context.pages]
        return "".join(f"\n--- {page.url}\n{page.locator('body').inner_text()[:1500]}" for page in pages)

    def wait_for_text(self, buyer: Buyer, address: str, text: str) -> None:
        def shows() -> bool:
            buyer.page.goto(address)
            return text in buyer.page.locator("main").inner_text()

        self.wait_until(shows, f"“{text}” at {address}")

    def pass_days(self, days: int) -> None:
        """Time passes on the test chain, and a block stands for every day of it."""
        for _ in range(days):
            self.chain.call("evm_increaseTime", DAY)
            self.chain.call("evm_mine")


def main() -> int:
    parser = argparse.ArgumentParser(prog="make smoke", description=__doc__)
    parser.add_argument("--keep", action="store_true", help="keep the instance's data afterwards")
    options = parser.parse_args()
    with own_market("smoke", keep=options.keep) as instance, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        tell(Story(instance, browser, quiet=False))
        browser.close()
    return 0


def tell(story: Story) -> None:
    story.say("the market is open")

    by_card = story.buyer()
    for slug in CARD_GOODS:
        by_card.put_in_cart(slug)
    by_card.walk_to_review()
    checkout = by_card.pay_by_card()
    story.say("a guest bought from two sellers by card")
    story.wait_until(lambda: bool(by_card.page.reload()) and len(by_card.order_numbers()) == 2, "two orders")
    card_orders = by_card.order_numbers()
    story.wait_for_text(by_card, f"{story.base}/orders/{card_orders[0]}", "held")
    story.say(f"orders {' and '.join(card_orders)}: the money is in escrow")

    by_wallet = story.buyer(wallet=True)
    for slug in WALLET_GOODS:
        by_wallet.put_in_cart(slug)
    by_wallet.walk_to_review(email="wallet@example.com")
    by_wallet.pay_by_wallet()
    story.wait_until(lambda: bool(by_wallet.page.reload()) and bool(by_wallet.order_numbers()), "the wallet's order")
    (wallet_order,) = by_wallet.order_numbers()
    story.wait_for_text(by_wallet, f"{story.base}/orders/{wallet_order}", "held")
    story.say(f"order {wallet_order}: one signature paid from a wallet, without gas")

    ship_everything(story, card_orders, wallet_order)
    story.say("both sellers shipped")

    by_card.page.goto(f"{story.base}/orders/{card_orders[0]}/received")
    by_card.page.locator(f"form[action='/orders/{card_orders[0]}/received'] button").first.click()
    story.wait_for_text(by_card, f"{story.base}/orders/{card_orders[0]}", "All done")
    story.say(f"order {card_orders[0]}: the buyer has the goods, the seller is paid")

    story.pass_days(40)
    for buyer, number in ((by_card, card_orders[1]), (by_wallet, wallet_order)):
        story.wait_for_text(buyer, f"{story.base}/orders/{number}", "All done")
    story.say("40 days passed on the chain: silence paid the other orders")
    del checkout
    time.sleep(12)  # until the last block is final
    compare_report(story)
    story.say("the settlement report is what Stripe and the chain say")
    print(story.phsar("books", "tie-out"))
    story.say("the books tie out")


def compare_report(story: Story) -> None:
    """Totals of the downloaded file against Stripe's balance transactions and `balanceOf` on the chain."""
    page = story.browser.new_context().new_page()
    sign_in(page, story.base, "accounts@phsar.example", PASSWORD)
    answer = page.context.request.get(f"{story.base}/books/settlement.csv?first=2026-01-01&last=2028-12-31")
    *lines, totals = csv.DictReader(io.StringIO(answer.text().removeprefix("\ufeff")))
    told = {name: units(totals[name]) for name in ("funded", "gross", "commission", "commission_vat", "net")}
    by_card = sum(units(line["funded"]) for line in lines if line["paid_by"] == "card")

    environment = story.instance.environment
    stripe_client = stripe.StripeClient(
        environment["STRIPE_API_KEY"], base_addresses={"api": environment["STRIPE_API_BASE"]}
    )
    charged = sum(row.amount for row in stripe_client.v1.balance_transactions.list({"type": "charge"}).data)
    require(by_card == charged * 10_000, f"the report has {by_card} paid by card, Stripe {charged} cents")

    addresses = json.loads(story.phsar("chain", "addresses"))
    rpc = Rpc(environment["CHAIN_RPC_URL"], int(environment["CHAIN_ID"]))
    fees, escrow = (bytes.fromhex(addresses[name][2:]) for name in ("fees", "Escrow"))
    token = bytes.fromhex(addresses["SettlementToken"][2:])
    held = token_balances(rpc, token, [fees, escrow], rpc.header("latest").number)
    commission = told["commission"] + told["commission_vat"]
    require(held[fees] == commission, f"the report has {commission} of commission, the chain {held[fees]}")
    require(held[escrow] == told["funded"] - told["gross"], f"escrow holds {held[escrow]}")
    require(told["net"] == told["gross"] - commission, "net is not gross less commission")


def units(text: str) -> int:
    whole, fraction = text.split(".")
    return int(whole + fraction)


def require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise SystemExit(f"✗ {otherwise}")


def ship_everything(story: Story, card_orders: list[str], wallet_order: str) -> None:
    kampot = story.owner_of("sothy@phsar.example")
    bohol = story.owner_of(owner_email(story, "capiz-parol-star-lantern"))

    def is_shipped(number: str) -> bool:
        """By the one of the two whose it is, once its money is safe."""
        for seller in (kampot, bohol):
            seller.page.goto(f"{story.base}/desk/orders/{number}")
            if seller.page.locator(f"form[action='/desk/orders/{number}/ship']").count():
                seller.ship(number)
                return True
        return False

    for number in (*card_orders, wallet_order):
        story.wait_until(partial(is_shipped, number), f"the money of {number}")


def owner_email(story: Story, slug: str) -> str:
    """Of the shop that sells `slug`."""
    from app.cli.demo.content import load_demo

    content = load_demo()
    seller = next(seller for seller in content.sellers if any(goods.slug == slug for goods in seller.listings))
    del story
    return next(person.email for person in content.people if person.seller == seller.slug)


if __name__ == "__main__":
    sys.exit(main())
