"""How fast one person may write: counted for all processes together, and nothing typed is lost by it."""

import re
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from app.catalog.models import Listing
from app.db.session import reading, transaction
from app.identity.queries import actor_of, user_by_email
from app.messages.actions.write_message import send_message
from app.messages.files import Draft
from app.messages.models import Message
from app.messages.parties import Party
from app.web.limits import limiter
from tests.support.goods import NOW
from tests.support.market_pages import OWNER, STRANGER, MarketPages


@pytest.fixture(autouse=True)
def limited(market_pages: MarketPages) -> Iterator[None]:
    limiter.enabled = True
    with market_pages.app.app_context():
        limiter.reset()
    yield
    limiter.enabled = False


def answer(thread_id: UUID) -> None:
    """The shop answers, so that only the pace is too much."""
    with transaction() as session:
        owner = user_by_email(session, OWNER)
        assert owner is not None
        party = Party(actor_of(session, owner.id))
        send_message(session, party, "shop", thread_id, Draft("One at a time.", (), uuid4()), now=NOW)


def test_a_flood_is_told_when_it_may_go_on_and_loses_no_word(market_pages: MarketPages) -> None:
    buyer = market_pages.visitor(STRANGER)
    with reading() as session:
        slug = session.get_one(Listing, market_pages.listing_id).slug
    buyer.open(f"/p/{slug}/ask")
    statuses = [buyer.send("body", body="Flood 0").status_code]
    thread_id = UUID(buyer.answer.request.path.rpartition("/")[2])
    for number in range(1, 16):
        if statuses[-1] != 429:  # who was refused has said nothing to be answered
            answer(thread_id)
        statuses.append(buyer.send("body", body=f"Flood {number}").status_code)
    assert statuses == [200] * 10 + [429] * 6
    assert re.search(r"send it again from \d+ \w+ \d{4}, \d\d:\d\d", buyer.text)
    assert "Flood 15</textarea>" in buyer.answer.get_data(as_text=True)
    with reading() as session:
        assert session.query(Message).filter(Message.body.like("Flood%")).count() == 10
