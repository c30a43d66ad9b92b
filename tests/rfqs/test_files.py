"""Quotes as workbooks: compared side by side, and prices filled in by a seller in a spreadsheet."""

import io
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import select, update

from app.db.session import reading, transaction
from app.identity.models import Organization
from app.rfqs.models import Quote, QuoteDraft, QuoteLine, Rfq
from app.rfqs.rules.quoting import QuotedLine
from app.web.currencies import CURRENCY_COOKIE
from tests.rfqs.asking import Asking
from tests.support.front import Front, Visitor


def opened(visitor: Visitor, path: str) -> list[list[Any]]:
    answer = visitor.browser.get(path)
    assert answer.status_code == 200
    assert answer.mimetype.endswith("spreadsheetml.sheet")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    for row in sheet.iter_rows():
        assert not [cell.coordinate for cell in row if cell.data_type == "f"], "a formula"
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def book_of(rows: list[list[Any]]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def upload(visitor: Visitor, path: str, content: bytes, name: str = "prices.xlsx") -> Any:
    return visitor.send(visitor.look(path), f"{path}/prices", file=(io.BytesIO(content), name))


def test_quotes_are_compared_in_a_workbook_with_totals_rates_and_no_formula(front: Front, asking: Asking) -> None:
    rfq = asking.sent('=HYPERLINK("http://x") 7 kg\n/p/' + f"{asking.slug(asking.pepper)} 50 kg")
    with transaction() as session:
        session.execute(
            update(Organization).where(Organization.id == asking.rival.id).values(name="=cmd|' /C calc'!A0")
        )
    first, second = asking.lines(rfq)
    asking.quote(rfq, lines=[QuotedLine(second.id, asking.pepper, 50, 1_300, 1)])
    asking.quote(rfq, shop=asking.rival, lines=[QuotedLine(first.id, asking.foreign, 7, 2_000, 1)])
    buyer = front.member(asking.buyer)
    path = f"/requests/{rfq.id}/compare"
    assert "compare.xlsx" in buyer.look(path)
    rows = opened(buyer, f"{path}.xlsx")
    by_label = {row[1]: row[4:] for row in rows if row[1]}
    assert by_label["Shop"][::2] == ["'=cmd|' /C calc'!A0", "Kampot Pepper House"] or len(by_label["Shop"][::2]) == 2
    assert set(by_label["Total with freight, in USD"][::2]) == {770.0, 260.0}
    assert by_label["Freight"][::2] == [120, 120]
    assert by_label["Incoterm"][::2] == ["FOB Sihanoukville"] * 2
    assert by_label["One US dollar is"][::2] == ["1 USD", "1 USD"]
    lines = [row for row in rows if isinstance(row[0], int)]
    assert [row[:4] for row in lines] == [
        [1, '\'=HYPERLINK("http://x")', 7, "kg"],
        [2, "Kampot black pepper", 50, "kg"],
    ]
    assert {tuple(row[4:]) for row in lines} == {(20, 7, None, None), (None, None, 13, 50)} or {
        tuple(row[4:]) for row in lines
    } == {(None, None, 20, 7), (13, 50, None, None)}
    front.member(asking.trade.person()).look(f"{path}.xlsx", status=404)
    front.member(asking.shop.owner).look(f"{path}.xlsx", status=404)


def test_totals_stand_in_the_readers_currency_too_with_the_rate_and_its_day(front: Front, asking: Asking) -> None:
    rfq = asking.sent()
    asking.quote(rfq)
    buyer = front.member(asking.buyer)
    buyer.browser.set_cookie(CURRENCY_COOKIE, "KHR")
    rows = opened(buyer, f"/requests/{rfq.id}/compare.xlsx")
    labels = {row[1]: row for row in rows if row[1]}
    assert "About, in KHR" in labels
    assert any(str(label).startswith("One US dollar is 4") and "rate of 20" in str(label) for label in labels)


def test_prices_filled_in_with_a_spreadsheet_become_a_draft_and_a_quote(front: Front, asking: Asking) -> None:
    rfq = asking.sent()
    path = f"/desk/requests/{asking.asked(rfq).id}"
    owner = front.member(asking.shop.owner)
    rows = opened(owner, f"{path}/prices.xlsx")
    assert [row[:4] for row in rows[1:]] == [
        [1, "Kampot black pepper", 50, "kg"],
        [2, "White pepper, washed", 20, "kg"],
    ]
    code = rows[1][4]
    assert code
    rows[1][5:8] = [12.5, 40, 10]
    answer = upload(owner, path, book_of(rows))
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{path}/quote?checked=1")
    page = owner.look(f"{path}/quote?checked=1")
    assert 'value="12.50"' in page
    with reading() as session:
        assert session.query(Quote).count() == 0
    fields = {"p-0": "12.50", "q-0": "40", "m-0": "10", "c-0": code, "freight": "3", "days": "2", "incoterm": "EXW"}
    fields |= {"named_place": "Kampot", "valid_on": page.split('name="valid_on"')[1].split('value="')[1].split('"')[0]}
    assert owner.send(page, f"{path}/quote", **fields).status_code == 303
    with reading() as session:
        line = session.scalars(select(QuoteLine)).one()
        assert (line.price_minor, line.quantity, line.minimum) == (1250, 40, 10)
    again = opened(owner, f"{path}/prices.xlsx")
    assert (again[1][5], again[1][6]) == (12.5, 40)


def test_what_is_wrong_in_the_file_is_named_by_its_line_before_anything_is_sent(front: Front, asking: Asking) -> None:
    rfq = asking.sent()
    path = f"/desk/requests/{asking.asked(rfq).id}"
    owner = front.member(asking.shop.owner)
    rows = opened(owner, f"{path}/prices.xlsx")
    rows[1][5:8] = [12.345, 40, 50]
    rows[2][4:8] = ["NO-SUCH", 9, 1, 1]
    assert upload(owner, path, book_of(rows)).status_code == 303
    page = owner.look(f"{path}/quote?checked=1")
    assert "Line 1: " in page
    assert "more decimals" in page
    assert "none of your goods" in page


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "at least one line"),
        (b"PK\x03\x04 not a workbook", "cannot be read"),
        (b"line,what\n", "at least one line"),
        (b"1,a,1,kg,X,1,1,1\n77,b,1,kg,X,1,1,1\n", "has no line “77”"),
        (b"1,a,1,kg,X,1,1,1\n-1,b,1,kg,X,1,1,1\n", "has no line “-1”"),
    ],
)
def test_a_file_that_is_no_price_list_changes_nothing(front: Front, asking: Asking, content: bytes, words: str) -> None:
    rfq = asking.sent()
    path = f"/desk/requests/{asking.asked(rfq).id}"
    owner = front.member(asking.shop.owner)
    assert upload(owner, path, content, "prices.csv").status_code == 303
    assert words in owner.look(path)
    with reading() as session:
        assert session.query(QuoteDraft).count() == 0


def test_500_lines_go_out_and_come_back(front: Front, asking: Asking) -> None:
    rfq = asking.sent("\n".join(f"Thing number {number} 3 kg" for number in range(500)))
    path = f"/desk/requests/{asking.asked(rfq).id}"
    owner = front.member(asking.shop.owner)
    rows = opened(owner, f"{path}/prices.xlsx")
    assert len(rows) == 501
    for number, row in enumerate(rows[1:]):
        row[4:6] = [f"SKU-{number}", float(Decimal(number) + Decimal("0.25"))]
    assert upload(owner, path, book_of(rows)).status_code == 303
    with reading() as session:
        kept = session.scalars(select(QuoteDraft)).one().content["rows"]
    assert kept["499"] == ["SKU-499", "499.25", "3", "1"]


def test_only_who_sells_for_the_shop_gets_the_file_or_sends_one(front: Front, asking: Asking) -> None:
    rfq: Rfq = asking.sent()
    path = f"/desk/requests/{asking.asked(rfq).id}"
    for who in (asking.buyer, asking.rival.owner, asking.trade.person()):
        visitor = front.member(who)
        visitor.look(f"{path}/prices.xlsx", status=404)
        token = front.member(asking.shop.owner).look(path)
        assert visitor.send(token, f"{path}/prices", file=(io.BytesIO(b"1"), "a.csv")).status_code in {400, 404}
