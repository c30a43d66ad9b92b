"""Goods are reported by programs as by people: once while it is open, not without end, and only what everybody sees."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from app.catalog.actions.publish_listing import pause_listing
from app.catalog.models import Variant
from app.db.session import reading, transaction
from app.moderation.models import ListingReport
from app.web.limits import limiter
from app.wiring import create_app
from tests.support.front import Front
from tests.support.programs import Program, a_token
from tests.support.trade import Trade

COPY = {"reason": "copy", "text": "I know the brand: <b>it is not theirs</b>."}


def reports() -> list[ListingReport]:
    with reading() as session:
        return session.query(ListingReport).order_by(ListingReport.reported_at).all()


def test_goods_are_reported_once_while_it_is_open_and_the_operator_reads_why(front: Front, trade: Trade) -> None:
    goods, person = trade.goods(trade.shop_of()), trade.person()
    with reading() as session:
        slug = session.get_one(Variant, goods).listing.slug
    program = Program(front.app, a_token(person, "messages"))
    said = program.twice("POST", f"/listings/{slug}/reports", COPY, status=201)
    assert said == {"listing": slug, "state": "open"}
    program.ask("POST", f"/listings/{slug}/reports", {"reason": "other"}, status=201)
    (report,) = reports()
    assert (report.reporter_id, report.reason, report.text) == (person.user_id, "copy", COPY["text"])
    page = front.member(trade.operator).look(f"/console/goods/{report.id}")
    assert "I know the brand: &lt;b&gt;it is not theirs&lt;/b&gt;." in page
    other = Program(front.app, a_token(trade.shop_of(name="Mekong Silk").owner, "messages"))
    other.ask("POST", f"/listings/{slug}/reports", COPY, status=201)
    assert len(reports()) == 2


def test_what_cannot_be_meant_or_is_not_shown_is_not_reported(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    goods = trade.goods(shop)
    with reading() as session:
        listing = session.get_one(Variant, goods).listing
    path = f"/listings/{listing.slug}/reports"
    program = Program(front.app, a_token(trade.person(), "messages"))
    for wrong in ({}, {"reason": "spite"}, {**COPY, "text": "x" * 1_001}, {**COPY, "unknown": 1}):
        assert program.ask("POST", path, wrong, status=422)["errors"]
    without = Program(front.app, a_token(trade.person("b@people.example"), "account"))
    assert without.ask("POST", path, COPY, status=403)["values"] == {"scope": "messages"}
    assert Program(front.app).ask("POST", path, COPY, status=401)["code"] == "token-missing"
    with transaction() as session:
        pause_listing(session, shop.owner, listing.id)
    other = Program(front.app, a_token(trade.person("c@people.example"), "messages"))
    for slug in (listing.slug, uuid4().hex, "x" * 300):
        refused = other.ask("POST", f"/listings/{slug}/reports", COPY, status=404)
        assert refused["code"] == "listing-not-found"
    assert reports() == []


@pytest.fixture
def limits(front: Front, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    limiter.enabled = True
    monkeypatch.setattr(front, "app", create_app(front.settings))
    yield
    limiter.enabled = False


@pytest.mark.usefixtures("limits")
def test_a_person_reports_as_often_by_programs_as_by_hand(front: Front, trade: Trade) -> None:
    goods, person = trade.goods(trade.shop_of()), trade.person()
    with reading() as session:
        slug = session.get_one(Variant, goods).listing.slug
    visitor, page = front.member(person), f"/p/{slug}/report"
    for _ in range(2):
        assert visitor.fill(page, reason="copy").status_code == 303
    first, second = (Program(front.app, a_token(person, "messages")) for _ in range(2))
    for program in (first, second, first):
        program.ask("POST", f"/listings/{slug}/reports", COPY, status=201)
    full = second.send("POST", f"/listings/{slug}/reports", COPY)
    assert (full.status_code, "Retry-After" in full.headers) == (429, True)
    assert len(reports()) == 1
