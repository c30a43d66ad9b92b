"""schemathesis reads the API's document and asks all it can think of: no answer is a fault of ours or outside of it."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import pytest
import requests

from app.addresses.actions.keep_address import keep_address
from app.catalog.models import Variant
from app.companies.actions.open_company import CompanyTerms, open_company
from app.db.session import transaction
from app.identity.queries import actor_of
from app.messages.files import Draft
from app.orders.actions.write_about_order import write_about_order
from app.orders.models import Order
from app.purchasing.actions.quick_order import keep_quick_order
from app.purchasing.actions.requisition import make_list
from app.purchasing.rules.lines import read_text
from app.vouchers.actions.create_voucher import create_voucher
from app.vouchers.rules.terms import VoucherTerms
from app.webhooks.actions.keep_endpoint import EndpointTerms, add_endpoint
from tests.quotes.bargain import Bargain, takes_offers
from tests.rfqs.asking import Asking, asked_for_quotes
from tests.support.front import ADDRESS_KH, CONTACT
from tests.support.http import serving
from tests.support.programs import a_token
from tests.support.trade import ADDRESS

SEED = "20261129"
EXAMPLES = "40"
REFUSED_FOR_ITS_MEANING = "positive_data_acceptance"
"""A document cannot say that an address needs a province, or that nobody has such a cart."""


KNOWN = """
[parameters]
"path.slug" = "{slug}"
"path.order_group_id" = "{group_id}"
"header.Cart-Token" = "{token}"
"header.Order-Key" = "{key}"
"""


OWN = """
[parameters]
"path.number" = "{number}"
"path.listing_id" = "{listing_id}"
"path.endpoint_id" = "{endpoint_id}"
"query.shop" = "{shop_id}"
"path.offer_id" = "{offer_id}"
"path.deal_id" = "{deal_id}"
"path.thread_id" = "{thread_id}"
"path.company_id" = "{company_id}"
"path.list_id" = "{list_id}"
"path.voucher_id" = "{voucher_id}"
"path.address_id" = "{address_id}"
"path.token" = "{quick}"
"path.slug" = "{slug}"
"path.asked_id" = "{asked}"
"path.rfq_id" = "{rfq}"
"path.quote_id" = "{quote}"
"""
OWN_PATHS = "^/api/v1/(shop/|orders|account|offers|deals|requests|quotes|messages|companies|approvals|listings/.*/reports|order-groups/(claims|.*/(claim|payment|signature)))"
"""What a token opens; without one all of it answers 401, which the last of these tests asks too (`ignored_auth`)."""


def bought(market: str, wanted: str) -> dict[str, str]:
    """What a program knows after one order: the listing's slug, a cart's token, the order group's id and its key."""
    slug = requests.get(f"{market}/listings", timeout=30).json()["rows"][0]["slug"]
    wish = {"lines": [{"variant_id": wanted, "quantity": 1}], "contact": CONTACT, "address": ADDRESS_KH}
    cart = requests.post(f"{market}/carts", json=wish, timeout=30).json()
    headers = {"Cart-Token": cart["token"], "Idempotency-Key": "once"}
    order = requests.post(f"{market}/cart/order", json={"amounts": cart["amounts"]}, headers=headers, timeout=30).json()
    return {"slug": slug, "token": cart["token"], "group_id": order["id"], "key": order["key"]}


def fuzz(
    address: str, folder: Path, *options: str, asked: Sequence[str] = (), examples: str = EXAMPLES
) -> subprocess.CompletedProcess[str]:
    command = [
        str(Path(sys.executable).with_name("schemathesis")), *options, "run", f"{address}/api/v1/openapi.json",
        "--seed", SEED, "--max-examples", examples, "--exclude-checks", REFUSED_FOR_ITS_MEANING, "--no-color",
        "--generation-database", "none", *asked,
    ]  # fmt: skip
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=1200, check=False)


def test_strangers_who_ask_anything_get_answers_of_the_document(market_pages, tmp_path):
    with serving(market_pages.app) as address:
        done = fuzz(address, tmp_path, asked=["--exclude-path-regex", OWN_PATHS])
    assert done.returncode == 0, done.stdout + done.stderr


def test_who_has_a_cart_and_an_order_gets_answers_of_the_document_too(front, trade, tmp_path):
    goods = trade.goods(trade.shop_of(), stock=10)
    with serving(front.app) as address:
        known = bought(f"{address}/api/v1", str(goods))
        (tmp_path / "known.toml").write_text(KNOWN.format_map(known))
        done = fuzz(address, tmp_path, "--config-file", "known.toml", asked=["--exclude-path-regex", OWN_PATHS])
    assert done.returncode == 0, done.stdout + done.stderr
    assert front.group().state == "pending_payment"


@pytest.mark.parametrize("side", ["shop", "buyer"])
def test_who_has_a_token_gets_answers_of_the_document_and_nothing_else(front, trade, tmp_path, side):
    """With ids of real things, so that what is asked reaches behind the door; as the shop, and as who bought from it."""
    shop, buyer = trade.shop_of(), trade.person()
    variant = trade.goods(shop, stock=50)
    cart = trade.cart({variant: 1})
    group = trade.place(cart, trade.request(cart, buyer_id=buyer.user_id))
    trade.charge(trade.open_card_page(group), group.total_cents)
    trade.settle()
    offered, agreed = (trade.goods(shop, title=title) for title in ("A used bicycle", "A used chair"))
    for goods in (offered, agreed):
        takes_offers(goods)
    quoting = asked_for_quotes(Asking(trade, shop, trade.shop_of(name="Mekong Silk"), variant, variant, buyer))
    bargained = {
        "offer_id": Bargain(trade, shop, offered, buyer).offer().id,
        "deal_id": Bargain(trade, shop, agreed, buyer).deal().id,
    }
    with transaction() as session:
        now, order = trade.now(), session.get_one(Order, group.orders[0].id)
        draft = Draft("Is it well packed?", (), uuid4())
        trading = {
            **bargained,
            "thread_id": write_about_order(session, order, "buyer", buyer.user_id, draft, now=now),
            "company_id": open_company(session, buyer, CompanyTerms("Mekong Foods", "company", "KH")),
            "list_id": make_list(session, buyer, "Weekly"),
            "quick": keep_quick_order(session, buyer.user_id, read_text("A 1"), form_token=uuid4(), shop="").token,
            "address_id": keep_address(session, buyer.user_id, ADDRESS, now=now),
            "voucher_id": create_voucher(
                session, shop.owner, shop.id, VoucherTerms("", "USD", percent_bps=500), form_token=uuid4(), now=now
            ).id,
        }
        buyer = actor_of(session, buyer.user_id)
        terms = EndpointTerms("https://shop.example/hook", ("order.paid",))
        endpoint, _secret = add_endpoint(session, shop.owner, shop.id, terms, form_token=uuid4())
        known = {
            "number": group.orders[0].number,
            "listing_id": session.get_one(Variant, variant).listing_id,
            "slug": session.get_one(Variant, variant).listing.slug,
            "endpoint_id": endpoint.id,
            "shop_id": shop.id,
            **trading,
            **quoting,
        }
    kept = OWN if side == "shop" else OWN.replace('"query.shop" = "{shop_id}"\n', "")
    secret = a_token(shop.owner if side == "shop" else buyer)
    (tmp_path / "known.toml").write_text(kept.format_map(known))
    paths = ["--include-path-regex", OWN_PATHS, "--header", f"Authorization: Bearer {secret}"]
    with serving(front.app) as address:
        done = fuzz(address, tmp_path, "--config-file", "known.toml", asked=paths, examples="5")
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr
