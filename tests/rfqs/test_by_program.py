"""Programs of a buyer and of shops: asking for quotes, quoting, asking back, and agreeing."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from app.db.session import reading
from app.rfqs.jobs import tell_shops
from app.rfqs.models import Quote, Rfq, RfqFile, RfqNote
from app.rfqs.schemas.quotes import QuoteSchema
from app.rfqs.schemas.requests import AskedSchema, DeskRowSchema, RequestRowSchema, RequestSchema
from tests.api.test_files_by_program import BOTH, assert_handed_out, read
from tests.rfqs.asking import Asking
from tests.support.front import Front
from tests.support.programs import Program, a_token, as_documented


def dollars(cents: int) -> dict[str, Any]:
    return {"minor": cents, "currency": "USD"}


def wish(asking: Asking) -> dict[str, Any]:
    lines = [
        {"words": f"/p/{asking.slug(asking.pepper)}", "quantity": 50, "unit": "kg"},
        {"words": "White pepper, washed", "quantity": 20},
    ]
    closes = (asking.now() + timedelta(days=7)).isoformat()
    shops = [asking.slug_of(asking.shop), asking.slug_of(asking.rival)]
    return {"title": "Pepper for spring", "lines": lines, "shops": shops, "country": "KH", "closes_at": closes}


def quoted(asking: Asking, line: str, **changes: Any) -> dict[str, Any]:
    return {
        "version": 0,
        "lines": [{"line_id": line, "variant_id": str(asking.pepper), "quantity": 50, "price": dollars(1_300)}],
        "freight": {"price": dollars(12_000), "days": 9, "incoterm": "FOB", "place": "Sihanoukville"},
        "valid_until": (asking.now() + timedelta(days=30)).isoformat(),
        **changes,
    }


def count(table: type) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_request_is_written_sent_quoted_countered_and_agreed(front: Front, asking: Asking) -> None:
    buyer = Program(front.app, a_token(asking.buyer, "offers", "buy"))
    seller = Program(front.app, a_token(asking.shop.owner, "offers", shop=asking.shop.id))
    rival = Program(front.app, a_token(asking.rival.owner, "offers", shop=asking.rival.id))
    draft = buyer.twice("POST", "/requests", wish(asking), status=201)
    as_documented(RequestSchema, draft)
    assert (draft["state"], len(draft["shops"]), count(Rfq)) == ("draft", 2, 1)
    path = f"/requests/{draft['id']}"
    changed = buyer.twice("PUT", path, {**wish(asking), "title": "Pepper for summer"})
    assert changed["title"] == "Pepper for summer"
    assert seller.ask("GET", "/shop/requests")["rows"] == []
    assert buyer.twice("POST", f"{path}/sending")["state"] == "open"
    tell_shops(draft["id"])
    (row,) = seller.ask("GET", "/shop/requests")["rows"]
    as_documented(DeskRowSchema, row)
    as_documented(RequestRowSchema, buyer.ask("GET", "/requests")["rows"][0])
    came = f"/shop/requests/{row['id']}"
    asked = seller.twice("POST", f"{came}/notes", {"body": "Washed or unwashed?"}, status=201)
    as_documented(AskedSchema, asked)
    buyer.twice("POST", f"/requests/shops/{row['id']}/notes", {"body": "Washed."}, status=201)
    assert ([one["side"] for one in seller.ask("GET", came)["notes"]], count(RfqNote)) == (["seller", "buyer"], 2)
    line = asked["lines"][0]["id"]
    first = seller.twice("POST", f"{came}/quotes", quoted(asking, line), status=201)
    as_documented(QuoteSchema, first)
    assert (first["total"], first["version"], count(Quote)) == (dollars(50 * 1_300 + 12_000), 1, 1)
    stale = seller.ask("POST", f"{came}/quotes", quoted(asking, line), status=409)
    assert stale["code"] == "quote-version-exists"
    instead = {"lines": [{"line_id": line, "quantity": 60, "price": dollars(1_250)}], "note": "For sixty?"}
    countered = buyer.twice("POST", f"/quotes/{first['id']}/counter", instead)
    assert countered["counter"]["lines"] == instead["lines"]
    parts = {"deposit_percent": 30, "shipment_percent": 20}
    second = seller.twice("POST", f"{came}/quotes", quoted(asking, line, version=1, parts=parts), status=201)
    for program, where in ((rival, f"/shop/quotes/{second['id']}"), (rival, f"{came}"), (seller, path)):
        assert program.send("GET", where).status_code in {403, 404}
    owner = Program(front.app, a_token(asking.shop.owner, "offers"))
    assert owner.ask("POST", f"/quotes/{second['id']}/acceptance", status=404)["code"] == "quote-not-found"
    assert owner.ask("GET", path, status=404)["code"] == "request-for-quotation-not-found"
    agreed = buyer.twice("POST", f"/quotes/{second['id']}/acceptance")
    assert (agreed["state"], buyer.ask("GET", path)["state"]) == ("accepted", "decided")
    deal = buyer.ask("GET", f"/deals/{agreed['deal_id']}")
    assert (deal["state"], deal["deposit_percent"]) == ("agreed", 30)


def test_a_shop_declines_or_takes_a_quote_back_and_the_buyer_the_request(front: Front, asking: Asking) -> None:
    rfq = asking.sent()
    buyer = Program(front.app, a_token(asking.buyer, "offers"))
    seller = Program(front.app, a_token(asking.shop.owner, "offers", shop=asking.shop.id))
    came = f"/shop/requests/{asking.asked(rfq).id}"
    line = seller.ask("GET", came)["lines"][0]["id"]
    for change in ({"lines": []}, {"version": -1}, {"freight": {}}, {"unknown": 1}):
        seller.ask("POST", f"{came}/quotes", quoted(asking, line, **change), status=422)
    made = seller.ask("POST", f"{came}/quotes", quoted(asking, line), status=201)
    assert seller.twice("POST", f"/shop/quotes/{made['id']}/withdrawal")["state"] == "withdrawn"
    declined = seller.twice("POST", f"{came}/refusal", {"reason": "No harvest left."})
    assert (declined["state"], declined["reason"]) == ("declined", "No harvest left.")
    assert buyer.twice("POST", f"/requests/{rfq.id}/cancellation")["state"] == "canceled"


def test_requests_for_quotes_have_files_until_they_are_taken_out(front: Front, asking: Asking) -> None:
    buyer = Program(front.app, a_token(asking.buyer, "offers"))
    seller = Program(front.app, a_token(asking.shop.owner, "offers", shop=asking.shop.id))
    rival = Program(front.app, a_token(asking.rival.owner, "offers", shop=asking.rival.id))
    asked = {**wish(asking), "shops": [asking.slug_of(asking.shop)]}
    draft = buyer.twice("POST", "/requests", {**asked, "files": BOTH}, status=201)
    path = f"/requests/{draft['id']}"
    assert len(buyer.ask("PUT", path, asked)["files"]) == 2, "files of a draft stay"
    assert len(buyer.ask("PUT", path, {**asked, "files": BOTH[:1]})["files"]) == 3
    third = next(
        one for one in buyer.ask("GET", path)["files"] if one["id"] not in {two["id"] for two in draft["files"]}
    )
    assert rival.send("DELETE", f"{path}/files/{third['id']}").status_code in {403, 404}
    for _ in range(2):
        buyer.ask("DELETE", f"{path}/files/{third['id']}", status=204)
    assert_handed_out(buyer, "/requests/files", draft["files"])
    one = f"/shop/requests/files/{draft['files'][0]['id']}"
    assert read(seller, one)[0] == 404, "nobody is told of a draft"
    buyer.ask("POST", f"{path}/sending")
    tell_shops(draft["id"])
    (row,) = seller.ask("GET", "/shop/requests")["rows"]
    assert_handed_out(seller, "/shop/requests/files", seller.ask("GET", f"/shop/requests/{row['id']}")["files"])
    assert read(rival, one)[0] == 404
    late = buyer.ask("DELETE", f"{path}/files/{draft['files'][0]['id']}", status=409)
    assert late["code"] == "request-is-no-draft"
    assert count(RfqFile) == 2
