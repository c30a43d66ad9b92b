"""Pro-forma invoices of carts, deals and orders, read by another program and compared with the database."""

import re
from datetime import UTC, datetime

from app.db.session import reading, transaction
from app.documents.typesetting import typeset
from app.money.amounts import Money, usd
from app.orders.models import Order
from app.parties.actions.tell_dossier import tell_numbers
from app.shipping.actions.set_rates import set_rates
from app.web.money_text import format_money
from tests.companies.test_company_orders import Company, company, reviewed  # noqa: F401 - a fixture
from tests.parties.test_approval import decide, sent_shop
from tests.quotes.bargain import Bargain, bargain  # noqa: F401 - a fixture
from tests.rfqs.asking import Asking, asking  # noqa: F401 - a fixture
from tests.support.front import Front, Visitor
from tests.support.on_terms import OnTerms
from tests.support.pdf import pdf_fonts, pdf_text
from tests.support.trade import HOME, Trade


def fetched(visitor: Visitor, path: str) -> bytes:
    answer = visitor.browser.get(path)
    assert answer.status_code == 200, answer.status
    assert answer.mimetype == "application/pdf"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.data.startswith(b"%PDF-")
    return answer.data


def row(text: str, label: str) -> str:
    """The line that begins with this label, its blanks made one."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    found = [line for line in lines if line.startswith(label)]
    assert found, f"no line {label} in\n{text}"
    return found[0]


def order_of(front: Front) -> Order:
    with reading() as session:
        return session.get_one(Order, front.group().orders[0].id)


def test_an_order_says_who_sells_what_to_whom_for_how_much_as_the_database_has_it(front: Front, trade: Trade) -> None:
    shop = trade.shop_of(name="ម្រេចកំពត", currency="KHR", is_tax_registered=True)
    goods = trade.goods(shop, title="Kampot pepper <b>*bold*</b> #strong[x] $y$", price=58_700, minimum=3)
    visitor = front.visitor()
    visitor.add(goods, 7)
    visitor.pay(visitor.check_out())
    order = order_of(front)
    text = pdf_text(fetched(visitor, f"/orders/{order.number}/proforma.pdf"))
    own = lambda minor: format_money(Money(minor, "KHR"))  # noqa: E731
    assert "Pro-forma, not a tax invoice" in text
    assert f"PF-{order.number}" in text
    assert "Kampot pepper <b>*bold*</b> #strong[x] $y$" in text
    line = order.lines[0]
    assert row(text, "Kampot pepper").endswith(
        f"7 kg {own(line.price_minor)} {own(line.line_minor)} {format_money(usd(line.line_cents))}"
    )
    assert row(text, "Shipping:").endswith(f"{own(order.shipping_minor)} {format_money(usd(order.shipping_cents))}")
    assert row(text, "Total") == f"Total {own(order.total_minor)} {format_money(usd(order.total_cents))}"
    (tax,) = order.tax_lines
    assert row(text, tax["name"]).startswith(f"{tax['name']} 10 %, included {own(tax['tax_minor'])} $")
    assert "1 US dollar is 4,050 KHR" in text
    assert "To be paid until" in text
    for said in (order.group.name, order.group.email, "Phnom Penh", "Kampot, Cambodia", "escrow"):
        assert said in text, said


def test_a_paid_order_says_so_to_both_sides_and_a_stranger_finds_nothing(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    visitor = front.visitor()
    visitor.add(trade.goods(shop), 2)
    front.come_back(visitor, front.pay_at_card_service(visitor.pay(visitor.check_out()).headers["Location"]))
    number = order_of(front).number
    bought = fetched(visitor, f"/orders/{number}/proforma.pdf")
    sold = fetched(front.member(shop.owner), f"/desk/orders/{number}/proforma.pdf")
    assert "Ordered and paid on" in pdf_text(bought)
    assert "KHR" not in pdf_text(bought)
    assert pdf_text(bought) == pdf_text(sold)
    stranger, other = front.member(trade.person()), trade.shop_of(name="Other")
    assert stranger.browser.get(f"/orders/{number}/proforma.pdf").status_code == 404
    assert front.member(other.owner).browser.get(f"/desk/orders/{number}/proforma.pdf").status_code == 404
    assert front.visitor().browser.get(f"/desk/orders/{number}/proforma.pdf").status_code == 303
    assert front.visitor().browser.get("/orders/nothing/proforma.pdf").status_code == 404


def test_the_same_request_gives_the_same_bytes_and_a_changed_cart_another_number(front: Front, trade: Trade) -> None:
    goods = trade.goods(trade.shop_of())
    visitor = front.visitor()
    visitor.add(goods, 2)
    visitor.check_out()
    first, again = (fetched(visitor, "/checkout/proforma.pdf") for _ in range(2))
    assert first == again
    visitor.add(goods, 1)
    changed = pdf_text(fetched(visitor, "/checkout/proforma.pdf"))
    numbers = [re.findall(r"PF-\w+", text)[0] for text in (pdf_text(first), changed)]
    assert numbers[0] != numbers[1]


def test_the_cart_of_a_company_with_two_sellers_shows_what_it_will_cost(
    front: Front, trade: Trade, company: Company  # noqa: F811
) -> None:  # fmt: skip
    company.limit(None)
    first = trade.goods(trade.shop_of())
    second = trade.goods(trade.shop_of(name="Bangkok Tea", country="TH", currency="THB"), title="Tea", price=45_000)
    visitor = front.member(company.purchaser)
    visitor.add(first, 3)
    review = reviewed(visitor, second, 2)
    text = pdf_text(fetched(visitor, "/checkout/proforma.pdf"))
    for said in ("Mekong Foods", "K001-123", "PO-77", "Sothy's Farm", "Bangkok Tea", "Nothing is kept for you"):
        assert said in text, said
    totals = re.findall(r"^\s*Total.*\$([\d.]+)$", text, re.MULTILINE)
    whole = re.search(r"All sellers together\s+\$([\d.]+)", text)
    assert whole
    assert f"${whole[1]}" in review
    assert sum(round(float(total) * 100) for total in totals) == round(float(whole[1]) * 100)
    assert len(totals) == 2
    back = front.pay_at_card_service(visitor.pay(review).headers["Location"])
    front.come_back(visitor, back)
    assert f"{whole[1]}" == f"{front.group().total_cents / 100:.2f}"


def test_who_has_not_come_to_the_review_is_led_on_to_what_is_missing(front: Front, trade: Trade) -> None:
    visitor = front.visitor()
    assert visitor.browser.get("/checkout/proforma.pdf").headers["Location"] == "/cart"
    visitor.add(trade.goods(trade.shop_of()), 1)
    assert visitor.browser.get("/checkout/proforma.pdf").headers["Location"] == "/checkout"


def test_a_deal_says_until_when_it_stands_and_only_its_two_sides_read_it(front: Front, bargain: Bargain) -> None:  # noqa: F811
    deal = bargain.deal(price=1_234, quantity=3)
    path = f"/deals/{deal.id}/proforma.pdf"
    for side in (bargain.buyer, bargain.shop.owner):
        text = pdf_text(fetched(front.member(side), path))
        assert row(text, "Goods $") == "Goods $37.02"
        assert row(text, "Kampot black pepper").endswith("3 kg $12.34 $37.02")
        assert "To be paid until" in text
        assert "Postage comes on top" in text
    assert front.member(bargain.trade.person()).browser.get(path).status_code == 404
    assert front.visitor().browser.get(path).status_code == 303
    checkout = front.member(bargain.buyer)
    base = f"/deals/{deal.id}/checkout"
    checkout.fill(base, email="dara@people.example", name="Dara", phone="091 234 567")
    checkout.fill(f"{base}/address", country="KH", street="St 178", city="Phnom Penh")
    checkout.fill(f"{base}/shipping")
    assert row(pdf_text(fetched(checkout, f"{base}/proforma.pdf")), "Total") == "Total $38.52"


def test_what_a_company_pays_later_says_until_when_and_promises_no_escrow(front: Front, trade: Trade) -> None:
    on_terms = OnTerms(trade)
    order = on_terms.order().orders[0]
    text = pdf_text(fetched(front.member(on_terms.buyer), f"/orders/{order.number}/proforma.pdf"))
    assert "Ordered, and owed until" in text
    assert "lets the company pay later" in text
    assert "The market holds the money in escrow" not in text
    assert row(text, "Total") == f"Total {format_money(usd(order.total_cents))}"


def test_a_quote_that_was_accepted_has_its_freight_inside_and_names_the_company(
    front: Front,
    trade: Trade,
    asking: Asking,  # noqa: F811
    company: Company,  # noqa: F811
) -> None:
    company.limit(None)
    rfq = asking.sent(by=company.purchaser)
    deal = asking.accept(asking.quote(rfq), by=company.purchaser)
    text = pdf_text(fetched(front.member(company.purchaser), f"/deals/{deal.id}/proforma.pdf"))
    assert row(text, "Freight: FOB Sihanoukville (Incoterms 2020)").endswith("$120.00")
    agreed = sum(line.price_minor * line.quantity for line in deal.lines) + (deal.freight_minor or 0)
    assert row(text, "Total") == f"Total {format_money(usd(agreed))}"
    assert "Postage comes on top" not in text
    for said in ("Mekong Foods", "K001-123", deal.reference, deal.contract):
        assert said in text, said


def test_registration_and_tax_numbers_stand_there_once_the_market_has_looked(front: Front, trade: Trade) -> None:
    shop = sent_shop(front)
    decide(trade.operator, shop, "accept")
    unseen = trade.shop_of(name="Old Shop")
    now = datetime.now(UTC)
    with transaction() as session:
        tell_numbers(session, unseen.owner, unseen.id, registration="99887766", tax="L00-555", now=now)
        set_rates(session, shop.owner, shop.id, [HOME])
    visitor = front.visitor()
    visitor.add(trade.goods(shop), 1)
    visitor.add(trade.goods(unseen), 1)
    visitor.check_out()
    text = pdf_text(fetched(visitor, "/checkout/proforma.pdf"))
    assert "Sothy Co., Ltd." in text
    assert "Registration number 00012345" in text
    assert "Tax number K001123456789" in text
    assert "99887766" not in text


def test_it_speaks_khmer_and_every_script_has_a_font_inside(front: Front, trade: Trade) -> None:
    names = "Nguyễn Thị Ánh ສະບາຍດີ สวัสดี မြန်မာ"
    visitor = front.visitor()
    visitor.add(trade.goods(trade.shop_of(name=names, currency="KHR"), price=58_000), 1)
    visitor.check_out()
    visitor.browser.set_cookie("language", "km")
    file = fetched(visitor, "/checkout/proforma.pdf")
    fonts = pdf_fonts(file)
    for family in ("NotoSansKhmer", "NotoSansLao", "NotoSansThai", "NotoSansMyanmar", "PlusJakartaSans"):
        assert family in fonts, family
    assert "Liberation" not in fonts
    text = pdf_text(file)
    assert "Nguyễn Thị Ánh" in text
    assert "Pro-forma, not a tax invoice" not in text
    assert "៛" in text


def test_what_is_typed_is_never_markup() -> None:
    """A name cannot run code of the typesetter, read a file or end the string it stands in."""
    hostile = '"); #read("/etc/passwd") #panic("x") $1/0$ \\ ` = * _ <a> @b // /*'
    content = {
        "title": hostile, "number": hostile, "language": "en", "leading": 0.65,
        "words": dict.fromkeys(("standing", "seller", "buyer", "goods", "quantity", "price"), hostile),
        "buyer": {"name": hostile, "lines": [hostile], "numbers": [[hostile, hostile]]},
        "sheets": [], "whole": None, "terms": [hostile],
    }  # fmt: skip
    text = pdf_text(typeset("proforma", content, dated=datetime(2026, 11, 29, tzinfo=UTC).date()))
    assert '#read("/etc/passwd")' in text
    assert "root:" not in text
