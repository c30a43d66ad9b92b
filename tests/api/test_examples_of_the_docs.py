"""What `docs/developers/api.md` and `webhooks.md` show is run as it stands there: only host, token and ids are of this market."""

import json
import re
import subprocess
import textwrap
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask, request
from standardwebhooks import Webhook, WebhookVerificationError

from app.db.session import reading
from app.identity.models import Organization
from app.rfqs.jobs import tell_shops
from tests.closing.kept_books import somebody
from tests.companies.test_by_program import company  # noqa: F401 - a fixture
from tests.companies.test_company_orders import Company
from tests.messages.talking import slug_of
from tests.orders.test_after_sale_by_program import WRONG
from tests.orders.test_selling_by_program import PARCEL, held
from tests.orders.test_wallet_by_program import ordered, signature
from tests.payouts.test_redemption import paid_seller  # noqa: F401 - a fixture
from tests.quotes.bargain import Bargain, takes_offers
from tests.support.front import ADDRESS_KH, CONTACT, Front
from tests.support.goods import picture_bytes
from tests.support.http import serving
from tests.support.on_terms import OnTerms
from tests.support.programs import Program, a_token
from tests.support.trade import Shop, Trade
from tests.support.wallet import wallet_with

DOCS = Path(__file__).parents[2] / "docs/developers"
HOST, TOKEN, NUMBER, DAY = "http://127.0.0.1:8000", "phsar_…", "7F3K-2MQ", "2027-01-15T17:00:00Z"
CARD_PAGE = "/orders/7F3K-2MQ/card-page"
OF_SHOP = ("/shop/payouts", "/shop/invitations")
OF_BOOKS = ("/books/reports/general_ledger?first=2026-01-01&account=2110", "/books/files")
_TO_FILL = re.compile(r"<[a-z_0-9]+>")


def blocks(page: str) -> list[str]:
    """What is indented by four, without it."""
    text = (DOCS / page).read_text()
    found = re.findall(r"(?:^    .*\n|^\n(?=    ))+", text, re.MULTILINE)
    return [textwrap.dedent(block) for block in found]


def commands() -> dict[str, str]:
    """By the path that each asks, with what the page sets before."""
    found: dict[str, str] = {}
    for block in blocks("api.md"):
        for one in re.split(r"^(?=curl )", block, flags=re.MULTILINE):
            if one.startswith("curl "):
                path = re.search(r'"\$market([^"]*)"', one)
                assert path, one
                assert path[1] not in found
                found[path[1]] = one
    return found


class Shell:
    """Runs the commands of the page."""

    def __init__(self, address: str, folder: Path) -> None:
        (self.setting,) = re.findall(r"^    (market=.*)$", (DOCS / "api.md").read_text(), re.MULTILINE)
        self.address, self.folder, self.left = address, folder, commands()

    def run(self, path: str, bearer: str = "", **values: Any) -> Any:
        command = self.left.pop(path)
        text = f"{self.setting}\n{command}".replace(HOST, self.address).replace(TOKEN, bearer)
        number = values.pop("number", NUMBER)
        text = text.replace(NUMBER, number).replace(DAY, (datetime.now(UTC) + timedelta(days=7)).isoformat())
        for name, value in {"new": uuid4().hex, **values}.items():
            text = text.replace(f"<{name}>", str(value))
        assert not _TO_FILL.search(text), text
        script = text.replace("curl ", "curl -sS --fail-with-body ", 1)
        done = subprocess.run(
            ["bash", "-euc", script], cwd=self.folder, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"
        return json.loads(done.stdout) if done.stdout else None


def test_every_curl_of_the_page_does_what_the_page_says(
    front: Front,
    trade: Trade,
    company: Company,  # noqa: F811
    tmp_path: Path,
) -> None:
    shop, person = trade.shop_of(), trade.person()
    goods = trade.goods(shop, stock=100)
    buyers, sellers = a_token(person), a_token(shop.owner, shop=shop.id)
    buyer, seller = Program(front.app, buyers), Program(front.app, sellers)
    with reading() as session:
        assert session.get_one(Organization, shop.id).slug == "sothys-farm"
    with serving(front.app) as address:
        page = Shell(address, tmp_path)
        found = page.run("/listings/<slug>", slug=slug_of(goods))
        cart = page.run("/carts", id=found["variants"][0]["id"])
        placed = page.run("/cart/order", token=cart["token"], amounts=json.dumps(cart["amounts"]))
        assert placed["pay_url"]
        guests = trade.paid_group({goods: 1})
        canceled = page.run("/orders/7F3K-2MQ/cancellation", number=guests.orders[0].number, key=guests.access_token)
        assert canceled["number"] == guests.orders[0].number

        order = held(trade, shop, buyer=person)
        waiting = page.run("/shop/orders?state=to_ship", sellers)
        assert [row["number"] for row in waiting["rows"]] == [order.number]
        seller.ask("POST", f"/shop/orders/{order.number}/shipment", PARCEL)
        back = page.run("/orders/7F3K-2MQ/returns", buyers, number=order.number, id=order.lines[0].id)
        buyer.ask("POST", f"/orders/{order.number}/returns/{back['id']}/cancellation")
        buyer.ask("POST", f"/orders/{order.number}/problem", WRONG)
        trade.settle()
        picture = {"base64": b64encode(picture_bytes(200, 200)).decode()}
        told = page.run("/orders/7F3K-2MQ/dispute/evidence", buyers, number=order.number, **picture)
        page.run("/shop/orders/files/<id>", sellers, id=told["evidence"][0]["files"][0]["id"])
        assert (tmp_path / "jar.webp").read_bytes().startswith(b"RIFF")

        wallet = wallet_with(trade, 20_000)
        group = ordered(buyer, goods, wallet)
        signed = signature(wallet, group["to_sign"])
        paid = page.run("/order-groups/<id>/signature", buyers, id=group["id"], **signed)
        assert paid["signed_at"]

        takes_offers(goods)
        offer = Bargain(trade, shop, goods, person).offer()
        countered = page.run("/shop/offers/<id>/counter", sellers, id=offer.id)
        assert countered["price"] == {"minor": 1200, "currency": "USD"}
        request_made = page.run("/requests", buyers)
        assert (request_made["state"], request_made["shops"][0]["slug"]) == ("draft", "sothys-farm")
        buyer.ask("POST", f"/requests/{request_made['id']}/sending")
        tell_shops(request_made["id"])
        (asked,) = seller.ask("GET", "/shop/requests")["rows"]
        page.run("/shop/requests/<id>/prices.xlsx", sellers, id=asked["id"])
        prices = b64encode((tmp_path / "prices.xlsx").read_bytes()).decode()
        page.run("/shop/requests/<id>/prices", sellers, id=asked["id"], base64=prices)
        question = {"listing": slug_of(goods), "body": "Of which month?"}
        thread = buyer.ask("POST", "/messages", question, status=201)
        assert page.run("/shop/messages/<id>", sellers, id=thread["id"])["rows"][0]["body"] == "Of March."
        assert page.run("/account/quick-orders", buyers)["token"]

        asking = Program(front.app, a_token(company.purchaser, "buy", "companies"))
        content = {"lines": [{"variant_id": str(goods), "quantity": 3}], "contact": CONTACT, "address": ADDRESS_KH}
        seen = asking.ask("PATCH", "/account/cart", content)["amounts"]
        wish = {"amounts": seen, "company_id": str(company.id), "po_number": "PO-77"}
        asked = asking.ask("POST", "/account/cart/approval", wish, status=201)
        boss = a_token(company.approver, "companies")
        yes = page.run("/approvals/<id>/approval", boss, id=asked["id"], amounts=json.dumps(asked["amounts"]))
        assert yes["state"] == "approved"
    assert set(page.left) == {CARD_PAGE, *OF_SHOP, *OF_BOOKS}, "run by the next tests"


def test_a_company_pays_later_as_the_page_says(front: Front, trade: Trade, tmp_path: Path) -> None:
    terms = OnTerms(trade)
    order = terms.order().orders[0]
    with serving(front.app) as address:
        owed = Shell(address, tmp_path).run(CARD_PAGE, a_token(terms.buyer, "buy", "companies"), number=order.number)
    assert owed["pay_url"]


def test_a_shop_asks_for_its_money_and_invites_somebody_as_the_page_says(
    front: Front,
    paid_seller: Shop,  # noqa: F811
    tmp_path: Path,
) -> None:
    secret = a_token(paid_seller.owner, shop=paid_seller.id)
    with serving(front.app) as address:
        page = Shell(address, tmp_path)
        asked, invited = (page.run(path, secret) for path in OF_SHOP)
    assert (asked["amount"]["minor"], invited["role"]) == (5000, "sales")


def test_an_accountant_reads_the_books_as_the_page_says(front: Front, trade: Trade, tmp_path: Path) -> None:
    trade.shipped_order(trade.shop_of())
    secret = a_token(somebody(trade, "accountant", "sokha@books.example"), "books:read")
    with serving(front.app) as address:
        page = Shell(address, tmp_path)
        ledger, file = (page.run(path, secret) for path in OF_BOOKS)
    assert {line["account"] for line in ledger["lines"]} == {"2110"}
    assert (file["report"], file["state"]) == ("general_ledger", "waiting")


def test_the_verifying_example_takes_what_is_signed_and_nothing_else() -> None:
    (example,) = [block for block in blocks("webhooks.md") if "import" in block]
    secret = "whsec_" + b64encode(b"0" * 24).decode()
    body, now = '{"type":"test"}', datetime.now(UTC)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", now, body),
    }

    def verified(sent: str) -> Any:
        names: dict[str, Any] = {"secret": secret, "request": request}
        with Flask(__name__).test_request_context("/hook", method="POST", data=sent, headers=headers):
            exec(example, names)
        return names["event"]

    assert verified(body) == {"type": "test"}
    with pytest.raises(WebhookVerificationError):
        verified(body.replace("test", "order.paid"))
