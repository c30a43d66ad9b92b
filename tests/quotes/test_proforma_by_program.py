"""Programs of both sides take along the pro-forma invoice of a deal and of an order; nobody else's does."""

from tests.quotes.bargain import Bargain
from tests.support.front import ADDRESS_KH, CONTACT, Front
from tests.support.pdf import pdf_text
from tests.support.programs import Program, a_token


def read(program: Program, path: str, **headers: str) -> str:
    answer = program.send("GET", path, **headers)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf"), answer.get_data(as_text=True)
    assert answer.headers["Cache-Control"] == "private, no-store"
    return pdf_text(answer.data)


def test_a_deal_and_its_order_have_a_proforma_invoice_for_both_sides(front: Front, bargain: Bargain) -> None:
    deal, shop = bargain.deal(), bargain.shop
    buyer = Program(front.app, a_token(bargain.buyer, "offers", "buy"))
    seller = Program(front.app, a_token(shop.owner, "offers", "orders:read", shop=shop.id))
    stranger = Program(front.app, a_token(bargain.trade.shop_of(name="Mekong Silk").owner))
    path = f"/deals/{deal.id}"
    assert read(buyer, f"{path}/proforma.pdf") == read(seller, f"/shop{path}/proforma.pdf")
    for program, where in ((stranger, path), (stranger, f"/shop{path}"), (seller, path), (buyer, f"/shop{path}")):
        assert program.send("GET", f"{where}/proforma.pdf").status_code in {403, 404}
    seen = buyer.ask("PATCH", f"{path}/cart", {"contact": CONTACT, "address": ADDRESS_KH})
    placed = buyer.ask("POST", f"{path}/cart/order", {"amounts": seen["amounts"]}, status=201)
    number = placed["orders"][0]["number"]
    told = read(buyer, f"/orders/{number}/proforma.pdf")
    assert number in told
    assert read(seller, f"/shop/orders/{number}/proforma.pdf") == told
    for where in (f"/orders/{number}", f"/shop/orders/{number}"):
        refused = stranger.ask("GET", f"{where}/proforma.pdf", status=404)
        assert refused["code"] == "order-not-found"
    assert Program(front.app).send("GET", f"/orders/{number}/proforma.pdf").status_code == 401
