"""schemathesis reads the API's document and asks all it can think of: no answer is a fault of ours or outside of it."""

import subprocess
import sys
from pathlib import Path

import requests

from tests.support.front import ADDRESS_KH, CONTACT
from tests.support.http import serving

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


def bought(market: str, wanted: str) -> dict[str, str]:
    """What a program knows after one order: the listing's slug, a cart's token, the order group's id and its key."""
    slug = requests.get(f"{market}/listings", timeout=30).json()["rows"][0]["slug"]
    wish = {"lines": [{"variant_id": wanted, "quantity": 1}], "contact": CONTACT, "address": ADDRESS_KH}
    cart = requests.post(f"{market}/carts", json=wish, timeout=30).json()
    headers = {"Cart-Token": cart["token"], "Idempotency-Key": "once"}
    order = requests.post(f"{market}/cart/order", json={"amounts": cart["amounts"]}, headers=headers, timeout=30).json()
    return {"slug": slug, "token": cart["token"], "group_id": order["id"], "key": order["key"]}


def fuzz(address: str, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [
        str(Path(sys.executable).with_name("schemathesis")), *options, "run", f"{address}/api/v1/openapi.json",
        "--seed", SEED, "--max-examples", EXAMPLES, "--exclude-checks", REFUSED_FOR_ITS_MEANING, "--no-color",
        "--generation-database", "none",
    ]  # fmt: skip
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)


def test_strangers_who_ask_anything_get_answers_of_the_document(market_pages, tmp_path):
    with serving(market_pages.app) as address:
        done = fuzz(address, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_who_has_a_cart_and_an_order_gets_answers_of_the_document_too(front, trade, tmp_path):
    goods = trade.goods(trade.shop_of(), stock=10)
    with serving(front.app) as address:
        known = bought(f"{address}/api/v1", str(goods))
        (tmp_path / "known.toml").write_text(KNOWN.format_map(known))
        done = fuzz(address, tmp_path, "--config-file", "known.toml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert front.group().state == "pending_payment"
