"""Pictures and numbers that cannot be, sent by the form of the goods: each is named, nothing is saved, the good stays."""

import io
import struct
import zlib

import pytest
from PIL import Image

from app.catalog.models import Listing, Variant
from app.db.session import reading
from app.media.models import Picture
from tests.support.goods import picture_bytes
from tests.support.market_pages import OWNER, MarketPages
from tests.support.visitor import Visitor

GOOD_ROW = {"variants-0-sku": "B-1", "variants-0-price": "12.50", "variants-0-stock": "8"}
TOO_LARGE = "megapixels; at most 24 are accepted. Make it smaller first."
NO_PICTURE = "This file is not a JPEG, PNG, WebP or GIF picture, or it is damaged. Choose another one."


def png(width: int, height: int, *, rows: int) -> bytes:
    """A PNG that claims a size and holds the first `rows` rows of it, packed to next to nothing."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(width + 1) * rows, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A small picture with a comment that unpacks to 70 MB."""
    whole = picture_bytes(100, 100)
    body = b"Comment\0\0" + zlib.compress(bytes(70 * 2**20), 9)
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body + struct.pack(">I", zlib.crc32(b"zTXt" + body))
    return whole[:33] + chunk + whole[33:]


def thirty_megapixels() -> bytes:
    out = io.BytesIO()
    Image.new("L", (6000, 5000)).save(out, "JPEG", quality=20)
    return out.getvalue()


BAD_FILES = {
    "thirty.jpg": (thirty_megapixels, TOO_LARGE),
    "bomb.png": (lambda: png(30_000, 30_000, rows=100), TOO_LARGE),
    "cut-off.jpg": (lambda: picture_bytes(800, 600, kind="JPEG")[:900], NO_PICTURE),
    "cut-off.png": (lambda: picture_bytes(300, 300)[:60], NO_PICTURE),
    "text-bomb.png": (text_bomb, NO_PICTURE),
    "page.html": (lambda: b"<!doctype html><script>alert(1)</script>", NO_PICTURE),
    "drawing.svg": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", NO_PICTURE),
    "archive.zip": (lambda: b"PK\x03\x04" + bytes(200), NO_PICTURE),
    "paper.pdf": (lambda: b"%PDF-1.7", NO_PICTURE),
    "scan.tiff": (lambda: picture_bytes(100, 100, kind="TIFF"), NO_PICTURE),
    "empty.png": (lambda: b"", NO_PICTURE),
    "dot.png": (lambda: picture_bytes(10, 10), "it needs at least 64 each way."),
}


@pytest.fixture(scope="module")
def seller(market_pages: MarketPages) -> Visitor:
    return market_pages.visitor(OWNER)


def category_of_opened_form(seller: Visitor) -> str:
    seller.open("/desk/goods/new")
    return str(seller.page.select("select[name=category] option")[1]["value"])


def saved(title: str) -> tuple[str, int] | None:
    """Status and number of pictures."""
    with reading() as session:
        found = session.query(Listing).filter(Listing.titles["en"].astext == title).one_or_none()
        return (found.status, len(found.pictures)) if found is not None else None


def pictures() -> int:
    with reading() as session:
        return session.query(Picture).count()


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_is_no_usable_picture_is_named_and_costs_nothing_else(seller: Visitor, name: str) -> None:
    make, words = BAD_FILES[name]
    category, before, title = category_of_opened_form(seller), pictures(), f"Goods with {name}"
    answer = seller.send(
        "title", press=("then", "publish"), title=title, unit="jar", category=category,
        pictures=[(io.BytesIO(picture_bytes(100, 100)), "good.png"), (io.BytesIO(make()), name)], **GOOD_ROW,
    )  # fmt: skip
    assert answer.status_code == 422
    assert words in seller.text
    assert (saved(title), pictures()) == (None, before + 1)
    # What was good is still there: sent again without the bad file, it goes on sale.
    answer = seller.send("title", press=("then", "publish"))
    assert (answer.status_code, answer.request.path) == (200, "/desk/goods"), seller.text[:300]
    assert saved(title) == ("active", 1)


BAD_NUMBERS = (
    ("variants-0-stock", ("-1", "1.5", "1e3", "1000000000", "9" * 4301, "many", "٣.٥", "0x10", "1 000,5")),
    ("variants-0-price", ("-1", "-0.01", "1.005", "1e3", "9" * 4301, "NaN", "Infinity", "1,2,3", "10000000000000000")),
    ("min_quantity", ("0", "-1", "1.5", "1000000000", "9" * 4301, "")),
    ("quantity_step", ("0", "-5", "0.5", "1000000000", "9" * 4301, "")),
    ("variants-0-net_grams", ("0", "-1", "1.5", "9" * 4301)),
)


@pytest.mark.parametrize(("field", "typed"), [(field, one) for field, all_ in BAD_NUMBERS for one in all_])
def test_a_number_that_cannot_be_is_refused_beside_its_field_and_kept(seller: Visitor, field: str, typed: str) -> None:
    good = {"title": "Goods of odd numbers", "unit": "jar", "category": category_of_opened_form(seller), **GOOD_ROW}
    answer = seller.send("title", press=("then", "draft"), **{**good, field: typed})
    assert answer.status_code == 422
    shown = seller.page.select_one(f"[name='{field}']")
    assert shown is not None
    assert (shown.get("value", ""), shown.get("aria-invalid")) == (typed, "true")
    assert saved("Goods of odd numbers") is None


@pytest.mark.parametrize("field", ["stock", "price"])
def test_the_table_of_goods_refuses_them_too(market_pages: MarketPages, seller: Visitor, field: str) -> None:
    seller.open("/desk/goods")
    with reading() as session:
        before = session.get_one(Variant, market_pages.variant_id)
    form = {"csrf_token": seller.token(), "form_token": "0198c0de-0000-7000-8000-000000000001"}
    for typed in ("-1", "-0.5", "0.001", "1e3", "9" * 30, ""):
        content = {"stock": str(before.stock), "price": "14.50", **form, field: typed}
        answer = seller.client.post(f"/desk/goods/variants/{market_pages.variant_id}", data=content)
        assert answer.status_code == 422, typed
    with reading() as session:
        now = session.get_one(Variant, market_pages.variant_id)
    assert (now.stock, now.price_minor) == (before.stock, before.price_minor)
