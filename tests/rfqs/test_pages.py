"""The pages of both sides, as a browser without JavaScript sees them."""

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.catalog.models import Listing, Variant
from app.db.session import reading, transaction
from app.identity.models import Organization
from app.notify.models import OutgoingMail
from app.privacy.actions.erase_person import erase_account
from app.privacy.parts import PARTS
from app.privacy.rules import Subject
from app.quotes.rules.freight import Freight
from app.rfqs.actions.write_note import answer_shop
from app.rfqs.models import Quote, Rfq, RfqFile
from app.web.languages import LANGUAGE_COOKIE
from tests.rfqs.asking import Asking, Company
from tests.support.front import ADDRESS_KH, Front, Visitor
from tests.support.goods import picture_bytes
from tests.support.pdf import pdf_text

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def buyer(front: Front, asking: Asking) -> Visitor:
    return front.member(asking.buyer)


@pytest.fixture
def seller(front: Front, asking: Asking) -> Visitor:
    return front.member(asking.shop.owner)


def in_a_month() -> str:
    return (datetime.now(UTC).date() + timedelta(days=30)).isoformat()


def written(asking: Asking, **others: object) -> dict[str, object]:
    """What somebody types who asks."""
    day = (asking.now() + timedelta(days=7)).date().isoformat()
    values = {
        "title": "Pepper for spring",
        "lines": f"/p/{asking.slug(asking.pepper)} 50 kg\nWhite pepper 20 kg",
        "shops": f"/s/{asking.slug_of(asking.shop)}",
        "country": "KH",
        "place": "Phnom Penh",
        "closes_on": day,
    }
    return {**values, **others}


def asked_of(visitor: Visitor, asking: Asking, **others: object) -> str:
    """Written, and sent; gives its address."""
    answer = visitor.fill("/requests/new", **written(asking, **others))
    assert answer.status_code == 303, re.findall(r'class="msg".*?</p>|<li>.*?</li>', answer.get_data(as_text=True))
    path = answer.headers["Location"]
    assert visitor.send(visitor.look(path), f"{path}/send").status_code == 303
    return path


def test_goods_whose_choice_is_left_open_stand_with_their_title_on_both_sides(
    asking: Asking, buyer: Visitor, seller: Visitor
) -> None:
    with transaction() as session:
        listing_id = session.get_one(Variant, asking.pepper).listing_id
        names = {"en": "Half a kilo"}
        session.add(Variant(listing_id=listing_id, sku="SMALL", names=names, position=1, price_minor=900, stock=50))
    slug = asking.slug(asking.pepper)
    rfq = asking.sent(f"https://phsar.example/p/{slug} 50 kg")
    path = f"/desk/requests/{asking.asked(rfq).id}"
    for page in (buyer.look(f"/requests/{rfq.id}"), seller.look(path), seller.look(f"{path}/quote")):
        assert f'<a href="/p/{slug}">Kampot black pepper</a>' in page
        assert "https://phsar.example" not in page
    form = seller.look(f"{path}/quote")
    assert "It has several choices" in form
    assert '<option value="SMALL">Kampot black pepper · Half a kilo</option>' in form
    terms = {
        "p-0": "1",
        "freight": "0",
        "days": "0",
        "incoterm": "EXW",
        "named_place": "Kampot",
        "valid_on": in_a_month(),
    }
    for typed in (f"/p/{slug}", f"https://phsar.example/p/{slug}"):
        refused = seller.fill(f"{path}/quote", **terms, **{"c-0": typed})
        assert refused.status_code == 422
        assert "has several choices. Write the code of the one you mean: A, SMALL" in refused.get_data(as_text=True)
    assert seller.fill(f"{path}/quote", **terms, **{"c-0": "small"}).status_code == 303


def test_the_desk_says_what_waits_for_a_quote_until_it_is_quoted_and_again_when_it_is_countered(
    asking: Asking, seller: Visitor
) -> None:
    waits = "1 request waits for your quote."
    assert "your quote." not in seller.look("/desk")
    rfq = asking.sent()
    assert waits in seller.look("/desk")
    quote = asking.quote(rfq)
    assert "your quote." not in seller.look("/desk")
    asking.counter(quote)
    assert waits in seller.look("/desk")
    asking.quote(rfq, 1_200, seen=1)
    asking.sent()
    asking.cancel(asking.sent())
    assert waits in seller.look("/desk")


def test_goods_shown_to_chosen_buyers_only_are_not_told_by_their_address(asking: Asking, buyer: Visitor) -> None:
    with transaction() as session:
        session.execute(update(Listing).values(status="private"))
    rfq = asking.draft(f"/p/{asking.slug(asking.pepper)} 5\nPepper 1")
    assert "Kampot black pepper" not in buyer.look(f"/requests/{rfq.id}")


def test_every_page_of_the_way_is_whole_in_khmer(asking: Asking, buyer: Visitor, seller: Visitor) -> None:
    rfq = asking.sent("\n".join(f"Thing number {number} 3" for number in range(1, 121)))
    quote = asking.quote(rfq, quantity=3)
    for visitor in (buyer, seller):
        visitor.browser.set_cookie(LANGUAGE_COOKIE, "km")
    desk = f"/desk/requests/{asking.asked(rfq).id}"
    for path in (f"/requests/{rfq.id}", f"/requests/{rfq.id}/compare", f"/quotes/{quote.id}"):
        assert 'lang="km"' in buyer.look(path)
    for path in (desk, f"{desk}/quote", f"/quotes/{quote.id}", "/desk/requests"):
        assert 'lang="km"' in seller.look(path)


def test_500_lines_are_compared_a_hundred_at_a_time_with_the_totals_above_each_part(
    asking: Asking, buyer: Visitor
) -> None:
    rfq = asking.sent("\n".join(f"Thing number {number} 3" for number in range(1, 251)))
    asking.quote(rfq, quantity=3)
    path = f"/requests/{rfq.id}/compare"
    first, last = buyer.look(path), buyer.look(f"{path}?lines=201")
    assert ("100. Thing number 100 " in first, "101. Thing number 101 " in first) == (True, False)
    assert ("201. Thing number 201 " in last, "250. Thing number 250 " in last) == (True, True)
    assert f'href="{path}?lines=101"' in first
    for page in (first, last):
        assert "Total with freight" in page
        assert "1 / 250" in page
    for odd in ("0", "-5", "102", "x", "9" * 40):
        assert "1. Thing number 1 " in buyer.look(f"{path}?lines={odd}")


def test_the_whole_way_from_asking_to_the_order(
    front: Front, asking: Asking, company: Company, seller: Visitor
) -> None:
    buyer = front.member(company.approver)
    path = asked_of(buyer, asking)
    assert "The shops are told" in buyer.look(path)
    front.work()
    assert "Pepper for spring" in seller.look("/desk/requests")
    desk = re.search(r"/desk/requests/[0-9a-f-]{36}", seller.look("/desk/requests"))
    assert desk is not None
    assert "Mekong Foods" in seller.look(desk[0])
    form = {
        "p-0": "13.00",
        "freight": "120",
        "days": "9",
        "incoterm": "FOB",
        "named_place": "Sihanoukville",
        "valid_on": in_a_month(),
    }
    form["contract"] = "Inspected before loading."
    sent = seller.fill(f"{desk[0]}/quote", **form)
    first = sent.headers["Location"]
    assert "left out" in buyer.look(first)
    countered = buyer.fill(f"{first}/counter", **{"q-0": "50", "p-0": "12", "note": "A little less?"})
    assert countered.status_code == 303
    again = seller.look(f"{desk[0]}/quote")
    assert "A little less?" in again
    assert "50 × $12.00" in again
    second = seller.fill(f"{desk[0]}/quote", **{**form, "p-0": "12.50"}).headers["Location"]
    assert "newer version" in buyer.look(first)
    assert "$625.00" in buyer.look(f"{path}/compare")
    agreed = buyer.send(buyer.look(second), f"{second}/accept")
    deal = agreed.headers["Location"]
    assert deal.startswith("/deals/")
    assert "FOB Sihanoukville" in buyer.look(deal)
    assert "Inspected before loading." in seller.look(deal)
    paper = pdf_text(buyer.browser.get(f"{deal}/proforma.pdf").data)
    assert "Freight: FOB Sihanoukville (Incoterms 2020)" in paper
    assert "$745.00" in paper
    assert "Postage comes on top" not in paper
    checkout = f"{deal}/checkout"
    assert buyer.fill(checkout, email="a@b.example", name="Dara", phone="091 234 567").status_code == 422, "no PO"
    buyer.fill(checkout, email="a@b.example", name="Dara", phone="091 234 567", po_number="PO-77")
    buyer.fill(f"{checkout}/address", **ADDRESS_KH)
    shipping = buyer.look(f"{checkout}/shipping")
    assert "As quoted, 9 days on the way" in shipping
    assert shipping.count('type="radio"') == 1
    buyer.fill(f"{checkout}/shipping")
    review = buyer.look(f"{checkout}/review")
    back = front.pay_at_card_service(buyer.send(review, f"{checkout}/pay").headers["Location"])
    front.come_back(buyer, back)
    group = front.group()
    assert (group.total_cents, group.company["po_number"]) == (62_500 + 12_000, "PO-77")
    number = group.orders[0].number
    for visitor, page in ((buyer, f"/orders/{number}"), (seller, f"/desk/orders/{number}")):
        shown = visitor.look(page)
        for words in ("PO-77", "FOB Sihanoukville (Incoterms 2020)", "Inspected before loading.", "Mekong Foods"):
            assert words in shown
        assert re.search(r"Q-[0-9A-Z]{4}-[0-9A-Z]{4}-2", shown)
    assert "You accepted a quote." in buyer.look(path)
    assert "Your quote was accepted." in seller.look(desk[0])


def test_what_was_typed_stays_when_a_line_is_wrong(buyer: Visitor, asking: Asking) -> None:
    answer = buyer.fill("/requests/new", **written(asking, lines="White pepper 20 kg\nblack pepper"))
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "Line 2: “black pepper” has no quantity" in page
    assert "White pepper 20 kg" in page
    many = "\n".join(f"goods {n} 1 pc" for n in range(501))
    page = buyer.fill("/requests/new", **written(asking, lines=many)).get_data(as_text=True)
    assert "These are 501 lines. At most 500 fit into one request" in page
    with reading() as session:
        assert session.query(Rfq).count() == 0


def test_a_quote_form_keeps_what_was_typed_and_names_the_line(front: Front, asking: Asking, seller: Visitor) -> None:
    rfq = asking.sent()
    path = f"/desk/requests/{asking.asked(rfq).id}/quote"
    form = {"freight": "120", "days": "9", "incoterm": "FOB", "named_place": "Sihanoukville", "valid_on": in_a_month()}
    for typed, words in (
        ({"p-1": "13"}, "Line 2: Write the code (SKU) or address"),
        ({"p-1": "13", "c-1": "NOTHING"}, "Line 2: “NOTHING” is none of your goods."),
        ({"p-0": "abc"}, "Line 1: “abc” is not an amount we can read."),
        ({"p-0": "13", "q-0": "9999999999"}, "Line 1: Enter a quantity from 1 to 1,000,000."),
        ({"p-0": "13", "m-0": "51"}, "Line 1: Enter a quantity from 51 to 1,000,000."),
        ({}, "Write a price for at least one line."),
        ({"p-0": "13", "incoterm": "XXX"}, "Choose one of the list."),
    ):
        answer = seller.fill(path, **{**form, **typed})
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert words in page, re.findall(r'class="msg".*?</p>|<li>.*?</li>', page)
        assert 'value="Sihanoukville"' in page
    white = asking.trade.goods(asking.shop, title="White pepper")
    sent = seller.fill(path, **{**form, "p-1": "15", "c-1": f"/p/{asking.slug(white)}", "q-1": "20"})
    assert sent.status_code == 303
    assert "White pepper" in seller.look(sent.headers["Location"])


def problems_on(page: str) -> list[str]:
    """Where the list of problems leads, from the top."""
    listed = page.split("data-error-summary")[1].split("</ul>", maxsplit=1)[0]
    return re.findall(r'href="#([\w-]+)"', listed)


def test_what_is_wrong_with_a_quote_is_listed_in_the_order_of_its_page(asking: Asking, seller: Visitor) -> None:
    path = f"/desk/requests/{asking.asked(asking.sent()).id}/quote"
    answer = seller.fill(
        path, freight="x", days="", incoterm="", named_place="", valid_on="", deposit="x", **{"p-0": "y"}
    )
    page = answer.get_data(as_text=True)
    listed = problems_on(page)
    assert listed == ["freight", "days", "incoterm", "named_place", "valid_on", "deposit"]
    assert listed == sorted(listed, key=lambda name: page.index(f'id="{name}"'))
    assert page.index("Line 1: ") < page.index('href="#freight"')


def test_totals_of_a_request_are_in_the_buyers_currency_with_the_sellers_beside_it(
    asking: Asking, buyer: Visitor
) -> None:
    riel = asking.trade.shop_of(name="Riel Farm", currency="KHR")
    goods = asking.trade.goods(riel, title="Pepper of Riel", price=4_050_000)
    rfq = asking.sent(shops=[asking.slug_of(asking.shop), asking.slug_of(riel)])
    freight = Freight(minor=40_500_000, days=2, country="KH", incoterm="EXW", place="Kampot")
    quote = asking.quote(rfq, 4_050_000, shop=riel, goods=goods, freight=freight)
    asking.quote(rfq)

    def sums(currency: str) -> list[str]:
        buyer.browser.set_cookie("currency", currency)
        page = buyer.look(f"/requests/{rfq.id}").replace("\u200b", "")
        found = re.findall(r'item-sum num">(.*?)</p>', page)
        return sorted(re.sub(r"<[^>]+>", " ", one).replace("\xa0", " ") for one in found)

    own = "2,430,000"
    assert sum("$770.00" in one for one in sums("USD")) == 1
    dollars = next(one for one in sums("USD") if own in one)
    assert "$600.00" in dollars
    assert "$600.00" in buyer.look(f"/quotes/{quote.id}")
    assert all("฿" in one or "THB" in one for one in sums("THB")), sums("THB")
    assert [one.count(own) for one in sums("KHR")].count(1) == 1, "the seller's own currency is said once"


def test_hostile_words_are_shown_as_words_and_never_become_formulas(
    front: Front, asking: Asking, buyer: Visitor, seller: Visitor
) -> None:
    path = asked_of(buyer, asking, title=HOSTILE, note=HOSTILE, lines=f"=HYPERLINK(1) {HOSTILE} 5 kg", place=HOSTILE)
    front.work()
    desk = re.search(r"/desk/requests/[0-9a-f-]{36}", seller.look("/desk/requests"))
    assert desk is not None
    form = {"p-0": "1", "c-0": f"/p/{asking.slug(asking.pepper)}", "freight": "0", "days": "0", "incoterm": "EXW"}
    sent = seller.fill(
        f"{desk[0]}/quote", **form, valid_on=in_a_month(), named_place=HOSTILE, contract=HOSTILE, note=HOSTILE
    )
    for visitor, page in (
        (buyer, path),
        (buyer, f"{path}/compare"),
        (buyer, sent.headers["Location"]),
        (seller, desk[0]),
        (seller, "/desk/requests"),
    ):
        assert HOSTILE not in visitor.look(page)
        assert "&lt;script&gt;" in visitor.look(page)
    file = buyer.browser.get(f"{path}/compare.csv")
    assert file.mimetype == "text/csv"
    assert "'=HYPERLINK(1)" in file.get_data(as_text=True)
    assert ",=HYPERLINK" not in file.get_data(as_text=True)


def test_both_sides_ask_and_answer_before_a_quote(
    front: Front, asking: Asking, buyer: Visitor, seller: Visitor
) -> None:
    rfq = asking.sent()
    asked = asking.asked(rfq)
    page = seller.look(f"/desk/requests/{asked.id}")
    assert seller.send(page, f"/desk/requests/{asked.id}/notes", body="Washed or unwashed?").status_code == 303
    assert "Washed or unwashed?" in buyer.look(f"/requests/{rfq.id}")
    page = buyer.look(f"/requests/{rfq.id}")
    assert buyer.send(page, f"/requests/notes/{asked.id}", body="Washed.").status_code == 303
    assert "Washed." in seller.look(f"/desk/requests/{asked.id}")
    rival = front.member(asking.rival.owner)
    assert "Washed." not in rival.look(f"/desk/requests/{asking.asked(rfq, asking.rival).id}")
    stranger = front.member(asking.trade.person())
    stranger.look(f"/requests/{rfq.id}", status=404)
    with reading() as session:
        keys = [mail.key for mail in session.query(OutgoingMail) if mail.key.startswith("rfq.noted")]
    assert len(keys) == 2


def test_files_are_for_the_shops_that_are_asked(front: Front, asking: Asking, buyer: Visitor, seller: Visitor) -> None:
    bad = buyer.fill("/requests/new", **written(asking, files=(BytesIO(b"MZ not a picture"), "drawing.png")))
    assert bad.status_code == 422
    path = asked_of(buyer, asking, files=(BytesIO(picture_bytes()), "drawing.png"))
    with reading() as session:
        file_id = session.scalars(select(RfqFile.id)).one()
    seller.look("/desk")
    assert seller.browser.get(f"/requests/files/{file_id}").status_code == 404, "not told yet"
    front.work()
    for visitor in (buyer, seller):
        answer = visitor.browser.get(f"/requests/files/{file_id}")
        assert (answer.status_code, answer.mimetype) == (200, "image/webp")
        assert "no-store" in answer.headers["Cache-Control"]
    for nobody in (front.member(asking.rival.owner), front.member(asking.trade.person())):
        assert nobody.browser.get(f"/requests/files/{file_id}").status_code == 404
    assert str(file_id) in buyer.look(path)


def test_a_draft_is_changed_and_discarded(buyer: Visitor, asking: Asking) -> None:
    path = buyer.fill("/requests/new", **written(asking)).headers["Location"]
    page = buyer.look(f"{path}/edit")
    assert "White pepper 20 kg" in page
    assert buyer.send(page, f"{path}/edit", **written(asking, lines="Red pepper 3 kg")).status_code == 303
    assert "Red pepper" in buyer.look(path)
    buyer.send(buyer.look(path), f"{path}/cancel")
    assert "The request was taken back." in buyer.look(path)


def test_a_shop_declines_with_a_reason_and_takes_a_quote_back(asking: Asking, buyer: Visitor, seller: Visitor) -> None:
    rfq = asking.sent()
    quote = asking.quote(rfq)
    page = seller.look(f"/quotes/{quote.id}")
    assert seller.send(page, f"/quotes/{quote.id}/withdraw").status_code == 303
    assert "took it back" in buyer.look(f"/quotes/{quote.id}")
    desk = f"/desk/requests/{asking.asked(rfq).id}"
    assert seller.send(seller.look(desk), f"{desk}/decline", reason="").status_code == 422
    assert seller.send(seller.look(desk), f"{desk}/decline", reason="No harvest left.").status_code == 303
    assert "No harvest left." in seller.look(desk)


def test_a_suspended_shop_is_said_in_words_when_its_quote_is_accepted(asking: Asking, buyer: Visitor) -> None:
    quote = asking.quote(asking.sent())
    page = buyer.look(f"/quotes/{quote.id}")
    with transaction() as session:
        session.execute(update(Organization).where(Organization.id == asking.shop.id).values(status="suspended"))
    answer = buyer.send(page, f"/quotes/{quote.id}/accept")
    assert answer.headers["Location"] == f"/quotes/{quote.id}"
    assert "does not sell here at the moment" in buyer.look(f"/quotes/{quote.id}")


def test_a_person_gets_a_copy_of_what_they_asked_and_can_be_forgotten(asking: Asking) -> None:
    rfq = asking.sent()
    quote = asking.quote(rfq)
    user_id = asking.buyer.user_id
    assert isinstance(user_id, UUID)
    with transaction() as session:
        answer_shop(session, asking.buyer, asking.asked(rfq).id, "Washed.", form_token=rfq.id, now=asking.now())
    with reading() as session:
        rows = PARTS["requests"][1](session, Subject(user_id=user_id))
    assert [row.get("words") for row in rows if "words" in row][1] == "White pepper, washed"
    assert [row["body"] for row in rows if "body" in row] == ["Washed."]
    assert [row["shop"] for row in rows if "shop" in row] == ["Sothy's Farm"]
    with transaction() as session:
        erase_account(session, user_id, now=asking.now())
    with reading() as session:
        kept = session.get_one(Rfq, rfq.id)
        assert (kept.title, kept.place, kept.state) == ("–", "", "canceled")
        assert session.get_one(Quote, quote.id).state == "not_chosen"
    with reading() as session:
        assert [line.words for line in asking.lines(rfq)][1] == "–"
