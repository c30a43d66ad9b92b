"""Excel files in a quick order: what people keep, and what somebody makes to do harm."""

import io
import time
import zipfile

import pytest
from openpyxl import Workbook

from app.purchasing.errors import NothingTyped, TooManyLines, UnreadableFile
from app.purchasing.rules.lines import UNREADABLE
from app.purchasing.rules.workbook import MOST_BYTES, is_workbook, read_workbook
from tests.purchasing.test_quick_order import codes, in_cart  # noqa: F401 - a fixture
from tests.support.market_pages import MarketPages

SHEET = "xl/worksheets/sheet1.xml"


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def changed(content: bytes, name: str, part: bytes) -> bytes:
    """The same file with another part of that name."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            new.writestr(one, part if one == name else old.read(one))
        if name not in old.namelist():
            new.writestr(name, part)
    return file.getvalue()


def test_codes_and_quantities_are_read_as_the_sheet_shows_them() -> None:
    content = workbook(
        ("Code", "Quantity", "Note"), ("KP-1", 12, "x"), (), (4711, "1,200"), ("TEA", 3.0), ("ខ្មែរ", "៥"), ("RICE", None)
    )  # fmt: skip
    assert is_workbook(content)
    assert [(line.sku, line.quantity) for line in read_workbook(content)] == [
        ("KP-1", 12), ("4711", 1_200), ("TEA", 3), ("ខ្មែរ", 5), ("RICE", None),
    ]  # fmt: skip


def test_a_quantity_that_is_no_whole_number_is_kept_to_be_mended() -> None:
    lines = read_workbook(workbook(("KP-1", 1.5), ("TEA", "many"), ("RICE", -3)))
    assert [(line.sku, line.problem) for line in lines] == [
        ("KP-1", UNREADABLE),
        ("TEA", UNREADABLE),
        ("RICE", UNREADABLE),
    ]


def test_a_formula_is_never_worked_out() -> None:
    """Saved by a program that put no value beside it, it says nothing."""
    lines = read_workbook(workbook(("KP-1", "=6*7"), ('=HYPERLINK("http://evil.example")', 1), ("TEA", 2)))
    assert [(line.sku, line.quantity) for line in lines] == [("KP-1", None), ("", 1), ("TEA", 2)]


def test_too_many_lines_and_none_at_all_are_said() -> None:
    with pytest.raises(TooManyLines):
        read_workbook(workbook(*[(f"C-{number}", 1) for number in range(5_001)]))
    with pytest.raises(NothingTyped):
        read_workbook(workbook(("Code", "Quantity")))
    assert len(read_workbook(workbook(("Code", "Quantity"), *[(f"C-{number}", 1) for number in range(5_000)]))) == 5_000


def test_a_row_far_away_costs_nothing() -> None:
    far = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>KP-1</t></is></c><c r="B1"><v>2</v></c></row><row r="999999999999"><c r="A999999999999"><v>1</v></c></row></sheetData></worksheet>'
    lines = read_workbook(changed(workbook(("x", 1)), SHEET, far))
    assert [(line.sku, line.quantity) for line in lines] == [("KP-1", 2)]


ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'
)
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet>&x;</worksheet>'


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04",
        b"PK\x03\x04" + b"x" * 500,
        workbook(("KP-1", 1))[:-300],
        changed(workbook(("KP-1", 1)), SHEET, b"not xml"),
        changed(workbook(("KP-1", 1)), SHEET, ENTITIES),
        changed(workbook(("KP-1", 1)), SHEET, OUTSIDE),
        changed(workbook(("KP-1", 1)), SHEET, OUTSIDE.decode().encode("utf-16")),
        changed(workbook(("KP-1", 1)), "[Content_Types].xml", b"<Types/>"),
        changed(workbook(("KP-1", 1)), "xl/bomb.bin", b"0" * (MOST_BYTES + 1)),
        changed(workbook(("KP-1", 1)), "xl/workbook.xml", b"<workbook/>"),
    ],
    ids=["head", "rubbish", "cut", "not-xml", "entities", "outside", "utf-16", "no-types", "bomb", "no-sheet"],
)
def test_what_is_no_workbook_or_one_to_do_harm_is_refused_in_words(content: bytes) -> None:
    assert len(content) < 2_000_000
    with pytest.raises(UnreadableFile):
        read_workbook(content)


BEGUN = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
MANY = {
    "strings": ("xl/sharedStrings.xml", "<sst>" + "<si><t/></si>" * 2_900_000 + "</sst>"),
    "nested": (SHEET, BEGUN + "<a>" * 4_000_000 + "</a>" * 4_000_000),
    "rows": (SHEET, BEGUN + "<row><c><v>1</v></c></row>" * 1_400_000),
    "attributes": (SHEET, BEGUN + "<row " + " ".join(f'a{number}="1"' for number in range(400_000)) + "/>"),
    "another encoding": (SHEET, '<?xml version="1.0" encoding="none"?>' + BEGUN),
}


@pytest.mark.parametrize("name", MANY)
def test_a_small_file_that_would_take_minutes_is_refused_at_once(name: str) -> None:
    part, written = MANY[name]
    content = changed(workbook(("KP-1", 1)), part, written.encode())
    assert len(content) < 2_000_000
    begun = time.process_time()
    with pytest.raises(UnreadableFile):
        read_workbook(content)
    assert time.process_time() - begun < 2


def test_a_part_damaged_in_any_way_of_packing_is_refused_in_words() -> None:
    for packing in (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", packing) as made:
            made.writestr(SHEET, "KP-1 " * 500)
        content = file.getvalue()
        damaged = content[:70] + bytes(255 - one for one in content[70:90]) + content[90:]
        with pytest.raises(UnreadableFile):
            read_workbook(damaged)


def test_an_excel_file_is_looked_up_and_put_into_the_cart(market_pages: MarketPages, codes: object) -> None:  # noqa: F811
    visitor = market_pages.visitor()
    visitor.open("/quick-order")
    content = workbook(("Code", "Quantity"), ("PEPPER", 2), ("NOTHING", 1))
    visitor.send("lines", lines="", file=(io.BytesIO(content), "order.xlsx"))
    assert "1 line can be ordered" in visitor.text
    assert "Nothing on sale has this code" in visitor.text
    visitor.client.post(f"{visitor.answer.request.path}/cart", data={"csrf_token": visitor.token()})
    assert list(in_cart().values()) == [2]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04broken", "Save it as Excel"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "Save it as Excel"),
        (b"A" * 2_000_001, "up to 2 MB"),
    ],
)
def test_what_cannot_be_read_is_said_beside_the_file_and_the_text_stays(
    market_pages: MarketPages, content: bytes, said: str
) -> None:
    visitor = market_pages.visitor()
    visitor.open("/quick-order")
    visitor.send("lines", lines="PEPPER 3", file=(io.BytesIO(content), "order.xlsx"))
    assert visitor.answer.status_code == 422
    assert said in visitor.text
    typed = visitor.page.select_one("textarea[name=lines]")
    assert typed is not None
    assert typed.get_text().strip() == "PEPPER 3"
    visitor.answer.request.environ["wsgi.input"].close()  # a large one is a file, which the client leaves open
