"""Who reports a problem shows it at once: pictures go with the first word and are judged as later ones are."""

import base64
import io
from typing import Any

import pytest

from app.db.session import reading
from app.orders.models import Dispute
from app.orders.return_models import DisputeEvidence, OrderFile
from app.orders.return_schemas import DisputeSchema
from tests.orders.test_after_sale_by_program import WRONG, both
from tests.orders.test_evidence import PDF, picture
from tests.orders.test_return_pages import Ordered, ordered  # noqa: F401 - a fixture
from tests.orders.test_selling_by_program import PARCEL
from tests.support.front import Front
from tests.support.programs import as_documented
from tests.support.trade import Trade


def counts() -> tuple[int, int, int]:
    with reading() as session:
        return tuple(session.query(table).count() for table in (Dispute, DisputeEvidence, OrderFile))  # type: ignore[return-value]


def report(on: Ordered, page: str, **files: Any) -> Any:
    path = f"/orders/{on.number}/problem"
    return on.buyer.send(page, path, reason="damaged", text="One jar is broken.", **files)


@pytest.fixture
def form(ordered: Ordered) -> str:  # noqa: F811
    ordered.ship()
    return ordered.buyer.look(f"/orders/{ordered.number}/problem")


def test_pictures_sent_with_the_report_are_seen_by_both_sides_and_the_arbiter_and_by_nobody_else(
    ordered: Ordered,  # noqa: F811
    form: str,
) -> None:
    assert 'enctype="multipart/form-data"' in form
    assert "A picture often settles it." in form
    sent = report(ordered, form, files=[(io.BytesIO(picture()), "jar.jpg"), (io.BytesIO(PDF), "bill.pdf")])
    assert sent.status_code == 303
    assert counts() == (1, 1, 2)
    with reading() as session:
        files = [file for (file,) in session.query(OrderFile.id)]
    number = ordered.number
    for visitor, path in (
        (ordered.buyer, f"/orders/{number}/evidence"),
        (ordered.seller, f"/desk/orders/{number}/evidence"),
        (ordered.front.member(ordered.trade.operator), f"/console/disputes/{number}"),
    ):
        page = visitor.look(path)
        assert all(f"/orders/files/{file}" in page for file in files), path
        assert "One jar is broken." in page
    ordered.front.visitor().look(f"/orders/files/{files[0]}", status=404)


def test_a_report_sent_twice_keeps_its_pictures_once(ordered: Ordered, form: str) -> None:  # noqa: F811
    for _ in range(2):
        assert report(ordered, form, files=(io.BytesIO(picture()), "jar.jpg")).status_code == 303
    assert counts() == (1, 1, 1)


def test_what_is_no_picture_is_told_by_its_name_and_nothing_is_reported(ordered: Ordered, form: str) -> None:  # noqa: F811
    refused = report(ordered, form, files=(io.BytesIO(b"MZ"), "virus.pdf"))
    assert refused.status_code == 422
    assert "virus.pdf: This file is neither" in refused.get_data(as_text=True)
    assert "One jar is broken." in refused.get_data(as_text=True)
    assert counts() == (0, 0, 0)


def test_more_than_five_files_are_refused_and_the_money_is_not_held_by_half(
    ordered: Ordered,  # noqa: F811
    form: str,
) -> None:
    refused = report(ordered, form, files=[(io.BytesIO(PDF), f"{one}.pdf") for one in range(6)])
    assert refused.status_code == 422
    assert counts() == (0, 0, 0)


def test_without_a_picture_it_is_reported_as_before(ordered: Ordered, form: str) -> None:  # noqa: F811
    assert report(ordered, form).status_code == 303
    assert counts() == (1, 0, 0)


def test_a_program_sends_pictures_with_the_report(front: Front, trade: Trade) -> None:
    bought, sold, order = both(front, trade)
    sold.ask("POST", f"/shop/orders/{order.number}/shipment", PARCEL)
    path = f"/orders/{order.number}"
    wrong = {**WRONG, "files": [{"name": "jar.jpg", "content": base64.b64encode(b"MZ").decode()}]}
    assert bought.ask("POST", f"{path}/problem", wrong, status=422)["errors"][0]["field"].startswith("files")
    shown = [{"name": "jar.jpg", "content": base64.b64encode(picture()).decode()}]
    bought.twice("POST", f"{path}/problem", {**WRONG, "files": shown})
    trade.settle()
    told = sold.ask("GET", f"/shop{path}/dispute")
    as_documented(DisputeSchema, told)
    assert [[file["name"] for file in one["files"]] for one in told["evidence"]] == [["jar.webp"]]
