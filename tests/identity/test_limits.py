"""Guessing passwords and hammering the checkout is slowed down, for all processes of a market together."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func

from app.db.session import transaction
from app.web.limits import limiter
from app.web.models import RateCount
from app.wiring import JOBS
from tests.support.market_pages import OWNER, MarketPages
from tests.support.stripe_server import ROOT

VICTIM, WRONG = "victim@market.example", "wrong wrong wrong"
ANOTHER_PROCESS = """
import sys
from app.wiring import create_app
from tests.support.http import web_settings
from tests.support.visitor import Visitor

visitor = Visitor(create_app(web_settings(database_url=sys.argv[1])))
print([visitor.sign_in(sys.argv[3], sys.argv[4]).status_code for _ in range(int(sys.argv[2]))])
"""


@pytest.fixture(autouse=True)
def limited(market_pages: MarketPages) -> Iterator[None]:
    limiter.enabled = True
    with market_pages.app.app_context():
        limiter.reset()
    yield
    limiter.enabled = False


def in_another_process(market_pages: MarketPages, tries: int) -> str:
    url = market_pages.app.config["SETTINGS"].database_url
    command = [sys.executable, "-c", ANOTHER_PROCESS, url, str(tries), VICTIM, WRONG]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def hold_the_windows_open() -> None:
    """Two starts of a process may take longer than the minute in which tries are counted together."""
    with transaction() as session:
        session.query(RateCount).update({"ends_at": func.now() + timedelta(hours=1)})


def test_two_processes_count_the_tries_to_sign_in_together(market_pages: MarketPages) -> None:
    here = market_pages.visitor()
    assert here.sign_in(VICTIM, WRONG).status_code == 422
    hold_the_windows_open()
    assert in_another_process(market_pages, 5) == str([422] * 5)
    assert [here.sign_in(VICTIM, WRONG).status_code for _ in range(5)] == [422] * 4 + [429]
    assert in_another_process(market_pages, 1) == "[429]"


def test_from_many_addresses_one_account_is_still_guessed_at_slowly(market_pages: MarketPages) -> None:
    statuses = []
    for number in range(31):
        visitor = market_pages.visitor()
        visitor.client.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
        statuses.append(visitor.sign_in(OWNER, WRONG).status_code)
    assert statuses == [422] * 30 + [429]


def test_orders_cannot_be_placed_by_the_hundred(market_pages: MarketPages) -> None:
    visitor = market_pages.visitor()
    visitor.open("/sign-in")
    sent = {"csrf_token": visitor.token()}
    statuses = [visitor.client.post("/checkout/pay", data=sent).status_code for _ in range(21)]
    assert 429 not in statuses[:20]
    assert statuses[20] == 429


@pytest.mark.parametrize(
    ("path", "most"), [("/requests/{}/send", 10), ("/offers/new?variant={}", 10), ("/companies/{}", 30)]
)
def test_what_is_mailed_to_others_cannot_be_sent_by_the_hundred(
    market_pages: MarketPages, path: str, most: int
) -> None:
    visitor = market_pages.visitor(OWNER)
    visitor.open("/account")
    sent = {"csrf_token": visitor.token()}
    statuses = [visitor.client.post(path.format(uuid4()), data=sent).status_code for _ in range(most + 1)]
    assert 429 not in statuses[:most]
    assert statuses[most] == 429


def test_nor_by_a_program(market_pages: MarketPages) -> None:
    client = market_pages.app.test_client()
    headers = {"Cart-Token": "none", "Idempotency-Key": "once"}
    asked = [client.post("/api/v1/cart/order", json={"amounts": {}}, headers=headers) for _ in range(21)]
    assert [answer.status_code for answer in asked] == [404] * 20 + [429]
    assert asked[20].content_type == "application/problem+json"


def test_an_answer_says_how_long_to_wait(market_pages: MarketPages) -> None:
    visitor = market_pages.visitor()
    answers = [visitor.sign_in("other@market.example", WRONG) for _ in range(11)]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert answers[0].headers["X-RateLimit-Remaining"] == "9"


def test_what_was_counted_is_forgotten_when_its_window_is_over(market_pages: MarketPages) -> None:
    market_pages.visitor().sign_in("other@market.example", WRONG)
    with transaction() as session:
        assert session.query(RateCount).count() == 3
        session.query(RateCount).update({"ends_at": "2026-01-01T00:00:00Z"})
    JOBS["web.forget_old_counts"]()
    with transaction() as session:
        assert session.query(RateCount).count() == 0
    assert market_pages.visitor().sign_in("other@market.example", WRONG).headers["X-RateLimit-Remaining"] == "9"
