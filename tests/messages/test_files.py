"""Files on a message: judged by their bytes, shown to both sides only, and never opened within the site."""

import io
import re

import pytest
from PIL import Image

from app.db.session import reading
from app.media.private_files import MOST_PDF_BYTES, clean_name, kind_of
from app.messages.errors import MisnamedFile, PdfTooHeavy, UnknownFile
from app.messages.files import read_file
from app.messages.models import MessageFile
from tests.messages.talking import ask
from tests.support.front import Front
from tests.support.goods import picture_bytes
from tests.support.trade import Trade

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def sent(name: str, data: bytes) -> tuple[io.BytesIO, str]:
    return io.BytesIO(data), name


def test_a_picture_and_a_pdf_go_along_and_both_sides_open_them(front: Front, trade: Trade) -> None:
    shop, other = trade.shop_of(), trade.shop_of(name="Others")
    buyer, owner = front.member(trade.person()), front.member(shop.owner)
    files = [sent("crack.jpg", picture_bytes(900, 600, kind="JPEG")), sent("Papers of it.pdf", PDF)]
    path = ask(buyer, trade.goods(shop), "See here.", files=files)
    page = owner.look(f"/desk{path}")
    links = list(dict.fromkeys(re.findall(r'href="(/messages/files/[^"]+)"', page)))
    assert len(links) == 2
    assert "Papers of it.pdf" in page
    for person in (buyer, owner):
        picture, paper = (person.browser.get(link) for link in links)
        assert (picture.status_code, picture.mimetype) == (200, "image/webp")
        assert Image.open(io.BytesIO(picture.data)).size == (900, 600)
        assert (paper.status_code, paper.mimetype, paper.data) == (200, "application/pdf", PDF)
        assert paper.headers["Content-Disposition"].startswith("attachment")
        for answer in (picture, paper):
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "no-store" in answer.headers["Cache-Control"]
            assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert Image.open(io.BytesIO(buyer.browser.get(f"{links[0]}?small=1").data)).width == 320
    for stranger in (front.member(trade.person()), front.member(other.owner), front.visitor()):
        for link in links:
            assert stranger.browser.get(link).status_code == 404


def test_what_comes_along_with_a_picture_is_left_behind(front: Front, trade: Trade) -> None:
    exif = Image.Exif()
    exif[0x010E] = "House of Zebulon, 11.5564 N"
    data = picture_bytes(400, 300, kind="JPEG", exif=exif) + b"<script>alert(1)</script>"
    assert b"Zebulon" in data
    ask(front.member(trade.person()), trade.goods(trade.shop_of()), "See here.", files=[sent("a.jpg", data)])
    with reading() as session:
        file = session.query(MessageFile).one()
        kept = bytes(file.content) + bytes(file.preview or b"")
    assert b"Zebulon" not in kept
    assert b"script" not in kept


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("page.pdf", b"<html><script>alert(1)</script></html>", "neither a picture"),
        ("half.pdf", PDF[:20], "neither a picture"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "neither a picture"),
        ("photo.jpg", PDF, "is not what its name says"),
        ("paper.pdf", picture_bytes(), "is not what its name says"),
        ("broken.png", picture_bytes()[:60], "neither a picture"),
        ("tiny.png", picture_bytes(20, 20), "at least 64"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_and_the_text_is_kept(
    front: Front, trade: Trade, name: str, data: bytes, said: str
) -> None:
    buyer = front.member(trade.person())
    path = ask(buyer, trade.goods(trade.shop_of()), "Hello.")
    answer = buyer.fill(path, body="A long text, typed with care.", files=[sent(name, data)])
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in page
    assert "A long text, typed with care.</textarea>" in page
    assert "choose them again" in page
    with reading() as session:
        assert session.query(MessageFile).count() == 0


def test_five_files_are_too_many(front: Front, trade: Trade) -> None:
    buyer = front.member(trade.person())
    path = ask(buyer, trade.goods(trade.shop_of()), "Hello.")
    answer = buyer.fill(path, body="Five.", files=[sent(f"{n}.pdf", PDF) for n in range(5)])
    assert answer.status_code == 422
    assert "At most 4 files" in answer.get_data(as_text=True)


def test_a_picture_alone_is_a_message(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    buyer = front.member(trade.person())
    path = ask(buyer, trade.goods(shop), "Hello.")
    assert buyer.fill(path, body="", files=[sent("a.png", picture_bytes())]).status_code == 303
    assert "(a file)" in front.member(shop.owner).look("/desk/messages")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\Zeb\\crate.jpg", "crate.jpg"),
        ('a"b\r\nX: y.pdf', "abX y.pdf"),
        ("gp\u202efdp.jpg", "gpfdp.jpg"),
        ("ម្រេច.pdf", "ម្រេច.pdf"),
        ("C:\\papers\\..\\my\u202e card.pdf\n", "my card.pdf"),
        ("", "file"),
        ("..", "file"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
    ],
)
def test_a_name_cannot_mislead(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept


def test_a_pdf_has_a_limit_of_its_own() -> None:
    heavy = PDF[:-7] + b" " * MOST_PDF_BYTES + b"%%EOF\n"
    with pytest.raises(PdfTooHeavy) as refused:
        read_file("scan.pdf", heavy)
    assert refused.value.values == {"name": "scan.pdf", "megabytes": 6, "limit": 5}


def test_the_bytes_decide_and_not_the_name() -> None:
    assert kind_of(PDF) == "pdf"
    assert kind_of(picture_bytes(kind="GIF")) == "picture"
    assert kind_of(picture_bytes(kind="WEBP")) == "picture"
    assert kind_of(b"MZ\x90\x00") is None
    assert read_file("photo.jpeg", picture_bytes(kind="PNG")).name == "photo.webp", "cameras name them as they like"
    assert read_file("scan", PDF).name == "scan.pdf"
    with pytest.raises(MisnamedFile):
        read_file("scan.png", PDF)
    with pytest.raises(UnknownFile):
        read_file("scan.pdf", b"%PDF-1.7 without an end")
