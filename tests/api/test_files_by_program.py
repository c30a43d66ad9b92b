"""Files that programs send along and read back: judged as on the pages, and for nobody but who may see them."""

import io
from base64 import b64encode
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image
from sqlalchemy import func, select

from app.db.session import reading
from app.media.private_files import MOST_PDF_BYTES
from app.messages.models import Message, MessageFile
from app.orders.return_models import OrderFile, OrderReturn
from app.parties.models import Paper
from tests.messages.talking import slug_of
from tests.orders.test_after_sale_by_program import WRONG, both
from tests.orders.test_selling_by_program import PARCEL
from tests.support.front import Front
from tests.support.goods import picture_bytes
from tests.support.programs import Program, a_token
from tests.support.trade import Trade

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PICTURE = picture_bytes(400, 300)


def a_file(name: str, content: bytes) -> dict[str, str]:
    return {"name": name, "content": b64encode(content).decode()}


BOTH = [a_file("crate.png", PICTURE), a_file("list <b>.pdf", PDF)]


def count(table: type) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def read(program: Program, path: str) -> tuple[int, str, bytes]:
    answer = program.send("GET", path)
    if answer.status_code == 200:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "private, no-store"
    return answer.status_code, answer.mimetype, answer.data


def assert_handed_out(program: Program, path: str, files: list[Any]) -> None:
    """The picture as a WebP of its size, the PDF as it was sent."""
    picture, pdf = (read(program, f"{path}/{one['id']}") for one in files)
    assert picture[:2] == (200, "image/webp")
    assert Image.open(io.BytesIO(picture[2])).size == (400, 300)
    assert pdf == (200, "application/pdf", PDF)
    assert [(one["kind"], one["name"]) for one in files] == [("picture", "crate.webp"), ("pdf", "list b.pdf")]


def test_messages_carry_files_to_the_other_side_alone(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    buyer = Program(front.app, a_token(trade.person(), "messages"))
    seller = Program(front.app, a_token(shop.owner, "messages", shop=shop.id))
    question = {"listing": slug_of(trade.goods(shop)), "body": "Like these?", "files": BOTH}
    thread = buyer.twice("POST", "/messages", question, status=201)
    assert (count(Message), count(MessageFile)) == (1, 2)
    path = f"/messages/{thread['id']}"
    files = seller.ask("GET", f"/shop{path}")["rows"][0]["files"]
    assert_handed_out(seller, "/shop/messages/files", files)
    assert_handed_out(buyer, "/messages/files", files)
    answer = seller.ask("POST", f"/shop{path}", {"body": "Yes.", "files": BOTH[1:]}, status=201)
    assert read(buyer, f"/messages/files/{answer['rows'][0]['files'][0]['id']}")[2] == PDF
    stranger = Program(front.app, a_token(trade.shop_of(name="Mekong Silk").owner, "messages"))
    for where in ("/messages/files", "/shop/messages/files"):
        assert read(stranger, f"{where}/{files[0]['id']}")[0] == 404
        assert read(buyer if where == "/messages/files" else seller, f"{where}/{uuid4()}")[0] == 404


@pytest.mark.parametrize(
    ("files", "field"),
    [
        ([{"name": "a.pdf", "content": "not base64!"}], "files.0.content"), ([{"name": "a.pdf", "content": ""}], "files.0.content"),
        ([{"name": "a.pdf", "content": None}], "files.0.content"), ([{"name": "", "content": "AAAA"}], "files.0.name"),
        ([{"name": "a.pdf"}], "files.0.content"), ([{**BOTH[1], "kind": "pdf"}], "files.0.kind"), (BOTH * 3, "files"), ("AAAA", "files"),
        ([a_file("a.pdf", b"MZ\x90\x00" * 9)], "files"), ([a_file("a.png", PDF)], "files"), ([a_file("a.pdf", PICTURE)], "files"),
        ([a_file("a.html", b"<html><script>alert(1)</script>")], "files"), ([a_file("a.pdf", b"%PDF-1.7 cut off")], "files"),
        ([a_file("a.png", PICTURE[:200])], "files"), ([a_file("a.pdf", PDF[:9] + bytes(MOST_PDF_BYTES) + PDF)], "files"),
    ],
)  # fmt: skip
def test_files_that_are_not_what_they_say_are_refused_and_nothing_is_written(
    front: Front, trade: Trade, files: Any, field: str
) -> None:
    buyer = Program(front.app, a_token(trade.person(), "messages"))
    question = {"listing": slug_of(trade.goods(trade.shop_of())), "body": "Like these?", "files": files}
    told = buyer.ask("POST", "/messages", question, status=422)
    assert told["errors"][0]["field"] == field
    assert count(Message) == 0
    assert buyer.ask("POST", "/messages", {**question, "files": []}, status=201)


def test_what_is_larger_than_a_request_may_be_is_refused_before_it_is_read(front: Front, trade: Trade) -> None:
    buyer = Program(front.app, a_token(trade.person(), "messages", "account"))
    large = {"listing": "x", "body": "x", "files": [{"name": "a.pdf", "content": "A" * (13 * 2**20)}]}
    assert buyer.ask("POST", "/messages", large, status=413)["code"] == "too-large"
    text = {"name": "x" * (3 * 2**20)}
    assert buyer.ask("POST", "/account/lists", text, status=413)["code"] == "too-large"


def test_returns_and_disputes_show_files_to_both_sides(front: Front, trade: Trade) -> None:
    bought, sold, order = both(front, trade)
    sold.ask("POST", f"/shop/orders/{order.number}/shipment", PARCEL)
    wish = {**WRONG, "items": [{"line_id": str(order.lines[0].id), "quantity": 1}], "files": BOTH}
    path = f"/orders/{order.number}"
    bad = {**wish, "files": [a_file("a.pdf", b"MZ\x90\x00")]}
    refused = bought.ask("POST", f"{path}/returns", bad, status=422)
    assert (refused["code"], refused["errors"][0]["field"]) == ("not-showable", "files")
    assert (count(OrderReturn), count(OrderFile)) == (0, 0)
    back = bought.twice("POST", f"{path}/returns", wish, status=201)
    assert count(OrderFile) == 2
    assert_handed_out(sold, "/shop/orders/files", back["files"])
    bought.ask("POST", f"{path}/returns/{back['id']}/cancellation")
    bought.ask("POST", f"{path}/problem", WRONG)
    trade.settle()
    bought.twice("POST", f"{path}/dispute/evidence", {"text": "See the jar.", "files": BOTH[:1]}, status=201)
    told = sold.ask("POST", f"/shop{path}/dispute/evidence", {"text": "It left whole.", "files": BOTH}, status=201)
    assert [len(one["files"]) for one in told["evidence"]] == [1, 2]
    files = told["evidence"][1]["files"]
    assert_handed_out(bought, "/orders/files", files)
    assert_handed_out(sold, "/shop/orders/files", files)
    stranger = Program(front.app, a_token(trade.shop_of(name="Mekong Silk").owner))
    for where in ("/orders/files", "/shop/orders/files"):
        assert read(stranger, f"{where}/{files[0]['id']}")[0] == 404
    six = {"text": "More.", "files": BOTH * 3}
    assert bought.ask("POST", f"{path}/dispute/evidence", six, status=422)["errors"][0]["field"] == "files"


def test_documents_of_a_shop_are_sent_read_and_removed_by_its_owner_alone(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    owner = Program(front.app, a_token(shop.owner, "papers", shop=shop.id))
    sent = {"kind": "registration", **a_file("licence.pdf", PDF)}
    paper = owner.twice("POST", "/shop/papers", sent, status=201)
    assert (paper["name"], paper["byte_count"], count(Paper)) == ("licence.pdf", len(PDF), 1)
    storage = front.app.extensions["papers"]
    assert len(storage.files.ls(storage.root)) == 1, "the file of the second request is gone"
    path = f"/shop/papers/{paper['id']}"
    answer = owner.send("GET", path)
    assert (answer.data, answer.mimetype) == (PDF, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert [one["id"] for one in owner.ask("GET", "/shop/papers")["rows"]] == [paper["id"]]
    stranger = Program(front.app, a_token(trade.shop_of(name="Mekong Silk").owner, "papers"))
    assert stranger.ask("GET", path, status=404)["code"] == "paper-not-found"
    assert stranger.ask("DELETE", path, status=404)["code"] == "paper-not-found"
    assert stranger.ask("POST", f"/shop/papers?shop={shop.id}", sent, status=404)["code"] == "shop-not-found"
    for wrong in ({**sent, "kind": "odd"}, {**sent, **a_file("x.pdf", b"<html>")}, {"kind": "registration"}):
        owner.ask("POST", "/shop/papers", wrong, status=422)
    assert len(storage.files.ls(storage.root)) == 1
    owner.ask("DELETE", path, status=204)
    assert owner.ask("GET", "/shop/papers")["rows"] == []
