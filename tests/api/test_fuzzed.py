"""schemathesis reads the API's document and asks all it can think of: no answer is a fault of ours or outside of it."""

import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import requests
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.addresses.actions.keep_address import keep_address
from app.catalog.models import Variant
from app.companies.actions.invite_colleague import invite_colleague
from app.companies.actions.open_company import CompanyTerms, open_company
from app.config.days import market_day
from app.db.session import transaction
from app.downloads.actions.ask_for_file import ask_for_file
from app.downloads.making import Wanted
from app.identity.actions.grant_role import grant_role
from app.identity.actions.invite_member import invite_member
from app.identity.actor import Actor
from app.identity.models import Member
from app.identity.queries import actor_of
from app.ledger.models import Journal
from app.media.private_files import prepare_private
from app.messages.files import Draft
from app.orders.actions.confirm_receipt import confirm_receipt
from app.orders.actions.request_return import request_return
from app.orders.actions.write_about_order import write_about_order
from app.orders.models import Order
from app.orders.return_models import OrderFile
from app.payouts.actions.request_redemption import request_redemption
from app.payouts.actions.set_bank_account import set_bank_account
from app.payouts.rules import bank_account
from app.proofs.jobs import seal
from app.purchasing.actions.quick_order import keep_quick_order
from app.purchasing.actions.requisition import make_list
from app.purchasing.rules.lines import read_text
from app.vouchers.actions.create_voucher import create_voucher
from app.vouchers.rules.terms import VoucherTerms
from app.webhooks.actions.keep_endpoint import EndpointTerms, add_endpoint
from app.webhooks.actions.send_again import send_test
from tests.closing.kept_books import somebody
from tests.quotes.bargain import Bargain, takes_offers
from tests.rfqs.asking import Asking, asked_for_quotes
from tests.support.front import ADDRESS_KH, CONTACT
from tests.support.goods import picture_bytes
from tests.support.horizon import nobody_writes
from tests.support.http import serving
from tests.support.programs import a_token
from tests.support.trade import ADDRESS, Shop, Trade, buyer_of

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
"path.delivery_id" = "{delivery_id}"
"path.member_id" = "{member_id}"
"path.invitation_id" = "{invitation_id}"
"path.payout_id" = "{payout_id}"
"""
OF_GUEST = """
[parameters]
"path.number" = "{number}"
"path.order_group_id" = "{group_id}"
"path.return_id" = "{return_id}"
"path.thread_id" = "{thread_id}"
"path.file_id" = "{file_id}"
"""
OF_BOOKS = """
[parameters]
"path.period" = "{period}"
"path.account" = "2110"
"path.journal" = "{journal}"
"path.key" = "general_ledger"
"path.file_id" = "{file_id}"
"query.order" = "{number}"
"""
BOOKS_PATHS = "^/api/v1/books/"
GUESTS_PATHS = "^/api/v1/(orders|messages|order-groups/.*/(payment|signature))"
HANDING_OVER = "/ownership$"
"""Asked last: the token's person keeps another role, or none."""
OWN_PATHS = "^/api/v1/(books/|shops$|shop/|orders|account|offers|deals|requests|quotes|messages|companies|approvals|listings/.*/reports|order-groups/(claims|.*/(claim|payment|signature)))"
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


def paid_shop(trade: Trade) -> Shop:
    """It has sold, and knows where it wants to be paid."""
    shop = trade.shop_of()
    sold = trade.shipped_order(shop)
    account = bank_account(holder="Sothy's Farm", bank="ABA Bank", number="000 123 456", bic="ABAAKHPP")
    with transaction() as session:
        set_bank_account(session, shop.owner, shop.id, account)
        confirm_receipt(session, buyer_of(sold), sold.orders[0].id, now=trade.now())
    trade.settle()
    return shop


@pytest.mark.parametrize("side", ["shop", "buyer"])
def test_who_has_a_token_gets_answers_of_the_document_and_nothing_else(front, trade, tmp_path, side):
    """With ids of real things, so that what is asked reaches behind the door; as the shop, and as who bought from it."""
    shop, buyer = paid_shop(trade), trade.person()
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
        known = {
            "number": group.orders[0].number,
            "listing_id": session.get_one(Variant, variant).listing_id,
            "slug": session.get_one(Variant, variant).listing.slug,
            "shop_id": shop.id,
            **trading,
            **(kept_by_shop(session, trade, shop) if side == "shop" else kept_by_company(session, buyer, trading)),
            **quoting,
        }
    kept = OWN if side == "shop" else OWN.replace('"query.shop" = "{shop_id}"\n', "")
    secret = a_token(shop.owner if side == "shop" else buyer)
    (tmp_path / "known.toml").write_text(kept.format_map(known))
    bearer = ["--header", f"Authorization: Bearer {secret}"]
    with serving(front.app) as address:
        for paths in ([OWN_PATHS, "--exclude-path-regex", HANDING_OVER], [HANDING_OVER])[: 2 if side == "shop" else 1]:
            asked = ["--include-path-regex", *paths, *bearer]
            done = fuzz(address, tmp_path, "--config-file", "known.toml", asked=asked, examples="5")
            assert done.returncode == 0, done.stdout[-6000:] + done.stderr


def kept_by_shop(session: Session, trade: Trade, shop: Shop) -> dict[str, object]:
    """Somebody who works there, somebody who is invited, a message to an address, and money that is asked for."""
    clerk, now = trade.person(), trade.now()
    grant_role(session, granted_by=None, organization_id=shop.id, user_id=clerk.user_id, role="warehouse")
    invited = {"email": "new@people.example", "role": "sales", "form_token": uuid4(), "locale": "en", "now": now}
    return {
        **told(session, shop.owner, shop.id, now),
        "member_id": session.scalars(select(Member.id).where(Member.user_id == clerk.user_id)).one(),
        "invitation_id": invite_member(session, shop.owner, shop.id, **invited).id,
        "payout_id": request_redemption(session, shop.owner, shop.id, cents=100, form_token=uuid4()).id,
    }


def kept_by_company(session: Session, buyer: Actor, trading: dict[str, Any]) -> dict[str, object]:
    """A message to an address of the company, and somebody whom it invited; nobody else buys for it."""
    company, about = trading["company_id"], {"market": "Phsar", "link": "http://localhost"}
    asked = {"email": "new@people.example", "role": "purchaser", "limit_cents": 1}
    return {
        **told(session, buyer, company, datetime.now(UTC)),
        "member_id": uuid4(),
        "invitation_id": invite_colleague(session, buyer, company, **asked, **about),
        "payout_id": uuid4(),
    }


def told(session: Session, actor: Actor, organization_id: UUID, now: datetime) -> dict[str, object]:
    terms = EndpointTerms("https://shop.example/hook", ("order.paid",))
    endpoint, _secret = add_endpoint(session, actor, organization_id, terms, form_token=uuid4())
    sent = send_test(session, actor, endpoint.id, form_token=uuid4(), now=now)
    return {"endpoint_id": endpoint.id, "delivery_id": sent.id}


def test_who_has_the_key_of_an_order_gets_answers_of_the_document_and_nothing_else(front, trade, tmp_path):
    """With a return that runs and a conversation with a file, of what was bought without an account."""
    shop = trade.shop_of()
    group = trade.shipped_order(shop, quantity=3)
    order = group.orders[0]
    wish = {"counts": {order.lines[0].id: 1}, "reason": "damaged", "text": "It broke.", "form_token": uuid4()}
    files = [prepare_private("broken.png", picture_bytes(64, 64))]
    with transaction() as session:
        draft = Draft("Is it well packed?", (), uuid4())
        back = request_return(session, buyer_of(group), order.id, **wish, files=files, now=trade.now())
        known = {
            "number": order.number,
            "group_id": group.id,
            "return_id": back.id,
            "file_id": session.scalars(select(OrderFile.id)).one(),
            "thread_id": write_about_order(
                session, session.get_one(Order, order.id), "buyer", None, draft, now=trade.now()
            ),
        }
    (tmp_path / "known.toml").write_text(OF_GUEST.format_map(known))
    asked = ["--include-path-regex", GUESTS_PATHS, "--header", f"Order-Key: {group.access_token}"]
    with serving(front.app) as address:
        done = fuzz(address, tmp_path, "--config-file", "known.toml", asked=asked, examples="10")
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr


def test_who_reads_the_books_gets_answers_of_the_document_and_nothing_else(front, trade, tmp_path):
    """With a month, a journal and a file of the books; numbers of seals are small enough to be found."""
    accountant, order = somebody(trade, "accountant", "sokha@books.example"), trade.shipped_order(trade.shop_of())
    nobody_writes()
    seal()
    day = market_day(trade.now())
    with transaction() as session:
        wanted = Wanted("fees", "csv", day, day)
        journal = session.scalars(select(Journal).where(Journal.event == "leg_funded")).first()
        known = {
            "period": journal.period,
            "journal": journal.id,
            "number": order.orders[0].number,
            "file_id": ask_for_file(session, accountant, None, wanted, locale="en", form_token=uuid4()).id,
        }
    front.work()
    (tmp_path / "known.toml").write_text(OF_BOOKS.format_map(known))
    bearer = f"Authorization: Bearer {a_token(accountant, 'books:read')}"
    asked = ["--include-path-regex", BOOKS_PATHS, "--header", bearer]
    with serving(front.app) as address:
        done = fuzz(address, tmp_path, "--config-file", "known.toml", asked=asked, examples="10")
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr
