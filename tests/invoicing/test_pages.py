"""Both sides find and fetch their documents, nobody else does, and the PDF says what the database keeps."""

from app.config.days import day_in
from app.db.session import transaction
from app.identity.models import Organization
from app.invoicing.schemas import InvoiceSchema
from app.money.amounts import Money, usd
from app.orders.actions.forget_buyer import forget_buyer
from app.orders.models import OrderGroup
from app.web.filters import date_text
from app.web.money_text import format_money
from tests.documents.test_proforma import fetched, order_of, row
from tests.invoicing.test_issuing import documents, refund, run_queued
from tests.support.front import Front
from tests.support.pdf import pdf_fonts, pdf_text
from tests.support.programs import Program, a_token, as_documented
from tests.support.trade import Trade


def test_the_buyer_finds_the_invoice_at_the_order_and_its_pdf_says_what_the_database_keeps(
    front: Front, trade: Trade
) -> None:
    shop = trade.shop_of(name="ម្រេចកំពត", currency="KHR", is_tax_registered=True)
    goods = trade.goods(shop, title="Kampot pepper <b>*bold*</b> #strong[x]", price=58_700_00)
    visitor = front.visitor()
    visitor.add(goods, 7)
    front.come_back(visitor, front.pay_at_card_service(visitor.pay(visitor.check_out()).headers["Location"]))
    order = order_of(front)
    assert f"/orders/{order.number}/invoices" in visitor.look(f"/orders/{order.number}")
    assert "No invoice yet" in visitor.look(f"/orders/{order.number}/invoices")
    run_queued()
    (one,) = documents()
    seen = visitor.look(f"/orders/{order.number}/invoices")
    assert "T-000001" in seen
    assert "Tax invoice" in seen
    text = pdf_text(fetched(visitor, f"/orders/{order.number}/invoices/T-000001.pdf"))
    own = lambda minor: format_money(Money(minor, "KHR"))  # noqa: E731
    line = order.lines[0]
    assert row(text, "Kampot pepper").endswith(
        f"7 kg {own(line.price_minor)} {own(line.line_minor)} {format_money(usd(line.line_cents))}"
    )
    assert row(text, "Total").endswith(f"{own(order.total_minor)} {format_money(usd(order.total_cents))}")
    assert row(text, "VAT 10 %, included").endswith(format_money(usd(one.tax_cents)))
    assert row(text, "Without tax").endswith(format_money(usd(one.net_cents)))
    assert "Pro-forma" not in text
    answer = visitor.browser.get(f"/orders/{order.number}/invoices/t-1.xml")
    assert (answer.status_code, answer.mimetype) == (200, "application/xml")
    assert answer.data.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')


def test_the_day_it_was_paid_is_that_of_the_seller_in_pdf_and_xml(front: Front, trade: Trade) -> None:
    """Here the clock of the shop is so far from Greenwich, and from the market, that the day is another one."""
    zone = "Etc/GMT-14" if trade.now().hour >= 10 else "Etc/GMT+12"
    shop = trade.shop_of()
    with transaction() as session:
        session.get_one(Organization, shop.id).time_zone = zone
    visitor = front.visitor()
    visitor.add(trade.goods(shop), 1)
    front.come_back(visitor, front.pay_at_card_service(visitor.pay(visitor.check_out()).headers["Location"]))
    run_queued()
    (one,) = documents()
    assert one.supplied_on == day_in(zone, one.supplied_at) != one.supplied_at.date()
    path = f"/orders/{order_of(front).number}/invoices/I-000001"
    with front.app.test_request_context():
        said = f"Paid in full on {date_text(one.supplied_on)}"
    assert said in pdf_text(fetched(visitor, f"{path}.pdf"))
    xml = visitor.browser.get(f"{path}.xml").get_data(as_text=True)
    assert f"TaxPointDate>{one.supplied_on}<" in xml
    assert f"IssueDate>{one.issued_on}<" in xml


def test_the_page_and_the_pdf_are_khmer_for_who_reads_khmer(front: Front, trade: Trade) -> None:
    visitor = front.visitor()
    visitor.add(trade.goods(trade.shop_of()), 1)
    front.come_back(visitor, front.pay_at_card_service(visitor.pay(visitor.check_out()).headers["Location"]))
    run_queued()
    number = order_of(front).number
    visitor.browser.set_cookie("language", "km")
    assert "Invoices of order" not in visitor.look(f"/orders/{number}/invoices")
    file = fetched(visitor, f"/orders/{number}/invoices/I-000001.pdf")
    assert "Invoice" not in pdf_text(file)
    assert "NotoSansKhmer" in pdf_fonts(file)


def test_a_shop_sees_its_own_documents_the_newest_first_and_no_other_shops(front: Front, trade: Trade) -> None:
    shop, other = trade.shop_of(), trade.shop_of(name="Ban Chiang Weavers")
    order = trade.shipped_order(shop).orders[0]
    refund(trade, shop, order.id, 500)
    run_queued()
    desk = front.member(shop.owner)
    seen = desk.look("/desk/invoices")
    assert seen.index("C-000001") < seen.index(">I-000001<")
    text = pdf_text(fetched(desk, "/desk/invoices/C-000001.pdf"))
    assert "Credit note" in text
    assert row(text, "Total").endswith(format_money(usd(500)))
    assert "I-000001" in text
    assert desk.browser.get("/desk/invoices/C-000001.xml").status_code == 200
    stranger = front.member(other.owner)
    assert "I-000001" not in stranger.look("/desk/invoices")
    for path in ("/desk/invoices/I-000001.pdf", "/desk/invoices/I-000001.xml", "/desk/invoices/nothing.pdf"):
        assert stranger.browser.get(path).status_code == 404
        assert stranger.browser.get(f"{path}?shop={shop.id}").status_code == 404


def test_a_stranger_finds_no_document_of_an_order(front: Front, trade: Trade) -> None:
    group = trade.paid_group({trade.goods(trade.shop_of()): 1})
    run_queued()
    order = group.orders[0]
    for end in ("", "/I-000001.pdf", "/I-000001.xml"):
        assert front.visitor().browser.get(f"/orders/{order.number}/invoices{end}").status_code == 404


def test_a_private_person_gives_no_invoice(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    with transaction() as session:
        session.get_one(Organization, shop.id).kind = "private_person"
    trade.paid_group({trade.goods(shop): 1})
    run_queued()
    assert documents() == []
    assert "private persons issue none" in front.member(shop.owner).look("/desk/invoices")


def test_programs_of_both_sides_read_and_fetch_them(front: Front, trade: Trade) -> None:
    shop, buyer = trade.shop_of(), trade.person()
    group = trade.shipped_order(shop)
    order = group.orders[0]
    with transaction() as session:
        session.get_one(OrderGroup, group.id).buyer_id = buyer.user_id
    refund(trade, shop, order.id, 500)
    run_queued()
    sellers = Program(front.app, a_token(shop.owner, "orders:read", shop=shop.id))
    first = sellers.ask("GET", "/shop/invoices?size=1")
    assert [one["number"] for one in first["rows"]] == ["C-000001"]
    second = sellers.ask("GET", f"/shop/invoices?size=1&cursor={first['next_cursor']}")
    assert [one["number"] for one in second["rows"]] == ["I-000001"]
    assert second["next_cursor"] is None
    as_documented(InvoiceSchema, first["rows"][0])
    assert first["rows"][0]["corrects"] == "I-000001"
    buyers = Program(front.app, a_token(buyer, "buy"))
    rows = buyers.ask("GET", f"/orders/{order.number}/invoices")["rows"]
    assert [(one["number"], one["total"]["minor"]) for one in rows] == [
        ("I-000001", order.total_cents),
        ("C-000001", 500),
    ]
    for program, path in ((sellers, "/shop/invoices"), (buyers, f"/orders/{order.number}/invoices")):
        assert program.send("GET", f"{path}/I-000001.pdf").data.startswith(b"%PDF-")
        assert b"<cbc:ID>I-000001</cbc:ID>" in program.send("GET", f"{path}/I-000001.xml").data
        assert program.ask("GET", f"{path}/I-000009.xml", status=404)["code"] == "invoice-not-found"


def test_who_was_erased_stands_in_no_document_and_the_number_stays(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    group = trade.paid_group({trade.goods(shop): 1})
    run_queued()
    desk = front.member(shop.owner)
    assert "Dara Chan" in pdf_text(fetched(desk, "/desk/invoices/I-000001.pdf"))
    with transaction() as session:
        forget_buyer(session, group.id, now=trade.now())
    text = pdf_text(fetched(desk, "/desk/invoices/I-000001.pdf"))
    assert "I-000001" in text
    assert "Private person" in text
    for gone in ("Dara Chan", "91234567", "@people.example"):
        assert gone not in text
        assert gone.encode() not in desk.browser.get("/desk/invoices/I-000001.xml").data
