"""Something that is good for a whole day is named by that day, wherever it is read."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from app.db.session import reading, transaction
from app.identity.models import User
from app.notify.models import OutgoingMail
from app.rfqs.forms import day_of, end_of
from app.web.filters import date_text, until_text
from tests.rfqs.asking import Asking
from tests.support.front import Front

ZONE = "Asia/Phnom_Penh"


def test_a_quote_valid_until_the_end_of_a_day_names_that_day_to_both_sides(front: Front, asking: Asking) -> None:
    buyer, seller = front.member(asking.buyer), front.member(asking.shop.owner)
    day = day_of(asking.now(), ZONE).replace(day=28)
    day = day.replace(year=day.year + (day.month == 12), month=day.month % 12 + 1)
    rfq = asking.sent(closes_at=end_of(day, ZONE))
    quote = asking.quote(rfq, valid_until=end_of(day, ZONE))
    asking.counter(quote)
    with front.app.test_request_context():
        said = f"{date_text(day)}, end of day"
    for visitor, path in (
        (buyer, f"/quotes/{quote.id}"),
        (buyer, f"/requests/{rfq.id}/compare"),
        (seller, f"/quotes/{quote.id}"),
        (seller, f"/desk/requests/{asking.asked(rfq).id}"),
        (seller, "/desk/requests"),
    ):
        page = visitor.look(path)
        assert said in page, path
        assert "00:00" not in page, path
    sheet = load_workbook(BytesIO(buyer.browser.get(f"/requests/{rfq.id}/compare.xlsx").data)).worksheets[0]
    assert said in [cell.value for row in sheet.iter_rows() for cell in row]
    with reading() as session:
        bodies = [mail.body for mail in session.query(OutgoingMail) if mail.key.startswith("rfq.")]
    assert len([body for body in bodies if f"until {said}." in body or f"until {said}," in body]) >= 3
    assert not [body for body in bodies if "00:00" in body]


def test_a_khmer_reader_is_told_the_same_day_on_page_and_mail(front: Front, asking: Asking) -> None:
    with transaction() as session:
        session.get_one(User, asking.buyer.user_id).locale = "km"
    day = day_of(asking.now(), ZONE).replace(day=28)
    day = day.replace(year=day.year + (day.month == 12), month=day.month % 12 + 1)
    quote = asking.quote(asking.sent(), valid_until=end_of(day, ZONE))
    buyer = front.member(asking.buyer)
    buyer.browser.set_cookie("language", "km")
    page = buyer.look(f"/quotes/{quote.id}").replace("\u200b", "")
    assert "ចប់ថ្ងៃទី 28" in page
    assert "00:00" not in page
    with reading() as session:
        bodies = [mail.body for mail in session.query(OutgoingMail) if mail.key.startswith("rfq.quoted")]
    assert bodies
    assert "ចប់ថ្ងៃទី 28" in bodies[0].replace("\u200b", "")


def test_a_moment_that_is_no_midnight_for_its_reader_is_told_to_the_minute(front: Front) -> None:
    with front.app.test_request_context():
        assert until_text(datetime(2026, 12, 29, 17, tzinfo=UTC)) == "29 Dec 2026, end of day"
        assert until_text(datetime(2026, 12, 29, 16, tzinfo=UTC)) == "29 Dec 2026, 23:00"
        assert until_text(datetime(2026, 12, 29, 17, 0, 1, tzinfo=UTC)) == "30 Dec 2026, 00:00"


@pytest.mark.parametrize(
    ("shops", "quotes", "words"),
    [
        (1, 0, "The shop has not sent a quote yet."),
        (1, 1, "The shop has sent a quote."),
        (2, 0, "Of the 2 shops, none has sent a quote yet."),
        (2, 1, "1 of the 2 shops has sent a quote."),
        (2, 2, "The 2 shops have all sent a quote."),
    ],
)
def test_how_many_shops_sent_a_quote_is_said_as_people_say_it(
    front: Front, asking: Asking, shops: int, quotes: int, words: str
) -> None:
    asked = [asking.shop, asking.rival][:shops]
    rfq = asking.sent(shops=[asking.slug_of(one) for one in asked])
    for shop in asked[:quotes]:
        asking.quote(rfq, shop=shop)
    buyer = front.member(asking.buyer)
    assert words in buyer.look(f"/requests/{rfq.id}")
    buyer.browser.set_cookie("language", "km")
    said = buyer.look(f"/requests/{rfq.id}").replace("\u200b", "")
    assert "sent a quote" not in said
    assert f"ហាង {shops if quotes in (0, shops) else quotes}" in said
