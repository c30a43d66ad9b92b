"""Words that try to be markup, SQL, formulas or templates, in every field people may fill in, through a whole trade.

They are kept as typed, shown as text to everybody, and put out of action in files for spreadsheets.
"""

import csv
import io
from typing import Any

import requests
from bs4 import BeautifulSoup
from sqlalchemy import text as sql

from app.db.session import reading
from app.identity.models import Organization
from app.orders.models import Dispute, Fulfillment, Order, OrderGroup
from tests.support.front import Front
from tests.support.front import Visitor as Cookies
from tests.support.goods import picture_bytes
from tests.support.outcome import requires_tie_out
from tests.support.trade import Trade
from tests.support.visitor import Visitor

SHORT = "=<b data-torture>"
HOSTILE = "=\"'><b data-torture>&lt;'); DROP TABLE users;--"  # 48 letters, which every name has room for
LONG = HOSTILE + "{{7*7}}%s%(x)d\\${1}<script data-torture>alert(1)</script>ផ្សារ\u200bនៃ مرحبا 👩\u200d🌾𐍈"
PARCEL = HOSTILE[:40]
PARAGRAPHS = f"{LONG}\n<img data-torture src=x onerror=alert(1)>\n{LONG}"
ADDRESS = {"street": LONG[:100], "area": HOSTILE, "district": HOSTILE, "city": HOSTILE}


class Person(Visitor):
    """Looks at every page as a person does who is attacked: nothing on it may have become an element."""

    def __init__(self, front: Front, known: Cookies) -> None:
        super().__init__(front.app)
        self.client = known.browser

    def _look(self, answer: Any) -> Any:
        looked = super()._look(answer)
        assert answer.status_code < 500, answer.request.path
        assert not self.page.select("[data-torture]"), f"markup on {answer.request.path}"
        return looked

    def fill(self, path: str, with_field: str = "", **more: Any) -> None:
        self.open(path)
        answer = self.send(with_field, **more)
        assert answer.status_code == 200, f"{path}: {self.text[:400]}"

    def reads(self, *paths: str, words: str = HOSTILE) -> None:
        for path in paths:
            assert self.open(path).status_code == 200, path
            shown = [self.page.get_text(), *(str(field["value"]) for field in self.page.select("[value]"))]
            assert any(words in part.replace("\u200b", "") for part in shown), f"{words} is not on {path}"


def test_hostile_words_stay_words_from_the_first_field_to_the_last_file(front: Front, trade: Trade) -> None:
    owner, boss = Person(front, front.member(trade.person("owner@shop.example"))), operator(front, trade)
    shop = opens_shop(owner, boss)
    slug = lists_goods(owner)
    stranger = Person(front, front.visitor())
    stranger.reads(f"/p/{slug}", f"/s/{shop.slug}", "/search?q=DROP+TABLE")
    stranger.open(f"/search?q={requests.utils.quote(LONG)}")  # type: ignore[attr-defined]
    group = buys(front, trade, slug)
    number = group.orders[0].number
    buyer = Person(front, front.visitor())
    buyer.open(f"/orders/key/{group.access_token}")
    owner.fill(f"/desk/orders/{number}", "amount", amount="1.00", reason=LONG)
    owner.fill(f"/desk/orders/{number}", "tracking", carrier=HOSTILE, tracking=PARCEL)
    owner.fill(f"/desk/orders/{number}", "tracking", carrier=HOSTILE, tracking=SHORT)
    trade.settle()
    buyer.fill(f"/orders/{number}/problem", "reason", reason="other", text=PARAGRAPHS)
    trade.settle()
    boss.fill(f"/console/disputes/{number}", "resolution", seller_amount="5.00", resolution=PARAGRAPHS)
    front.work()
    trade.settle()
    front.work()
    is_asked_and_refused_money(owner, boss)
    buyer.reads(f"/orders/{number}", f"/orders/group/{group.id}", "/orders")
    buyer.open(f"/orders/{number}/details")
    owner.reads(f"/desk/orders/{number}", "/desk/goods", "/desk/shop", "/desk/shipping", "/desk/money/account")
    for path in ("/desk/orders?tab=done", "/desk/money", "/books/settlement", "/account", "/"):
        owner.open(path)
    boss.reads(f"/console/disputes/{number}", f"/mailbox?to={group.email}")
    for path in (
        "/console",
        "/console/shops",
        "/console/shops?status=approved",
        "/console/disputes",
        "/console/redemptions",
        "/mailbox",
        "/books",
    ):
        boss.open(path)
    everything_is_as_typed(shop, group)
    no_formula_leaves(owner)
    requires_tie_out()


def operator(front: Front, trade: Trade) -> Person:
    return Person(front, front.member(trade.operator))


def opens_shop(owner: Person, boss: Person) -> Organization:
    owner.fill(
        "/sell/shop",
        "place",
        name=HOSTILE,
        local_name=HOSTILE,
        place=HOSTILE,
        country="KH",
        kind="company",
        opening_hours=LONG[:110],
        story=PARAGRAPHS,
        local_story=PARAGRAPHS,
    )
    boss.open("/console/shops")
    with reading() as session:
        shop = session.query(Organization).filter_by(name=HOSTILE).one()
    answer = boss.client.post(f"/console/shops/{shop.id}/approve", data={"csrf_token": boss.token()})
    assert answer.status_code == 303
    rate = {"zone": "domestic", "method": HOSTILE[:40], "carrier": HOSTILE, "days_min": "1", "days_max": "3"}
    owner.fill("/desk/shipping", "rates-0-method", **{f"rates-0-{k}": v for k, v in {**rate, "price": "1.50"}.items()})
    return shop


def lists_goods(owner: Person) -> str:
    owner.open("/desk/goods/new")
    category = owner.page.select("select[name=category] option")[1]["value"]
    answer = owner.send(
        "title",
        press=("then", "publish"),
        title=HOSTILE,
        local_title=HOSTILE,
        description=PARAGRAPHS,
        local_description=PARAGRAPHS,
        category=category,
        unit=SHORT,
        pictures=(io.BytesIO(picture_bytes(100, 100)), f"{HOSTILE}.png"),
        **{
            "variants-0-named": HOSTILE,
            "variants-0-local_named": HOSTILE,
            "variants-0-sku": PARCEL,
            "variants-0-price": "14.50",
            "variants-0-stock": "8",
        },
    )
    assert (answer.status_code, answer.request.path) == (200, "/desk/goods"), owner.text[:400]
    with reading() as session:
        return str(session.execute(sql("SELECT slug FROM listings")).scalar_one())


def buys(front: Front, trade: Trade, slug: str) -> OrderGroup:
    buyer = Person(front, front.visitor())
    buyer.fill(f"/p/{slug}", "variant_id", quantity="2")
    buyer.fill("/checkout", "email", email="dara@people.example", name=HOSTILE, phone="091 234 567")
    buyer.fill("/checkout/address", "street", country="KH", **ADDRESS)
    buyer.fill("/checkout/shipping")
    buyer.reads("/cart", "/checkout/review")
    seen = buyer._form("seen")
    fields = {str(field["name"]): str(field.get("value", "")) for field in seen.select("input")}
    to_card = buyer.client.post("/checkout/pay", data=fields).headers["Location"]
    card_page = BeautifulSoup(requests.get(to_card, timeout=30).text, "html.parser")
    assert (HOSTILE in card_page.get_text(), card_page.select("[data-torture]")) == (True, [])
    back = front.pay_at_card_service(to_card)
    assert back is not None
    buyer.open(back.removeprefix(front.settings.public_url))
    trade.settle()
    return front.group()


def is_asked_and_refused_money(owner: Person, boss: Person) -> None:
    owner.fill("/desk/money/account", "holder", holder=HOSTILE, bank=HOSTILE, number="000123456")
    owner.fill("/desk/money", "amount", amount="1.00")
    boss.open("/console/redemptions")
    refuse = boss.page.select_one("a[href$='/refuse']")
    assert refuse is not None
    boss.fill(str(refuse["href"]), "reason", reason=LONG)


def everything_is_as_typed(shop: Organization, group: OrderGroup) -> None:
    with reading() as session:
        kept = session.get_one(OrderGroup, group.id)
        assert (kept.name, kept.address["street"], kept.address["city"]) == (HOSTILE, LONG[:100], HOSTILE)
        assert session.query(Dispute).one().text == PARAGRAPHS
        assert session.query(Dispute).one().resolution == PARAGRAPHS
        assert session.query(Fulfillment.tracking).one() == (SHORT,)
        assert session.get_one(Organization, shop.id).story["en"] == PARAGRAPHS
        assert session.query(Order).one().lines[0].titles["km"] == HOSTILE


def no_formula_leaves(owner: Person) -> None:
    with owner.client.get("/books/settlement.csv") as answer:
        file = answer.get_data(as_text=True)
    cells = [cell for row in csv.reader(io.StringIO(file.removeprefix("\ufeff"))) for cell in row]
    assert any("DROP TABLE" in cell for cell in cells)
    assert [cell for cell in cells if cell.startswith(("=", "+", "@"))] == []
