"""A signed-in session belongs to who signed in, and is over when they say so."""

import pytest

from app.identity.security import SIGN_IN_KEY
from tests.support.market_pages import OWNER, PASSWORD, STRANGER, MarketPages
from tests.support.visitor import Visitor

NEW_PASSWORD = "four quite other words"


def is_signed_in(visitor: Visitor) -> bool:
    visitor.open("/account")
    return visitor.answer.request.path == "/account"


def cookies_of(visitor: Visitor) -> dict[str, str]:
    return {cookie.key: cookie.value for cookie in visitor.client._cookies.values()}


def with_cookies_of(market_pages: MarketPages, visitor: Visitor) -> Visitor:
    """Somebody who has got hold of all this browser carries now."""
    thief = market_pages.visitor()
    for name, value in cookies_of(visitor).items():
        thief.client.set_cookie(name, value)
    return thief


def sign_out(visitor: Visitor) -> None:
    visitor.open("/account")
    visitor.client.post("/sign-out", data={"csrf_token": visitor.token()})


def test_a_session_planted_before_signing_in_is_not_signed_in_afterwards(market_pages: MarketPages) -> None:
    victim = market_pages.visitor()
    victim.open("/sign-in")
    known_token = victim.token()
    with victim.client.session_transaction() as planted:
        planted["planted"] = "by a stranger"
        planted[SIGN_IN_KEY] = "known to a stranger"
    thief = with_cookies_of(market_pages, victim)
    victim.sign_in(OWNER, PASSWORD)
    assert is_signed_in(victim)
    assert not is_signed_in(thief)
    with victim.client.session_transaction() as now:
        assert "planted" not in now
        assert now[SIGN_IN_KEY] != "known to a stranger"
    assert victim.client.post("/sign-out", data={"csrf_token": known_token}).status_code == 400
    assert is_signed_in(victim)


def test_every_sign_in_is_another_one(market_pages: MarketPages) -> None:
    found = set()
    for _ in range(2):
        visitor = market_pages.visitor(OWNER)
        with visitor.client.session_transaction() as session:
            found.add(session[SIGN_IN_KEY])
    assert len(found) == 2


@pytest.mark.parametrize("remember", [{}, {"remember": "y"}])
def test_signing_out_ends_the_session_also_for_who_has_copied_it(
    market_pages: MarketPages, remember: dict[str, str]
) -> None:
    elsewhere, visitor = market_pages.visitor(OWNER), market_pages.visitor()
    visitor.open("/sign-in")
    visitor.send("password", email=OWNER, password=PASSWORD, **remember)
    thief = with_cookies_of(market_pages, visitor)
    assert is_signed_in(thief)
    thief = with_cookies_of(market_pages, visitor)
    sign_out(visitor)
    assert not is_signed_in(visitor)
    assert not is_signed_in(thief)
    assert is_signed_in(elsewhere)


def test_another_password_ends_every_other_session(market_pages: MarketPages) -> None:
    here, elsewhere = market_pages.visitor(STRANGER), market_pages.visitor(STRANGER)
    here.open("/account/password")
    here.send("current", current=PASSWORD, password=NEW_PASSWORD, again=NEW_PASSWORD)
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)


def test_only_who_asks_for_it_stays_signed_in_after_closing_the_browser(market_pages: MarketPages) -> None:
    lasting = {}
    for remember in ({}, {"remember": "y"}):
        visitor = market_pages.visitor()
        visitor.open("/sign-in")
        visitor.client.post(
            "/sign-in",
            data={"csrf_token": visitor.token(), "email": OWNER, "password": PASSWORD, **remember},
        )
        (session,) = [cookie for cookie in visitor.client._cookies.values() if cookie.key == "session"]
        lasting[bool(remember)] = session.expires is not None
        assert "remember_token" not in cookies_of(visitor)
    assert lasting == {False: False, True: True}
