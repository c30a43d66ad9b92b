"""Programs of a shop keep a quote before it is sent, fill it from a spreadsheet, and send it; people go on with the same."""

import io
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from app.db.session import reading, transaction
from app.identity.models import Member
from app.rfqs.draft_schemas import QuoteDraftSchema
from app.rfqs.models import Quote, QuoteDraft, Rfq
from app.rfqs.schemas.quotes import QuoteSchema
from tests.quotes.test_deal_races import at_once
from tests.rfqs.asking import Asking
from tests.rfqs.test_by_program import count, dollars, quoted
from tests.rfqs.test_drafts import colleague_of
from tests.rfqs.test_files import book_of
from tests.support.front import Front
from tests.support.programs import Program, a_token, as_documented
from tests.support.trade import Actor

Spoil = Callable[[dict[str, Any]], object]
NO_PRICES = [
    (b"\x89PNG\r\n\x1a\n" + b"\x00" * 40, "unreadable-file"),
    (b"PK\x03\x04 no workbook", "unreadable-file"),
    (b"1,x\n" * 600_000, "unreadable-file"),
    (b"99,,,,A,1,1,1\n", "strange-price-list-line"),
    (b"Line,Wanted\n", "nothing-quoted"),
]
SPOILED: list[Spoil] = [
    lambda sent: sent.pop("version"),
    lambda sent: sent.pop("draft"),
    lambda sent: sent.update(draft=-1),
    lambda sent: sent.update(draft=2**31),
    lambda sent: sent.update(version="0"),
    lambda sent: sent.update(unknown=1),
    lambda sent: sent.update(valid_on="tomorrow"),
    lambda sent: sent.update(note="x" * 10_000),
    lambda sent: sent.update(lines=sent["lines"] * 2),
    lambda sent: sent["lines"][0].update(line_id=str(uuid4())),
    lambda sent: sent["lines"][0].update(price={"minor": 5_000, "currency": "KHR"}),
    lambda sent: sent["lines"][0].update(price=dollars(0)),
    lambda sent: sent["lines"][0].update(quantity=10**9),
    lambda sent: sent["lines"][0].update(code="x" * 300),
    lambda sent: sent["freight"].update(incoterm="ABC"),
    lambda sent: sent["freight"].update(days=-1),
]


@pytest.fixture
def seller(front: Front, asking: Asking) -> Program:
    return Program(front.app, a_token(asking.shop.owner, "offers", shop=asking.shop.id))


def where(asking: Asking, rfq: Rfq) -> str:
    return f"/shop/requests/{asking.asked(rfq).id}"


def half(asking: Asking, rfq: Rfq, **changes: Any) -> dict[str, Any]:
    """A price for the first line, and nothing of freight yet."""
    line = {"line_id": str(asking.lines(rfq)[0].id), "price": dollars(1_250), "quantity": 40}
    return {"version": 0, "draft": 0, "lines": [line], "contract": "Inspected before <b>loading</b>.", **changes}


def whole(asking: Asking, rfq: Rfq, **changes: Any) -> dict[str, Any]:
    day = (asking.now() + timedelta(days=20)).date().isoformat()
    freight = {"price": dollars(12_000), "days": 9, "incoterm": "FOB", "place": "Sihanoukville"}
    parts = {"deposit_percent": 30, "shipment_percent": 20}
    return half(asking, rfq, **{"freight": freight, "valid_on": day, "parts": parts, **changes})


def test_half_a_quote_is_kept_mended_by_a_person_and_sent_by_a_program(
    front: Front, asking: Asking, seller: Program
) -> None:
    rfq = asking.sent()
    path = where(asking, rfq)
    begun = seller.ask("GET", f"{path}/draft")
    as_documented(QuoteDraftSchema, begun)
    assert (begun["number"], begun["kept_by"], [one["price"] for one in begun["lines"]]) == (0, None, [None, None])
    assert begun["lines"][0]["code"] == "A", "the request names the goods"
    kept = seller.twice("PUT", f"{path}/draft", half(asking, rfq))
    as_documented(QuoteDraftSchema, kept)
    first, second = kept["lines"]
    assert (first["price"], first["quantity"], first["variant_id"]) == (dollars(1_250), 40, str(asking.pepper))
    assert (second["price"], second["quantity"], second["variant_id"]) == (None, 20, None)
    lacking = {one["field"] for one in kept["problems"]}
    assert lacking == {"freight.price", "freight.days", "freight.incoterm", "freight.place", "valid_on"}
    (row,) = seller.ask("GET", "/shop/requests")["rows"]
    assert row["has_draft"]
    refused = seller.ask("POST", f"{path}/draft/sending", {"version": 0, "draft": 1}, status=422)
    assert {one["field"] for one in refused["errors"]} == lacking
    assert (count(Quote), count(QuoteDraft)) == (0, 1)

    desk, page = front.member(asking.shop.owner), f"/desk{path.removeprefix('/shop')}/quote"
    shown = desk.look(page)
    assert 'value="12.50"' in shown
    assert "Inspected before &lt;b&gt;loading&lt;/b&gt;." in shown
    fields = {"freight": "120", "days": "9", "incoterm": "FOB", "named_place": "Kampot", "note": "As in May."}
    day = (asking.now() + timedelta(days=20)).date().isoformat()
    typed = {"valid_on": day, "contract": "As agreed.", "p-0": "12.50", "q-0": "40", "m-0": "5"}
    assert desk.send(shown, page, keep="1", **fields, **typed).status_code == 303
    stale = seller.ask("POST", f"{path}/draft/sending", {"version": 0, "draft": 1}, status=409)
    assert stale["code"] == "quote-draft-moved"
    ready = seller.ask("GET", f"{path}/draft")
    as_documented(QuoteDraftSchema, ready)
    assert (ready["number"], ready["problems"], ready["freight"]["price"]) == (2, [], dollars(12_000))
    assert (ready["valid_on"], ready["lines"][0]["minimum"], ready["note"]) == (day, 5, "As in May.")
    sent = seller.twice("POST", f"{path}/draft/sending", {"version": 0, "draft": 2}, status=201)
    as_documented(QuoteSchema, sent)
    assert (sent["version"], sent["total"], sent["contract"]) == (1, dollars(40 * 1_250 + 12_000), "As agreed.")
    assert (sent["lines"][0]["minimum"], sent["freight"]["incoterm"]) == (5, "FOB")
    assert (count(Quote), count(QuoteDraft)) == (1, 0)
    again = seller.ask("GET", f"{path}/draft")
    assert (again["number"], again["version"], again["lines"][0]["price"]) == (0, 1, dollars(1_250))


def test_the_spreadsheet_is_taken_filled_in_sent_back_and_becomes_the_draft(asking: Asking, seller: Program) -> None:
    rfq = asking.sent("/p/" + f"{asking.slug(asking.pepper)} 50 kg\n=1+1 7 kg")
    path = where(asking, rfq)
    seller.ask("PUT", f"{path}/draft", whole(asking, rfq))
    taken = seller.send("GET", f"{path}/prices.xlsx")
    assert (taken.status_code, taken.headers["Cache-Control"]) == (200, "private, no-store")
    sheet = load_workbook(io.BytesIO(taken.data)).active
    assert sheet is not None
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"], "a formula"
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert rows[1][4:] == ["A", 12.5, 40, 1]
    rows[1][5:7] = [11.25, 45]
    file = {"name": "prices.xlsx", "content": b64encode(book_of(rows)).decode()}
    filled = seller.twice("PUT", f"{path}/prices", {"version": 0, "draft": 1, "file": file})
    as_documented(QuoteDraftSchema, filled)
    assert (filled["number"], filled["problems"]) == (2, [])
    assert (filled["lines"][0]["price"], filled["lines"][0]["quantity"]) == (dollars(1_125), 45)
    assert filled["freight"]["place"] == "Sihanoukville", "what is not in the file stays"
    csv = {"name": "prices.csv", "content": b64encode(b"1,,,,NO-SUCH-CODE,a lot,45,1\n").decode()}
    wrong = seller.ask("PUT", f"{path}/prices", {"version": 0, "draft": 2, "file": csv})
    as_documented(QuoteDraftSchema, wrong)
    assert (wrong["lines"][0]["code"], wrong["lines"][0]["price"]) == ("NO-SUCH-CODE", None)
    assert [one["field"] for one in wrong["problems"]] == ["lines.0", "lines.0"]
    assert "NO-SUCH-CODE" in wrong["problems"][0]["message"]
    seller.ask("PUT", f"{path}/prices", {"version": 0, "draft": 3, "file": file})
    sent = seller.ask("POST", f"{path}/draft/sending", {"version": 0, "draft": 4}, status=201)
    assert (sent["total"], sent["deposit_percent"]) == (dollars(45 * 1_125 + 12_000), 30)


def test_a_file_that_is_no_price_list_is_refused_and_the_draft_stays(asking: Asking, seller: Program) -> None:
    rfq = asking.sent()
    path = where(asking, rfq)
    kept = seller.ask("PUT", f"{path}/draft", half(asking, rfq))
    for content, code in NO_PRICES:
        file = {"name": "prices.xlsx", "content": b64encode(content).decode()}
        refused = seller.ask("PUT", f"{path}/prices", {"version": 0, "draft": 1, "file": file}, status=422)
        assert (refused["code"], refused["errors"][0]["field"]) == (code, "file")
    assert seller.ask("GET", f"{path}/draft") == kept


def test_what_cannot_be_meant_is_not_kept(asking: Asking, seller: Program) -> None:
    rfq = asking.sent()
    for spoil in SPOILED:
        body = whole(asking, rfq)
        spoil(body)
        seller.ask("PUT", f"{where(asking, rfq)}/draft", body, status=422)
    assert count(QuoteDraft) == 0


def test_only_who_sells_for_the_shop_finds_its_draft(front: Front, asking: Asking, seller: Program) -> None:
    rfq = asking.sent()
    path = where(asking, rfq)
    seller.ask("PUT", f"{path}/draft", whole(asking, rfq))
    clerk = asking.trade.person()
    with transaction() as session:
        session.add(Member(organization_id=asking.shop.id, user_id=clerk.user_id, role="accountant"))
    file = {"name": "prices.csv", "content": b64encode(b"1,,,,A,1,1,1\n").decode()}
    seen = {"version": 0, "draft": 1}
    strangers: list[tuple[Actor, bool]] = [(asking.rival.owner, True), (clerk, True), (asking.buyer, False)]
    for who, _works in strangers:
        program = Program(front.app, a_token(who, "offers"))
        for method, place, body in (
            ("GET", "draft", None),
            ("PUT", "draft", whole(asking, rfq, draft=1)),
            ("DELETE", "draft", None),
            ("GET", "prices.xlsx", None),
            ("PUT", "prices", {**seen, "file": file}),
            ("POST", "draft/sending", seen),
        ):
            assert program.send(method, f"{path}/{place}", body).status_code == 404, (who, method, place)
    buyer = Program(front.app, a_token(asking.buyer, "offers"))
    assert "Inspected" not in str(buyer.ask("GET", f"/requests/{rfq.id}"))
    with reading() as session:
        assert session.scalars(select(QuoteDraft.number)).all() == [1]
    assert count(Quote) == 0


def test_who_was_slower_is_told_whose_draft_it_is_and_what_was_discarded_stays_so(
    front: Front, asking: Asking, seller: Program
) -> None:
    rfq = asking.sent()
    path = where(asking, rfq)
    clerk = Program(front.app, a_token(colleague_of(asking), "offers", shop=asking.shop.id))
    clerk.ask("PUT", f"{path}/draft", half(asking, rfq))
    assert seller.ask("GET", f"{path}/draft")["kept_by"] == "Sophea"
    told = seller.ask("PUT", f"{path}/draft", whole(asking, rfq), status=409)
    assert (told["code"], told["values"]) == ("quote-draft-moved", {"who": "Sophea"})
    line = str(asking.lines(rfq)[0].id)
    beside = seller.ask("POST", f"{path}/quotes", quoted(asking, line, draft=0), status=409)
    assert (beside["code"], count(Quote)) == ("quote-draft-moved", 0)
    for _ in range(2):
        seller.ask("DELETE", f"{path}/draft", status=204)
    gone = clerk.ask("POST", f"{path}/draft/sending", {"version": 0, "draft": 1}, status=409)
    assert gone["code"] == "quote-draft-gone"
    seller.ask("POST", f"{path}/quotes", quoted(asking, line, draft=0), status=201)
    late = clerk.ask("PUT", f"{path}/draft", half(asking, rfq), status=409)
    assert late["code"] == "quote-version-exists"
    assert count(QuoteDraft) == 0


def test_what_the_rules_refuse_is_refused_as_from_the_page_and_the_draft_stays(asking: Asking, seller: Program) -> None:
    rfq = asking.sent()
    path = where(asking, rfq)
    seller.ask("PUT", f"{path}/draft", whole(asking, rfq, valid_on="2020-01-01"))
    early = seller.ask("POST", f"{path}/draft/sending", {"version": 0, "draft": 1}, status=422)
    assert (early["code"], early["errors"][0]["field"]) == ("unusable-request-day", "valid_on")
    seller.ask("PUT", f"{path}/draft", whole(asking, rfq, draft=1, lines=[]))
    nothing = seller.ask("POST", f"{path}/draft/sending", {"version": 0, "draft": 2}, status=422)
    assert [one["field"] for one in nothing["errors"]] == ["lines"]
    assert (count(Quote), count(QuoteDraft)) == (0, 1)
    asking.cancel(rfq)
    for method, place, body in (("GET", "draft", None), ("PUT", "draft", whole(asking, rfq))):
        assert seller.ask(method, f"{path}/{place}", body, status=409)["code"] == "request-is-over"


def test_two_programs_that_send_one_draft_at_once_send_one_version(
    front: Front, asking: Asking, seller: Program
) -> None:
    rfq = asking.sent()
    path = where(asking, rfq)
    seller.ask("PUT", f"{path}/draft", whole(asking, rfq))
    clerk = Program(front.app, a_token(colleague_of(asking), "offers", shop=asking.shop.id))
    seen = {"version": 0, "draft": 1}
    answers = at_once(
        lambda: seller.send("POST", f"{path}/draft/sending", seen),
        lambda: clerk.send("POST", f"{path}/draft/sending", seen),
    )
    assert sorted(one.status_code for one in answers) == [201, 409]
    (late,) = (one.json["code"] for one in answers if one.status_code == 409)
    assert late in {"quote-version-exists", "quote-draft-gone"}
    assert (count(Quote), count(QuoteDraft)) == (1, 0)
